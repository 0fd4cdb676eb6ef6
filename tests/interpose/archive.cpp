// A program that was linked wrongly: the guard must refuse to be made.

#include <cstdio>
#include <cstring>

#include <fauxbank/error.hpp>
#include <fauxbank/interpose.hpp>
#include <fauxbank/world.hpp>

int main() {
  fauxbank::World world;
  try {
    const fauxbank::interpose::Guard guard{{"api.example.com", 443, world}};
  } catch (const fauxbank::Misuse& misuse) {
    std::printf("%s\n", misuse.what());
    const char* const wanted = "fauxbank::interpose is not linked into this program: ";
    return std::strstr(misuse.what(), wanted) == misuse.what() ? 0 : 1;
  }
  std::printf("a guard that guards nothing was made\n");
  return 1;
}
