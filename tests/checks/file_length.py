"""Fails on a source file that is too long, on a stranger at the top of the tree, and on words that must not be committed."""

import os
import re

import tree

MOST_LINES = 500
SOURCES = tree.CXX | {".py"}

# Dotfiles may stand there as well; `build` is never committed.
TOP_LEVEL = {
    *("CMakeLists.txt", "CMakePresets.json", "LICENSE", "README.md"),
    *("dev", "docs", "fixtures", "include", "src", "tests"),
    *("build", "CMakeUserPresets.json"),
}

# Paths of somebody's own machine, and notes to oneself.
WORDS = re.compile(r"(?<![\w.~$}-])/(?:home|root|work|tmp|Users)/\w|\b(?:TO[D]O|FIX[M]E|X{3})\b")
# A fuzzer's corpus may hold any bytes.
UNREAD = ("fixtures/corpus/",)


def committed_files(root):
    for path, names, leaves in os.walk(root):
        names[:] = sorted(name for name in names if name not in {"build", ".git", "__pycache__"})
        for leaf in sorted(leaves):
            yield root / os.path.relpath(os.path.join(path, leaf), root)


def main():
    root = tree.arguments(__doc__).root
    faults = []
    for entry in sorted(root.iterdir()):
        if entry.name not in TOP_LEVEL and not entry.name.startswith("."):
            faults.append(f"{entry.name}: does not belong at the top of the tree")
    for path in committed_files(root):
        place = path.relative_to(root).as_posix()
        if place.startswith(UNREAD):
            continue
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            continue
        if path.suffix in SOURCES and len(lines) > MOST_LINES:
            faults.append(f"{place}: {len(lines)} lines; at most {MOST_LINES} are wanted")
        for number, line in enumerate(lines, 1):
            faults += [f"{place}:{number}: '{match.group()}'" for match in WORDS.finditer(line)]
    tree.report("file_length", faults)


if __name__ == "__main__":
    main()
