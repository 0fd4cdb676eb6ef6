"""Runs the program that fails on purpose and compares what it prints with the committed text.

usage: failures.py [--update] PROGRAM EXPECTED

What differs from machine to machine is taken out: folders, line numbers, times, digests. Everything else must be equal on every
compiler. Beyond the comparison each failure must hold what a reader needs: what was expected, the calls of its world and
the rules that decided them; and none may hold an address or a mangled name.
"""

import argparse
import difflib
import re
import subprocess
import sys
import tempfile
from pathlib import Path

MOST_NEEDED = 25
ADDRESS = re.compile(r"0x[0-9a-fA-F]{4,}|\b_Z[A-Z]")


def run(program):
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [program, "--gtest_color=no"],
            capture_output=True,
            text=True,
            check=False,
            cwd=folder,
            env={"TEST_UNDECLARED_OUTPUTS_DIR": folder, "PATH": "/usr/bin:/bin"},
        )
        files = sorted(path.name for path in Path(folder).iterdir())
        text = done.stdout.replace(str(Path(folder).resolve()), "OUT").replace(folder, "OUT")
    return done, text, files


def normal(text):
    """Folders, lines and times taken out, and everything around the tests left out."""
    text = re.sub(r"[^\s(]*/([\w.]+\.(?:cpp|hpp)):\d+", r"\1:LINE", text)
    text = re.sub(r"\b[0-9a-f]{16}\b", "DIGEST", text)  # compared by the determinism tests
    text = re.sub(r" \(\d+ ms(?: total)?\)", "", text)
    start = text.index("[ RUN ")
    end = text.index("[----------] Global test environment tear-down")
    lines = (line for line in text[start:end].splitlines() if not line.startswith("[------"))
    return "\n".join(line for line in lines if line.strip()) + "\n"


def blocks(text):
    """test name -> its part of the output"""
    found = {}
    for block in text.split("[ RUN      ] ")[1:]:
        name, _, rest = block.partition("\n")
        found[name] = rest
    return found


def faults(done, text, files):
    found = []
    tests = blocks(text)
    if done.returncode != 1:
        found.append(f"the program ended with {done.returncode}, not with 1: {done.stderr}")
    if len(tests) < MOST_NEEDED:
        found.append(f"only {len(tests)} deliberate failures")
    if match := ADDRESS.search(text):
        found.append(f"an address or a mangled name: {match.group()}")
    for name, block in tests.items():
        needed = ["[  FAILED  ] " + name, "Failure", "fauxbank: timeline: OUT/", "digest", "seed"]
        # A test whose failure is its teardown or its own says so instead of expecting something.
        if not re.search(r"[Ee]xpected|leaves behind|on purpose|has no answer", block):
            needed.append("Expected")
        if not re.search(r"^#\d+ \S+Z ", block, re.MULTILINE):
            needed.append("a journal entry")
        if not re.search(r"^    rules [a-z]|^    event ", block, re.MULTILINE):
            needed.append("the rules that decided")
        if name.endswith("Nearest"):
            needed.append("nearest is '")
        found += [f"{name}: lacks {thing}" for thing in needed if thing not in block]
    pages = [name for name in files if name.endswith(".html")]
    if len(pages) < len(tests):
        found.append(f"{len(pages)} timelines for {len(tests)} failures")
    if not any(name.startswith("fauxbank-coverage-") for name in files):
        found.append("no coverage was written")
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--update", action="store_true")
    parser.add_argument("program")
    parser.add_argument("expected", type=Path)
    args = parser.parse_args()

    done, output, files = run(args.program)
    text = normal(output)
    found = faults(done, text, files)
    if args.update:
        args.expected.write_text(text, encoding="utf-8")
    expected = args.expected.read_text(encoding="utf-8")
    sys.stdout.writelines(
        difflib.unified_diff(expected.splitlines(True), text.splitlines(True), str(args.expected), "printed")
    )
    for fault in found:
        print(f"failures: {fault}")
    sys.exit(1 if found or text != expected else 0)


if __name__ == "__main__":
    main()
