"""Shows that mutants.py reports what it has to report, on stand-ins for the test program."""

import pathlib
import sys
import tempfile
import textwrap
import unittest

import mutants

FAILING = 'print("[  FAILED  ] Suite.Test (0 ms)"); sys.exit(1)'


class Mutants(unittest.TestCase):
    def faults(self, rules, off, on="sys.exit(0)"):
        """Faults for a program that prints `rules` for --rules, runs `off` without a rule and `on` with all."""
        with tempfile.TemporaryDirectory() as folder:
            program = pathlib.Path(folder) / "program.py"
            program.write_text(textwrap.dedent(f"""\
                import os, sys
                argument = sys.argv[1] if len(sys.argv) > 1 else ""
                if argument == "--rules":
                    print({rules!r})
                elif argument.startswith("--rule-off="):
                    {off}
                else:
                    {on}
                """))
            lines, faults = mutants.table([sys.executable, str(program)])
            self.summary = lines[-1]
            return faults

    def test_all_is_well(self):
        self.assertEqual(self.faults("a.b\timplemented\t2\nc\tplanned\t0", FAILING), [])
        self.assertIn("1 of 1 implemented", self.summary)
        self.assertIn("1 are planned", self.summary)

    def test_a_rule_that_no_test_names(self):
        self.assertEqual(self.faults("a\timplemented\t0\nb\timplemented\t1", FAILING), ["a: no test names it"])

    def test_a_rule_that_no_test_misses(self):
        self.assertIn("passes without it", self.faults("a\timplemented\t1", "sys.exit(0)")[0])

    def test_a_crash_is_no_failure(self):
        crash = 'print("[  FAILED  ] Suite.Test (0 ms)", flush=True); os.abort()'
        self.assertIn("instead of failing", self.faults("a\timplemented\t1", crash)[0])

    def test_nothing_run_is_no_failure(self):
        self.assertIn("instead of failing", self.faults("a\timplemented\t1", 'print("0 tests"); sys.exit(1)')[0])

    def test_a_name_that_is_no_rule(self):
        self.assertEqual(self.faults("no such rule: x\na\timplemented\t1", FAILING), ["no such rule: x"])

    def test_an_empty_table(self):
        self.assertEqual(self.faults("", FAILING), ["--rules lists no rule"])

    def test_tests_that_fail_anyway(self):
        self.assertIn("while every rule is on", self.faults("a\timplemented\t1", FAILING, on="sys.exit(1)")[0])


if __name__ == "__main__":
    unittest.main()
