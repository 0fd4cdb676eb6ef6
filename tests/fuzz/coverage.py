"""Fails unless a corpus, replayed by an instrumented program, covers enough lines of the files named."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--profdata", required=True, help="llvm-profdata")
    parser.add_argument("--cov", required=True, help="llvm-cov")
    parser.add_argument("--least", type=float, required=True, help="percent of lines, of all files together")
    parser.add_argument("--files", nargs="+", type=Path, required=True, help="what must be covered")
    parser.add_argument("command", nargs="+", help="after --: the program and its corpus")
    args = parser.parse_args()

    with tempfile.TemporaryDirectory() as folder:
        raw, merged = Path(folder, "raw"), Path(folder, "merged")
        subprocess.run(args.command, env={**os.environ, "LLVM_PROFILE_FILE": str(raw)}, check=True)
        subprocess.run([args.profdata, "merge", raw, "-o", merged], check=True)
        export = [args.cov, "export", "-summary-only", f"-instr-profile={merged}", args.command[0], *args.files]
        report = json.loads(subprocess.run(export, check=True, stdout=subprocess.PIPE).stdout)

    # The tool leaves out other files only where it knows these by the same path.
    wanted = {file.name for file in args.files}
    lines = {Path(file["filename"]).name: file["summary"]["lines"] for file in report["data"][0]["files"]}
    lines = {name: count for name, count in lines.items() if name in wanted}
    missing = [file.name for file in args.files if file.name not in lines]
    if missing:
        sys.exit(f"coverage: no line of {', '.join(missing)} is in the program")
    for name, count in sorted(lines.items()):
        print(f"coverage: {name}: {count['covered']} of {count['count']} lines")
    covered = sum(count["covered"] for count in lines.values())
    total = sum(count["count"] for count in lines.values())
    percent = 100 * covered / total
    print(f"coverage: {percent:.1f} % of {total} lines; at least {args.least:g} % is wanted")
    sys.exit(0 if percent >= args.least else 1)


if __name__ == "__main__":
    main()
