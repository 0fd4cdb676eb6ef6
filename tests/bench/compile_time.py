#!/usr/bin/env python3
"""Goal G12: what including the library costs, as a ratio to including gmock.h, and that no core header needs Boost.

  compile_time.py --compiler g++ --include include          print the ratio beside its goal; fail on a miss
  compile_time.py --exact …                                 fail only on what is exact: the headers reached
"""

import argparse
import pathlib
import resource
import subprocess
import sys
import tempfile

GOAL = 0.6
ROUNDS = 5


def seconds(compiler: str, include: str, header: str) -> float:
    """The least CPU time of compiling one #include, over several rounds."""
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder, "one.cpp")
        source.write_text(f"#include <{header}>\n")
        command = [compiler, "-std=c++20", "-O0", "-c", f"-I{include}", str(source), "-o", str(source) + ".o"]
        best = float("inf")
        for _ in range(ROUNDS):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run(command, check=True)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            best = min(best, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        return best


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

    ours = seconds(arguments.compiler, arguments.include, "fauxbank/fauxbank.hpp")
    gmock = seconds(arguments.compiler, arguments.include, "gmock/gmock.h")
    ratio = ours / gmock
    print(f"G12 including fauxbank.hpp                    {ratio:.2f}  goal <= {GOAL} of gmock.h ({gmock:.2f} s)  "
          f"{'pass' if ratio <= GOAL else 'MISS'}")
    return 1 if boost or (ratio > GOAL and not arguments.exact) else 0


if __name__ == "__main__":
    sys.exit(main())
