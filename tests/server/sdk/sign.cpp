// Signs what it reads, now: sign SECRET < body

#include <chrono>
#include <cstdio>
#include <iostream>
#include <iterator>
#include <string>

#include <fauxbank/webhook.hpp>

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const std::string body{std::istreambuf_iterator<char>(std::cin), {}};
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  std::puts(fauxbank::webhook::signature_header({argv[1]}, now, body).c_str());
}
