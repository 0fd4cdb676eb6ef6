#!/usr/bin/env python3
"""Goal G12: what including the library costs, as a ratio to including gmock.h, and that no core header needs Boost.
And what a mock adds to the test file that uses it: at most a second.

  compile_time.py --compiler g++ --include include          print the ratio beside its goal; fail on a miss
  compile_time.py --exact …                                 fail only on what is exact, the headers reached; one round
"""

import argparse
import pathlib
import resource
import subprocess
import sys
import tempfile

GOAL = 0.6
MOCK_GOAL = 1.0  # seconds
ROUNDS = 5


# The same test without a mock, and with one of each: constructors and destructors are compiled elsewhere.
PLAIN_TEST = """
#include <fauxbank/fauxbank.hpp>
#include <gmock/gmock.h>
TEST(Plain, Test) {
  fauxbank::World world;
  EXPECT_EQ(world.send(fauxbank::Request::get("/")).status, 404);
}
"""
MOCK_TEST = """
#include <fauxbank/fauxbank.hpp>
#include <fauxbank/gmock.hpp>
#include <gmock/gmock.h>
TEST(Plain, Test) {
  fauxbank::World world;
  fauxbank::A_MOCK mock{world};
  EXPECT_CALL(mock, A_METHOD);
  EXPECT_EQ(world.send(fauxbank::Request::get("/")).status, 404);
}
"""


def seconds(arguments: argparse.Namespace, *texts: str) -> list[float]:
    """The least CPU time of compiling each file, over several rounds, in turns: the machine may be busier now than then."""
    least = [float("inf")] * len(texts)
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder, "one.cpp")
        command = [arguments.compiler, "-std=c++20", "-O0", "-c", f"-I{arguments.include}", str(source), "-o",
                   str(source) + ".o"]
        for _ in range(1 if arguments.exact else ROUNDS):
            for i, text in enumerate(texts):
                source.write_text(text)
                before = resource.getrusage(resource.RUSAGE_CHILDREN)
                subprocess.run(command, check=True)
                after = resource.getrusage(resource.RUSAGE_CHILDREN)
                least[i] = min(least[i], after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return least


def headers_reached(compiler: str, include: str) -> list[str]:
    """Every file that the umbrella header leads to."""
    answer = subprocess.run([compiler, "-std=c++20", f"-I{include}", "-M", "-x", "c++", "-"],
                            input="#include <fauxbank/fauxbank.hpp>\n", text=True, check=True, stdout=subprocess.PIPE)
    return answer.stdout.replace("\\\n", " ").split()


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--compiler", default="g++")
    parser.add_argument("--include", default="include")
    parser.add_argument("--exact", action="store_true")
    arguments = parser.parse_args()

    reached = headers_reached(arguments.compiler, arguments.include)
    boost = [name for name in reached if "/boost/" in name]
    if not any(name.endswith("fauxbank/world.hpp") for name in reached):
        print("the umbrella header does not even lead to world.hpp")
        return 1
    print(f"G12 Boost headers reached from fauxbank.hpp   {len(boost)}  goal 0  {'MISS' if boost else 'pass'}")

    ours, gmock = seconds(arguments, "#include <fauxbank/fauxbank.hpp>\n", "#include <gmock/gmock.h>\n")
    ratio = ours / gmock
    print(f"G12 including fauxbank.hpp                    {ratio:.2f}  goal <= {GOAL} of gmock.h ({gmock:.2f} s)  "
          f"{'pass' if ratio <= GOAL else 'MISS'}")
    mocks = [("MockTransport", "send"), ("MockAccounts", "retrieve")]
    texts = [MOCK_TEST.replace("A_MOCK", mock).replace("A_METHOD", call) for mock, call in mocks]
    plain, *mocked = seconds(arguments, PLAIN_TEST, *texts)
    dear = False
    for (mock, _), whole in zip(mocks, mocked):
        added = whole - plain
        dear = dear or added > MOCK_GOAL
        print(f"    a test file with a {mock:20}       +{added:.2f} s  goal <= {MOCK_GOAL} s ({plain:.2f} s without)  "
              f"{'MISS' if added > MOCK_GOAL else 'pass'}")
    return 1 if boost or ((ratio > GOAL or dear) and not arguments.exact) else 0


if __name__ == "__main__":
    sys.exit(main())
