#include <fauxbank/fauxbank.hpp>

#include <cstdio>

int main(int argc, char**) {
  const fauxbank::World world{{.accounts = {{.id = "fca_1"}}}};
  if (argc > 1) {
    const fauxbank::Result<int, int> value = 1;
    std::printf("%d", value.error());
  } else {
    (void)world.account("fca_l");
  }
  std::puts("went on");
  return 0;
}
