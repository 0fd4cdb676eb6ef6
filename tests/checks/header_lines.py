"""Fails when a public header pulls in more lines than its ceiling in header_lines.txt.

Counts the non-blank lines that the preprocessor leaves, which unlike seconds are the same on every machine with the same
compiler and standard library. --update writes new ceilings, about a tenth above what is counted now.
"""

import concurrent.futures
import os
import subprocess

import tree


def count(compiler, root, header):
    command = [*compiler.split(), "-std=c++20", "-E", "-x", "c++", f"-I{root / 'include'}", "-"]
    source = f"#include <fauxbank/{header}>\n"
    done = subprocess.run(command, input=source, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        return None
    return sum(1 for line in done.stdout.splitlines() if line.strip() and not line.startswith("#"))


def with_headroom(lines):
    return -(-lines * 11 // 1000) * 100  # a tenth more, rounded up to a hundred


def main():
    args = tree.arguments(
        __doc__,
        compiler={"default": "g++"},
        update={"action": "store_true"},
        absent={"action": "append", "default": [], "help": "a header whose library is not here: leave it out"},
    )
    ceilings_file = args.root / "tests" / "checks" / "header_lines.txt"
    headers = [header.as_posix() for header in tree.public_headers(args.root)]
    headers = [header for header in headers if header not in args.absent]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        counted = dict(zip(headers, pool.map(lambda header: count(args.compiler, args.root, header), headers)))

    faults = [f"{header}: does not get through the preprocessor" for header, lines in counted.items() if lines is None]
    counted = {header: lines for header, lines in counted.items() if lines is not None}
    if args.update:
        text = "".join(f"{header}\t{with_headroom(lines)}\n" for header, lines in counted.items())
        ceilings_file.write_text(text, encoding="utf-8")
        tree.report("header_lines", faults)

    rows = ceilings_file.read_text(encoding="utf-8").splitlines() if ceilings_file.exists() else []
    ceilings = {name: int(ceiling) for name, ceiling in (row.split("\t") for row in rows)}
    for header, lines in counted.items():
        print(f"{lines:8} of {ceilings.get(header, 0):8}  {header}")
        if header not in ceilings:
            faults.append(f"{header}: has no ceiling; run tests/checks/header_lines.py --update")
        elif lines > ceilings[header]:
            faults.append(f"{header}: {lines} lines, ceiling {ceilings[header]}")
    faults += [f"{name}: has a ceiling, but does not exist" for name in ceilings if name not in {*headers, *args.absent}]
    tree.report("header_lines", faults)


if __name__ == "__main__":
    main()
