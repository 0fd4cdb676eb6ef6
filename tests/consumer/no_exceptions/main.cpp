// A program without exceptions on the compiled library: a Misuse ends it, with its text.
#include <array>
#include <cstdio>
#include <string>

#include <sys/wait.h>

#include <fauxbank/gmock.hpp>
#include <fauxbank/gtest.hpp>

#ifdef __cpp_exceptions
#error "this project is meant to be compiled without exceptions"
#endif

namespace {

using namespace fauxbank;
using ::testing::HasSubstr;
using ::testing::Not;

class NoExceptionsTest : public WorldTest {
 protected:
  NoExceptionsTest() : WorldTest({.accounts = {{.id = "fca_1"}}}) {}
};

TEST_F(NoExceptionsTest, RefusalsAreValues) {
  EXPECT_THAT(world.accounts().retrieve("fca_9"), FailsWith("resource_missing", "account"));
}

TEST_F(NoExceptionsTest, MocksWork) {
  MockTransport mock{world};
  EXPECT_CALL(mock, send(IsGet("/")));
  EXPECT_THAT(mock.send(Request::get("/")), IsOkAnd(HasHttpStatus(404)));
}

/// What a program says that must abort.
std::string last_words(const std::string& program) {
  // exec: the shell becomes the program, so that its signal is seen.
  std::FILE* out = popen(("exec " + program + " 2>&1").c_str(), "r");
  if (out == nullptr) return "cannot run " + program;
  std::string text;
  std::array<char, 4096> piece;
  while (std::fgets(piece.data(), piece.size(), out) != nullptr)
    text += piece.data();
  const int status = pclose(out);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT) << status;
  EXPECT_THAT(text, Not(HasSubstr("went on")));
  return text;
}

TEST(NoExceptions, AMisuseOfTheLibraryAbortsWithItsText) {
  EXPECT_THAT(last_words(MISUSE),
              HasSubstr("World::account: no such account: 'fca_l'; nearest is 'fca_1'"));
}

TEST(NoExceptions, AMisuseOfAHeaderAbortsWithItsText) {
  EXPECT_THAT(last_words(MISUSE " header"),
              HasSubstr("Result::error() on a result that holds a value"));
}

}  // namespace
