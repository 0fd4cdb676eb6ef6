"""Fails when a page shows C++ that is not compiled, names a command, preset, target or page that does not exist.

usage: check_snippets.py [--root DIR]     check README.md and docs/**/*.md
       check_snippets.py --self-test      show that each check can fail

A C++ example must equal a region of docs/examples/*_test.cpp, from `// [name]` to `// [/name]`, indentation of
the whole aside. A region that no page shows is a fault as well.
"""

import argparse
import json
import re
import shutil
import sys
import tempfile
import textwrap
import unittest
from pathlib import Path

REGIONS = "docs/examples/snippets_test.cpp"
EXAMPLES, SNIPPETS = "docs/examples", "*_test.cpp"
FENCE = re.compile(r"^ *```(\w*) *$")
MARK = re.compile(r"^\s*// \[(/?)([\w ]+)\]\s*$")
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)|(?:src|srcset)=\"([^\"]+)\"")
INLINE_COMMAND = re.compile(r"`(\./dev(?: [^`]*)?)`")
# Tools that a reader has; everything else in a shell block must be a file of this tree.
TOOLS = {"c++", "cd", "clang++", "cmake", "ctest", "g++", "git", "grep", "pkg-config", "python3"}


def blocks(text):
    """(line of the fence, language, text) of every fenced block."""
    found, start, language, lines = [], 0, "", []
    for number, line in enumerate(text.splitlines(), 1):
        fence = FENCE.match(line)
        if not start and fence:
            start, language, lines = number, fence.group(1), []
        elif start and line.strip() == "```":
            found.append((start, language, "\n".join(lines)))
            start = 0
        elif start:
            lines.append(line)
    return found


def prose(text):
    """The text with its fenced blocks blanked, line numbers kept."""
    kept, inside = [], False
    for line in text.splitlines():
        is_fence = line.lstrip().startswith("```")
        kept.append("" if inside or is_fence else line)
        inside ^= is_fence
    return "\n".join(kept)


def even(code):
    """Code as it is compared: without common indentation and spaces at line ends."""
    return textwrap.dedent("\n".join(line.rstrip() for line in code.strip("\n").splitlines())).strip("\n")


def regions(root, faults):
    """name -> code, of all files; a region may lie within another, whose code does not show the marks."""
    closed = {}
    for path in sorted((root / EXAMPLES).glob(SNIPPETS)):
        place, open_regions = path.relative_to(root).as_posix(), {}
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            mark = MARK.match(line)
            if not mark:
                for lines in open_regions.values():
                    lines.append(line)
            elif not mark.group(1) and mark.group(2) not in open_regions and mark.group(2) not in closed:
                open_regions[mark.group(2)] = []
            elif mark.group(1) and mark.group(2) in open_regions:
                closed[mark.group(2)] = even("\n".join(open_regions.pop(mark.group(2))))
            else:
                faults.append(f"{place}:{number}: the mark {line.strip()} fits no other")
        faults += [f"{place}: the region [{name}] does not end" for name in open_regions]
    return closed



def anchors(path):
    """What a link may name behind `#`, as the headings of a page give it."""
    found = set()
    for line in prose(path.read_text(encoding="utf-8")).splitlines():
        if line.startswith("#"):
            title = line.lstrip("#").strip().lower()
            found.add(re.sub(r"[^\w\- ]", "", title).replace(" ", "-"))
    return found


class Tree:
    """What a page may name."""

    def __init__(self, root):
        self.root = root
        script = (root / "dev").read_text(encoding="utf-8")
        cases = re.findall(r"^  ([\w| -]+)\)", script, re.MULTILINE)
        self.dev_commands = {name.strip() for case in cases for name in case.split("|")}
        presets = json.loads((root / "CMakePresets.json").read_text(encoding="utf-8"))
        kinds = ("configurePresets", "buildPresets", "testPresets", "workflowPresets")
        self.presets = {row["name"] for kind in kinds for row in presets.get(kind, []) if not row.get("hidden")}
        public = (root / "docs/public-api.md").read_text(encoding="utf-8")
        self.targets = set(re.findall(r"fauxbank::\w+", public))

    def command_fault(self, command):
        words = command.split()
        if words[0] == "./dev":
            if len(words) > 1 and words[1] not in self.dev_commands:
                return f"./dev has no command {words[1]}"
            if len(words) > 2 and words[1] == "test":
                strange = [word for word in words[2:] if word not in self.presets]
                return f"no such preset: {strange[0]}" if strange else None
        elif "/" in words[0] and not words[0].startswith("build/"):
            return None if (self.root / words[0]).exists() else f"no such file: {words[0]}"
        elif "/" not in words[0] and words[0] not in TOOLS:
            return f"no known command: {words[0]}"
        preset = re.search(r"--preset[= ](\S+)", command)
        if preset and preset.group(1) not in self.presets:
            return f"no such preset: {preset.group(1)}"
        return None

    def link_fault(self, page, link):
        if re.match(r"https?:|mailto:", link):
            return None
        name, _, anchor = link.partition("#")
        target = (page.parent / name) if name else page
        if not target.exists():
            return f"no such page: {link}"
        if anchor and anchor not in anchors(target):
            return f"no such heading: {link}"
        return None


