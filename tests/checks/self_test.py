"""Shows that each check can fail: copies the tree, plants one fault, and wants the check to name it.

usage: self_test.py [--compiler COMMAND] [unittest arguments, e.g. Layers]
"""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COMPILER = "g++"


class Check(unittest.TestCase):
    script = ""

    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.root = Path(holder.name) / "tree"
        shutil.copytree(ROOT, self.root, ignore=shutil.ignore_patterns("build", ".git", "__pycache__", "corpus"))

    def run_check(self, *arguments, **environment):
        command = [sys.executable, str(ROOT / "tests/checks" / self.script), *arguments]
        return subprocess.run(
            command, capture_output=True, text=True, env=os.environ | environment, cwd=self.root, check=False
        )

    def run_on_copy(self, *arguments):
        return self.run_check("--root", str(self.root), *arguments)

    def plant(self, place, text, append=True):
        path = self.root / place
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a" if append else "w", encoding="utf-8") as file:
            file.write(text)

    def assert_good(self):
        done = self.run_on_copy()
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def assert_names(self, *words):
        self.assert_names_each([words])

    def assert_names_each(self, faults):
        """One run, which must have a line for each of the faults, given by words of it."""
        done = self.run_on_copy()
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        for words in faults:
            self.assertTrue(
                any(all(word in line for word in words) for line in done.stdout.splitlines()),
                f"{words} not in one line of:\n{done.stdout}",
            )


class Layers(Check):
    script = "layers.py"

    def test_good(self):
        self.assert_good()

    def test_upward(self):
        self.plant("include/fauxbank/model.hpp", "#include <fauxbank/world.hpp>\n")
        self.assert_names("model.hpp", "upward")

    def test_upward_in_a_body(self):
        self.plant("include/fauxbank/impl/engine.ipp", "#include <fauxbank/transport.hpp>\n")
        self.assert_names("impl/engine.ipp", "upward")

    def test_upward_through_a_private_header(self):
        self.plant("include/fauxbank/detail/planted.hpp", "#include <fauxbank/world.hpp>\n")
        self.plant("include/fauxbank/model.hpp", "#include <fauxbank/detail/planted.hpp>\n")
        self.assert_names("model.hpp", "detail/planted", "upward")

    def test_lock_below_the_world(self):
        self.plant("include/fauxbank/impl/engine.ipp", "#include <fauxbank/detail/mutex.hpp>\n")
        self.assert_names("impl/engine.ipp", "detail/mutex", "upward")

    def test_edges(self):
        self.plant("include/fauxbank/client/planted.hpp", "#include <fauxbank/gmock.hpp>\n")
        self.assert_names("edge client/planted includes edge gmock")

    def test_message_stands_alone(self):
        self.plant("include/fauxbank/http/message.hpp", "#include <fauxbank/version.hpp>\n")
        self.assert_names("http/message.hpp", "standard library alone")

    def test_circle(self):
        self.plant("include/fauxbank/detail/planted_a.hpp", "#include <fauxbank/detail/planted_b.hpp>\n")
        self.plant("include/fauxbank/detail/planted_b.hpp", "#include <fauxbank/detail/planted_a.hpp>\n")
        self.assert_names("include each other", "detail/planted_a")

    def test_foreign_body(self):
        self.plant("include/fauxbank/world.hpp", "#include <fauxbank/impl/engine.ipp>\n")
        self.assert_names("impl/engine.ipp", "is a body of engine and of world")

    def test_body_of_nothing(self):
        self.plant("include/fauxbank/impl/planted.ipp", "")
        self.assert_names("impl/planted.ipp", "no header includes")

    def test_unknown_header(self):
        self.plant("include/fauxbank/planted.hpp", "")
        self.assert_names("planted.hpp", "no place")

    def test_dear_headers(self):
        for header in ("atomic", "functional", "iostream", "map", "memory", "mutex", "regex", "variant"):
            self.plant("include/fauxbank/version.hpp", f"#include <{header}>\n")
            self.assert_names("version.hpp", f"<{header}>", "too dear")

    def test_dear_header_behind_a_private_one(self):
        self.plant("include/fauxbank/detail/planted.hpp", "#include <map>\n")
        self.plant("include/fauxbank/world.hpp", "#include <fauxbank/detail/planted.hpp>\n")
        self.assert_names("detail/planted.hpp", "<map>", "too dear")

    def test_boost(self):
        self.plant("include/fauxbank/world.hpp", "#include <boost/json/value.hpp>\n")
        self.assert_names("world.hpp", "boost/json/value.hpp", "neither standard nor ours")


