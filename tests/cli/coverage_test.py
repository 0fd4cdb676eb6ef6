"""fauxbank coverage, fed by a real test program that runs whole, in shards and test by test.

usage: coverage_test.py FAUXBANK TEST_PROGRAM
"""

import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

CLI, PROGRAM = sys.argv[1:3]


def fauxbank(*arguments):
    return subprocess.run([CLI, *map(str, arguments)], capture_output=True, text=True, check=False)


class Coverage(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def run_tests(self, *arguments, **variables):
        """Runs the test program and returns the coverage files that it has left so far."""
        env = {**os.environ, "TEST_UNDECLARED_OUTPUTS_DIR": str(self.folder), **variables}
        subprocess.run([PROGRAM, *arguments], env=env, check=True, capture_output=True)
        return sorted(self.folder.glob("fauxbank-coverage-*.json"))

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def refuse(self, text, *arguments):
        done = fauxbank("coverage", *arguments)
        self.assertEqual(done.returncode, 2, done.stdout)
        self.assertEqual(done.stdout, "")
        self.assertIn(text, done.stderr)

    def test_shards_add_up_to_the_whole(self):
        whole = json.loads(fauxbank("coverage", "--json", *self.run_tests()).stdout)
        for file in self.folder.glob("*.json"):
            file.unlink()
        for shard in range(3):
            files = self.run_tests(GTEST_TOTAL_SHARDS="3", GTEST_SHARD_INDEX=str(shard))
        self.assertEqual(len(files), 3)
        merged = json.loads(fauxbank("coverage", "--json", *files).stdout)
        self.assertEqual(merged, whole)
        self.assertEqual(merged["rules"]["retrieve"]["hits"], 3)

    def test_programs_that_run_test_by_test_keep_their_files_apart(self):
        self.run_tests("--gtest_filter=FirstBankTest.SeesItsWorldAlone")
        files = self.run_tests("--gtest_filter=SecondBankTest.SeesItsWorldAlone")
        self.assertEqual(len(files), 2)
        self.assertEqual(json.loads(fauxbank("coverage", "--json", *files).stdout)["worlds"], 2)

    def test_says_what_no_test_has_seen(self):
        done = fauxbank("coverage", *self.run_tests())
        self.assertEqual(done.returncode, 0)
        self.assertIn("  list.has_more (documented): true exactly when more lie", done.stdout)
        self.assertIn("  no test crossed a page boundary\n", done.stdout)
        self.assertIn("  429 never seen\n", done.stdout)
        self.assertNotIn("  404 never seen\n", done.stdout)

    def test_requires_rules(self):
        files = self.run_tests()
        self.assertEqual(fauxbank("coverage", "--require", "retrieve", *files).returncode, 0)
        done = fauxbank("coverage", "--require", "retrieve", "--require", "list.has_more", *files)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(
            done.stderr,
            "fauxbank coverage: required, but no test applied list.has_more (documented): true exactly when more lie "
            "in the direction of travel\n",
        )

    def test_output_is_input(self):
        first = fauxbank("coverage", "--json", *self.run_tests()).stdout
        again = fauxbank("coverage", "--json", self.write("merged.json", first)).stdout
        self.assertEqual(again, first)

    def test_refuses_bad_arguments(self):
        self.refuse("needs a file", "--json")
        self.refuse("no such rule: list.has_mroe; nearest is list.has_more", "--require", "list.has_mroe", "x")
        self.refuse("--require needs a rule", "--require")
        self.refuse("no such option: --jsn", "--jsn", "x")

    def test_refuses_bad_files(self):
        good = {"fauxbank_coverage": 1, "worlds": 1, "entries_dropped": 0, "rules": {}, "behaviours": {}}
        self.assertEqual(fauxbank("coverage", self.write("good.json", json.dumps(good))).returncode, 0)
        self.refuse("nothing.json: cannot be read", self.folder / "nothing.json")
        for text, change in {
            "is not a JSON object": None,
            "/fauxbank_coverage: this program reads version 1": {"fauxbank_coverage": 2},
            "/worlds: is not a count": {"worlds": -1},
            "/rules: is not an object": {"rules": []},
            "/rules: no such rule: list.ordr; nearest is list.order": {"rules": {"list.ordr": {"hits": 1, "worlds": 1}}},
            "/rules/list.order/worlds: is missing": {"rules": {"list.order": {"hits": 1}}},
            "/behaviours: no such behaviour: rain": {"behaviours": {"rain": {"hits": 1, "worlds": 1}}},
        }.items():
            with self.subTest(text):
                bad = "[]" if change is None else json.dumps({**good, **change})
                self.refuse("bad.json: " + text, self.write("bad.json", bad))

    def test_other_commands(self):
        done = fauxbank("coverge")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("no such command: coverge; nearest is coverage", done.stderr)
        self.assertEqual(fauxbank().returncode, 2)
        self.assertIn("fauxbank coverage", fauxbank("--help").stdout)
        self.assertRegex(fauxbank("--version").stdout, r"^fauxbank \d+\.\d+\.\d+\n$")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
