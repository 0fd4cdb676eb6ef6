"""Fails when docs/adapters.md says something else of what clients see than the conformance suite holds them to.

usage: tables.py [--update] [--all] PAGE PROGRAM...   compare, or write, what each program prints for --tables
       tables.py --self-test

A table of the page stands between `<!-- errors of NAME -->` and `<!-- end -->`; what all share, one row each, between
`<!-- attempts -->` and `<!-- end -->`. With --all no other table or row may be there: every library was found.
"""

import argparse
import difflib
import re
import subprocess
import sys
import unittest
from pathlib import Path

REGION = re.compile(r"(<!-- (errors of [^>]+|attempts) -->\n)(.*?)(<!-- end -->)", re.DOTALL)
ROW = re.compile(r"\| ([^|]+) \|")


def sections(printed):
    """title -> lines, of what a program prints."""
    found, lines = {}, None
    for line in printed.splitlines():
        if line.startswith("== "):
            lines = found.setdefault(line[3:], [])
        elif lines is not None:
            lines.append(line)
    return found


def merged(region, rows):
    """The lines of the region with the rows put in place of those of the same name, new ones behind."""
    lines, rows = region.splitlines(), dict(rows)
    for i, line in enumerate(lines):
        match = ROW.match(line)
        if match and match.group(1) in rows:
            lines[i] = rows.pop(match.group(1))
    return lines + list(rows.values())


def rewrite(page, prints, is_all=False):
    """The page as it should be, and what cannot be mended in it."""
    faults, errors, rows = [], {}, {}
    for printed in prints:
        parts = sections(printed)
        rows.update({ROW.match(line).group(1): line for line in parts.pop("attempts")})
        for title, lines in parts.items():
            if errors.setdefault(title, lines) != lines:
                faults.append(f"two programs differ about the {title}")

    def replace(match):
        title = match.group(2)
        if title == "attempts":
            lines = merged(match.group(3), rows)
            strange = [line for line in lines[2:] if ROW.match(line).group(1) not in rows]
            faults.extend(f"a row of nobody: {line}" for line in strange if is_all)
        elif title in errors:
            lines = errors.pop(title)
        else:
            faults.extend([f"a table of nobody: {title}"] if is_all else [])
            return match.group(0)
        return match.group(1) + "".join(line + "\n" for line in lines) + match.group(4)

    page = REGION.sub(replace, page)
    faults += [f"no place for the {title}: it needs <!-- {title} --> and <!-- end -->" for title in errors]
    return page, faults


class SelfTest(unittest.TestCase):
    PRINTED = "== errors of a\n| x |\n|---|\n| `E` |\n== attempts\n| a | 1 |\n"
    PAGE = ("<!-- errors of a -->\n| x |\n|---|\n| `E` |\n<!-- end -->\n"
            "<!-- attempts -->\n| client | n |\n|---|---|\n| a | 1 |\n<!-- end -->\n")

    def test_a_page_that_is_right_stays(self):
        self.assertEqual(rewrite(self.PAGE, [self.PRINTED], True), (self.PAGE, []))

    def test_another_error(self):
        page, faults = rewrite(self.PAGE, [self.PRINTED.replace("`E`", "`F`")])
        self.assertEqual((page, faults), (self.PAGE.replace("`E`", "`F`"), []))

    def test_another_number(self):
        page, _ = rewrite(self.PAGE, [self.PRINTED.replace("| a | 1", "| a | 2")])
        self.assertIn("| a | 2 |", page)
        self.assertNotIn("| a | 1 |", page)

    def test_a_new_client(self):
        page, faults = rewrite(self.PAGE, [self.PRINTED, self.PRINTED.replace("of a", "of b").replace("| a", "| b")])
        self.assertIn("| a | 1 |\n| b | 1 |\n<!-- end -->", page)
        self.assertEqual(faults, ["no place for the errors of b: it needs <!-- errors of b --> and <!-- end -->"])

    def test_what_no_program_prints(self):
        page = self.PAGE + "<!-- errors of z -->\n<!-- end -->\n"
        self.assertEqual(rewrite(page, [self.PRINTED])[1], [])
        self.assertEqual(rewrite(page, [self.PRINTED], True)[1], ["a table of nobody: errors of z"])
        page = self.PAGE.replace("| a | 1 |", "| a | 1 |\n| z | 1 |")
        self.assertEqual(rewrite(page, [self.PRINTED], True)[1], ["a row of nobody: | z | 1 |"])

    def test_two_programs_that_differ(self):
        self.assertIn("two programs differ about the errors of a",
                      rewrite(self.PAGE, [self.PRINTED, self.PRINTED.replace("`E`", "`F`")])[1])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--update", action="store_true")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--self-test", action="store_true")
    parser.add_argument("page", type=Path, nargs="?")
    parser.add_argument("programs", nargs="*")
    args = parser.parse_args()
    if args.self_test:
        unittest.main(argv=[sys.argv[0]])
    prints = [subprocess.run([program, "--tables"], check=True, capture_output=True, text=True).stdout
              for program in args.programs]
    before = args.page.read_text(encoding="utf-8")
    after, faults = rewrite(before, prints, args.all)
    if args.update:
        args.page.write_text(after, encoding="utf-8")
    elif after != before:
        sys.stdout.writelines(difflib.unified_diff(before.splitlines(True), after.splitlines(True), "the page", "the suite"))
        faults.append("the page differs from the suite's data; tables.py --update writes it")
    for fault in faults:
        print(f"tables: {fault}")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
