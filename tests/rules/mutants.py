"""Switches each implemented rule off in turn and fails unless some test that names the rule then fails."""

import argparse
import concurrent.futures
import os
import re
import subprocess
import sys

SECONDS_PER_RULE = 20
FAILED = re.compile(r"^\[  FAILED  \] (\w+\.\w+) \(", re.MULTILINE)


def run(program, *arguments):
    """Exit code and output; no exit code when the program does not end."""
    try:
        done = subprocess.run([*program, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              errors="replace", timeout=SECONDS_PER_RULE, check=False)
    except subprocess.TimeoutExpired:
        return None, ""
    return done.returncode, done.stdout


def rules_of(program):
    """(id, stage, number of tests that name it) of every rule, and what is wrong with the list."""
    code, output = run(program, "--rules")
    rows = [line.split("\t") for line in output.splitlines() if line.count("\t") == 2]
    faults = [line for line in output.splitlines() if line and line.count("\t") != 2]
    if code != 0 and not faults:
        faults.append(f"--rules ended with {code}")
    if not rows:
        faults.append("--rules lists no rule")
    return [(rule, stage, int(tests)) for rule, stage, tests in rows], faults


def switch_off(program, rule, tests):
    """The tests that fail without the rule, and the fault when that proves nothing."""
    if tests == 0:
        return [], "no test names it"
    code, output = run(program, f"--rule-off={rule}")
    failed = FAILED.findall(output)
    if code is None:
        return failed, f"its tests do not end within {SECONDS_PER_RULE} s without it"
    if code == 0:
        return failed, "every test that names it passes without it"
    if code != 1 or not failed:
        return failed, f"its tests end with {code} instead of failing"
    return failed, None


def table(program):
    """Lines to print and faults."""
    rules, faults = rules_of(program)
    code, _ = run(program)
    if code != 0:
        faults.append(f"the tests end with {code} while every rule is on")
    implemented = [row for row in rules if row[1] == "implemented"]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(lambda row: switch_off(program, row[0], row[2]), implemented))
    lines = []
    for (rule, _, tests), (failed, fault) in zip(implemented, results):
        lines.append(f"{rule:<24} {len(failed)} of {tests} failed: {' '.join(failed) or '-'}")
        if fault:
            faults.append(f"{rule}: {fault}")
    caught = sum(fault is None for _, fault in results)
    lines.append(f"{caught} of {len(implemented)} implemented rules are noticed when they are switched off, "
                 f"{len(rules) - len(implemented)} are planned")
    return lines, faults


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", nargs="+", help="the test program in which rules can be switched off")
    lines, faults = table(parser.parse_args().program)
    print("\n".join(lines))
    for fault in faults:
        print(f"FAULT {fault}")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