class Purity(Check):
    script = "purity.py"

    def test_good(self):
        self.assert_good()

    def test_engine_sees_the_outside(self):
        planted = {
            "#include <thread>": "<thread>",
            "#include <mutex>": "<mutex>",
            "#include <sys/socket.h>": "<sys/socket.h>",
            "std::thread planted;": "std::thread",
            "auto planted = std::chrono::system_clock::now();": "system_clock",
            "auto planted = std::chrono::steady_clock::now();": "steady_clock",
            'auto planted = std::getenv("TZ");': "getenv",
            "std::random_device planted;": "random_device",
            "int planted = rand();": "rand",
            "int planted = ::socket(1, 2, 3);": "::socket",
        }
        place = "include/fauxbank/impl/engine.ipp"
        self.plant(place, "\n".join(planted) + "\n")
        first = len((self.root / place).read_text(encoding="utf-8").splitlines()) - len(planted) + 1
        lines = [(f"{place}:{first + i}:", word) for i, word in enumerate(planted.values())]
        self.assert_names_each(lines)

    def test_everywhere_but_in_world(self):
        places = (
            *("impl/random.ipp", "model.hpp", "rules.hpp", "detail/ref.hpp", "clock.hpp"),
            *("impl/service_route.ipp", "impl/form.ipp", "transport.hpp", "fault.hpp", "impl/wire.ipp", "scenario.hpp"),
            *("impl/scenario.ipp", "detail/fault_engine.hpp", "impl/sweep.ipp", "coverage.hpp"),
        )
        for place in places:
            self.plant(f"include/fauxbank/{place}", "std::random_device planted;\n")
        self.plant("include/fauxbank/impl/world.ipp", "std::mutex planted;\n")
        self.assert_names_each([(place, "random_device") for place in places])
        self.assertNotIn("world.ipp", self.run_on_copy().stdout)

    def test_what_only_edges_include_is_theirs(self):
        self.plant("include/fauxbank/detail/peer_loop.hpp", "std::thread planted;\n")
        self.plant("include/fauxbank/server.hpp", "std::thread planted;\n")
        self.assert_good()
        self.plant("include/fauxbank/transport.hpp", "#include <fauxbank/detail/peer_loop.hpp>\n")
        self.assert_names("detail/peer_loop.hpp", "std::thread")

    def test_words_in_comments_and_literals_are_fine(self):
        self.plant("include/fauxbank/impl/engine.ipp", '// not rand() and not std::thread\nconst char* x = "getenv";\n')
        self.assert_good()

    def test_sleep(self):
        self.plant("tests/unit/planted_test.cpp", "void f() { std::this_thread::sleep_for(x); }\n")
        self.assert_names("planted_test.cpp", "sleep_for")

    def test_old_sleep(self):
        self.plant("docs/examples/planted.cpp", "void f() { usleep(1); }\n")
        self.assert_names("planted.cpp", "usleep")

    def test_sleep_of_python(self):
        self.plant("tests/support/planted.py", "import time\n\ntime." "sleep(1)\n")
        self.assert_names("planted.py:3", "time.sleep")

    def test_no_one_calls_nanosleep(self):
        self.plant("tests/unit/planted_test.cpp", "void f() { nanosleep(&a, &b); }\n")
        self.assert_names("planted_test.cpp", "nanosleep")