def check_block(tree, known, shown, language, code):
    """Yields (line within the block, fault)."""
    if language == "cpp":
        names = [name for name, region in known.items() if region == even(code)]
        shown.update(names)
        if not names:
            yield 0, f"this C++ is no region of {EXAMPLES}/{SNIPPETS}: {even(code).splitlines()[0]}"
    elif language in {"sh", "console"}:
        for offset, line in enumerate(code.splitlines(), 1):
            for command in re.split(r"&&|\|\||;|(?<!\|)\|(?!\|)", line.split(" #")[0]):
                fault = tree.command_fault(command) if command.strip() and not command.startswith("#") else None
                if fault:
                    yield offset, fault
    elif language == "cmake":
        for offset, line in enumerate(code.splitlines(), 1):
            for target in re.findall(r"fauxbank::\w+", line):
                if target not in tree.targets:
                    yield offset, f"docs/public-api.md knows no target {target}"
    elif language not in {"text", "json", "html"}:
        yield 0, f"a block in {language or 'no language'}: say cpp, sh, cmake, json or text"


def check(root):
    faults, shown = [], set()
    tree, known = Tree(root), regions(root, faults)
    for page in [root / "README.md", *sorted((root / "docs").rglob("*.md"))]:
        place, text = page.relative_to(root).as_posix(), page.read_text(encoding="utf-8")
        for start, language, code in blocks(text):
            faults += [f"{place}:{start + at}: {fault}" for at, fault in check_block(tree, known, shown, language, code)]
        for number, line in enumerate(prose(text).splitlines(), 1):
            for match in LINK.finditer(line):
                fault = tree.link_fault(page, next(group for group in match.groups() if group))
                faults += [f"{place}:{number}: {fault}"] if fault else []
            for command in INLINE_COMMAND.findall(line):
                fault = tree.command_fault(command)
                faults += [f"{place}:{number}: {fault}"] if fault else []
    faults += [f"{EXAMPLES}: no page shows the region [{name}]" for name in known if name not in shown]
    return faults


class SelfTest(unittest.TestCase):
    """Copies what is read, plants one fault, and wants the check to name it."""

    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.root, source = Path(holder.name), Path(__file__).resolve().parents[1]
        shutil.copytree(source / "docs", self.root / "docs", ignore=shutil.ignore_patterns("__pycache__"))
        for folder in ("include", "src", "tests", "fixtures", ".ci"):
            if (source / folder).exists():
                (self.root / folder).symlink_to(source / folder)
        for leaf in ("README.md", "LICENSE", "CMakeLists.txt", "CMakePresets.json", "dev"):
            if (source / leaf).exists():
                shutil.copy(source / leaf, self.root / leaf)

    def assert_names(self, words, place="README.md", append="", replace=None):
        self.assertEqual(check(self.root), [])
        path = self.root / place
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(*replace) if replace else text + append, encoding="utf-8")
        faults = check(self.root)
        self.assertTrue(any(words in fault for fault in faults), f"{words!r} not in {faults}")

    def test_code_that_is_not_compiled(self):
        self.assert_names("this C++ is no region", append="\n```cpp\nint nowhere = 1;\n```\n")

    def test_code_that_has_changed(self):
        self.assert_names("this C++ is no region", place=REGIONS, replace=("world.clock().advance(5s);", "world.clock().advance(6s);"))

    def test_a_region_that_nobody_shows(self):
        self.assert_names("no page shows the region [lonely]", place=REGIONS, append="// [lonely]\nint x;\n// [/lonely]\n")

    def test_a_region_that_stands_in_two_files(self):
        self.assert_names("fits no other", place="docs/examples/fault_snippets_test.cpp",
                          append="// [world]\nint x;\n// [/world]\n")

    def test_a_region_without_end(self):
        self.assert_names("the region [open] does not end", place=REGIONS, append="// [open]\nint x;\n")

    def test_an_unknown_command_of_dev(self):
        self.assert_names("./dev has no command tset", append="\n```sh\n./dev tset\n```\n")

    def test_an_unknown_command_in_a_sentence(self):
        self.assert_names("./dev has no command tset", append="\nRun `./dev tset`.\n")

    def test_an_unknown_preset(self):
        self.assert_names("no such preset: fast", append="\n```sh\ncmake --preset fast\n```\n")

    def test_an_unknown_tool(self):
        self.assert_names("no known command: mkae", append="\n```sh\nmkae test\n```\n")

    def test_an_unknown_target(self):
        self.assert_names("no target fauxbank::gmokc", append="\n```cmake\nlink(fauxbank::gmokc)\n```\n")

    def test_a_dead_link(self):
        self.assert_names("no such page: docs/nowhere.md", append="\n[here](docs/nowhere.md)\n")

    def test_a_dead_heading(self):
        self.assert_names("no such heading", append="\n[here](docs/rules.md#nowhere)\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parents[1])
    parser.add_argument("--self-test", action="store_true")
    arguments = parser.parse_args()
    if arguments.self_test:
        unittest.main(argv=[sys.argv[0]])
    faults = check(arguments.root)
    for fault in faults:
        print(f"snippets: {fault}")
    print(f"snippets: {len(faults)} fault(s)" if faults else "snippets: good")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
