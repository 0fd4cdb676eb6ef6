"""usage: must_fail.py PROGRAM TEST — fails unless that test fails, crashes or hangs each time that it is run.

It is built without the lock that the test is about. Mostly it crashes before anything can be checked; that the checks find
what is wrong is shown by tests of their own.
"""

import resource
import subprocess
import sys

RUNS = 3
# Rounds within a run: the program stops at the first crash, and one failure counts.
REPEATS = 10
SECONDS = 30


def outcome(program, test):
    command = [program, f"--gtest_filter={test}", f"--gtest_repeat={REPEATS}", "--gtest_brief=1"]
    try:
        run = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return "hangs"
    if run.returncode < 0:
        return f"is ended by signal {-run.returncode}"
    return f"fails with exit code {run.returncode}" if run.returncode else None


def main():
    program, test = sys.argv[1:]
    # Crashes are expected; they need not leave a core each.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # A program that does not even start, or has no such test, must not pass for one that fails.
    listed = subprocess.run([program, f"--gtest_filter={test}", "--gtest_list_tests"], capture_output=True, check=True).stdout
    if test.split(".")[1].encode() not in listed:
        sys.exit(f"{program} has no test {test}")
    for number in range(1, RUNS + 1):
        result = outcome(program, test)
        print(f"run {number}: {result or 'passes'}")
        if result is None:
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