class HeaderLines(Check):
    script = "header_lines.py"
    ceilings = "tests/checks/header_lines.txt"

    def setUp(self):
        super().setUp()
        # One cheap header is enough to show it.
        shutil.rmtree(self.root / "include")
        self.plant("include/fauxbank/planted.hpp", "#include <cstddef>\n")
        self.plant("include/fauxbank/detail/private.hpp", "#include <vector>\n")
        self.assertEqual(self.run_on_copy("--update").returncode, 0)

    def run_on_copy(self, *arguments):
        return super().run_on_copy("--compiler", COMPILER, *arguments)

    def test_good(self):
        self.assert_good()

    def test_above_the_ceiling(self):
        self.plant("include/fauxbank/planted.hpp", "#include <vector>\n")
        self.assert_names("planted.hpp", "ceiling")

    def test_missing(self):
        self.plant(self.ceilings, "", append=False)
        self.assert_names("planted.hpp", "has no ceiling")

    def test_absent(self):
        self.plant("include/fauxbank/planted.hpp", "#include <nowhere>\n")
        self.assertEqual(self.run_on_copy("--absent", "planted.hpp").returncode, 0)
        self.assert_names("planted.hpp", "preprocessor")

    def test_stale(self):
        self.plant(self.ceilings, "gone.hpp\t100\n")
        self.assert_names("gone.hpp", "does not exist")

    def test_broken(self):
        self.plant("include/fauxbank/planted.hpp", "#include <no_such_header>\n")
        self.assert_names("planted.hpp", "preprocessor")


class TestMirror(Check):
    script = "test_mirror.py"

    def test_good(self):
        self.assert_good()

    def test_missing(self):
        self.plant("include/fauxbank/planted.hpp", "")
        self.assert_names("planted_test.cpp", "does not exist")

    def test_wrong_first_include(self):
        self.plant("include/fauxbank/planted.hpp", "")
        self.plant("tests/unit/planted_test.cpp", "#include <vector>\n#include <fauxbank/planted.hpp>\n")
        self.assert_names("planted_test.cpp:1", "includes vector before")

    def test_too_many(self):
        for number in range(40):
            self.plant(f"include/fauxbank/planted_{number}.hpp", "")
        self.assert_names("public headers; at most 36")


class FileLength(Check):
    script = "file_length.py"

    def test_good(self):
        self.assert_good()

    def test_too_long(self):
        self.plant("tests/unit/planted_test.cpp", "\n" * 501)
        self.assert_names("planted_test.cpp", "501 lines")

    def test_stranger(self):
        self.plant("planted.txt", "")
        self.assert_names("planted.txt", "top of the tree")

    def test_words(self):
        for words in (("", "home/me/x"), ("", "tmp/x"), ("TO", "DO"), ("FIX", "ME"), ("XX", "X")):
            word = "/".join(words) if not words[0] else "".join(words)
            with self.subTest(word):
                self.setUp()
                self.plant("docs/planted.md", f"see {word}\n")
                self.assert_names("planted.md", "1:")


class TestSummary(Check):
    script = "test_summary.py"
    cases = {
        "good": '<testcase name="good" time="1" status="run"/>',
        "bad": '<testcase name="bad" time="0" status="fail"><failure message=""/></testcase>',
        "skip": '<testcase name="skip" time="0" status="notrun">'
        '<skipped message="SKIP_REGULAR_EXPRESSION_MATCHED"/></testcase>',
        "lost": '<testcase name="lost" time="0" status="notrun">'
        '<skipped message="Unable to find executable"/></testcase>',
    }

    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.root = Path(holder.name)
        self.plant("allowed", "# reasons\n")

    def summary(self, *names, ci="false"):
        self.plant("junit.xml", f"<testsuite>{''.join(self.cases[name] for name in names)}</testsuite>", append=False)
        return self.run_check("--allowed-skips", "allowed", "stage=junit.xml", CI=ci)

    def test_passing(self):
        done = self.summary("good")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue(done.stdout.endswith("\n1 passed, 0 failed, 0 skipped\n"), done.stdout)

    def test_failing(self):
        for name in ("bad", "lost"):
            done = self.summary("good", name)
            self.assertEqual(done.returncode, 1)
            self.assertIn(f"failed: {name}", done.stdout)
            self.assertIn("1 passed, 1 failed, 0 skipped", done.stdout)

    def test_skips(self):
        self.assertEqual(self.summary("good", "skip").returncode, 0)
        self.assertEqual(self.summary("good", "skip", ci="true").returncode, 1)
        self.plant("allowed", "skip\tneeds a reason\n")
        self.assertEqual(self.summary("good", "skip", ci="true").returncode, 0)

    def test_no_test_at_all(self):
        self.assertEqual(self.summary().returncode, 1)
        self.assertEqual(self.run_check("stage=nowhere.xml").returncode, 1)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--compiler"]:
        COMPILER = sys.argv[2]
        del sys.argv[1:3]
    unittest.main()
