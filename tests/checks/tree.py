"""What the checks share: walking the tree, reading C++ without its comments, reporting."""

import argparse
import os
import re
import sys
from pathlib import Path

CXX = {".hpp", ".ipp", ".cpp"}
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)

# A comment, or a literal that might contain what looks like one. Raw strings first: their quotes do not nest.
_COMMENT_OR_LITERAL = re.compile(
    r'R"(?P<mark>[^()\\\s]{0,16})\(.*?\)(?P=mark)"'
    r"|//[^\n]*|/\*.*?\*/"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])*'",
    re.DOTALL,
)


def arguments(description, **extra):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parents[2], help="the tree to check")
    for name, options in extra.items():
        parser.add_argument("--" + name.replace("_", "-"), **options)
    return parser.parse_args()


def files(root, *folders, suffixes=CXX):
    """The files below the folders that have one of the suffixes, sorted; build trees are left out."""
    found = []
    for folder in folders:
        for path, names, leaves in os.walk(root / folder):
            names[:] = [name for name in names if name not in {"build", ".git", "__pycache__"}]
            found += [Path(path, leaf) for leaf in leaves if Path(leaf).suffix in suffixes]
    return sorted(found)


def code(path):
    """The text of a C++ file with comments and literals blanked, line numbers kept."""

    def blank(match):
        return re.sub(r"[^\n]", " ", match.group())

    return _COMMENT_OR_LITERAL.sub(blank, path.read_text(encoding="utf-8"))


def includes(path):
    """(line, name) of each #include."""
    text = path.read_text(encoding="utf-8")
    return [(text.count("\n", 0, match.start()) + 1, match.group(2)) for match in INCLUDE.finditer(text)]


def public_headers(root):
    """The headers that a user may include, relative to include/fauxbank."""
    base = root / "include" / "fauxbank"
    found = (path.relative_to(base) for path in files(base, ".", suffixes={".hpp"}))
    return [name for name in found if name.parts[0] not in {"detail", "impl"}]


def report(check, faults):
    """Prints the faults and ends the program: 0 without any, else 1."""
    for fault in faults:
        print(f"{check}: {fault}")
    print(f"{check}: {len(faults)} fault(s)" if faults else f"{check}: good")
    sys.exit(1 if faults else 0)
