"""Adds up the JUnit files of several ctest runs: a table, then one line of totals.

With CI=true in the environment a skipped test is a failure, unless a line `name<TAB>reason` allows it.
"""

import argparse
import os
import sys
import xml.etree.ElementTree as ElementTree
from collections import Counter
from pathlib import Path


def outcome(case):
    if case.get("status") == "disabled":
        return "skipped"
    skipped = case.find("skipped")
    # ctest also writes <skipped> for a test that could not be started: that is a failure.
    if skipped is not None:
        return "skipped" if skipped.get("message", "").startswith("SKIP_") else "failed"
    return "passed" if case.get("status") == "run" else "failed"


def read_stage(path):
    """name -> outcome of each test, and the seconds they took; None when the stage has no results."""
    try:
        suite = ElementTree.parse(path).getroot()
    except (OSError, ElementTree.ParseError):
        return None
    cases = suite.findall("testcase")
    return {case.get("name"): outcome(case) for case in cases}, sum(float(case.get("time", 0)) for case in cases)


def read_allowed(path):
    lines = path.read_text(encoding="utf-8").splitlines() if path and path.exists() else []
    return {line.split("\t")[0] for line in lines if line.strip() and not line.startswith("#")}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--allowed-skips", type=Path)
    parser.add_argument("stages", nargs="+", metavar="STAGE=JUNIT")
    args = parser.parse_args()
    strict = os.environ.get("CI") == "true"
    allowed = read_allowed(args.allowed_skips)

    total, good = Counter(), True
    print(f"{'stage':<12} {'passed':>7} {'failed':>7} {'skipped':>7} {'seconds':>8}")
    for stage in args.stages:
        name, _, path = stage.partition("=")
        result = read_stage(path)
        if result is None or not result[0]:
            print(f"{name:<12} ran no test")
            good = False
            continue
        tests, seconds = result
        counts = Counter(tests.values())
        total += counts
        print(f"{name:<12} {counts['passed']:>7} {counts['failed']:>7} {counts['skipped']:>7} {seconds:>8.1f}")
        for test, what in tests.items():
            forbidden = what == "skipped" and strict and test not in allowed
            if what == "failed" or forbidden:
                good = False
                print(f"  {what}: {test}" + (" (not in the list of allowed skips)" if forbidden else ""))

    print(f"\n{total['passed']} passed, {total['failed']} failed, {total['skipped']} skipped")
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
