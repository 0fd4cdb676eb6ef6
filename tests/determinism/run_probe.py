"""Runs digest_probe in an environment of its own and fails unless it prints what the expected file holds.

To renew the file after an intended change: digest_probe > tests/determinism/expected.txt
"""

import argparse
import ctypes
import difflib
import os
import subprocess
import sys
from pathlib import Path

SKIPPED = 77
ADDR_NO_RANDOMIZE = 0x0040000


def make_locale(name, folder):
    """The environment in which the C library finds the locale: built here, so that none need be installed."""
    language = name.split(".")[0]
    folder.mkdir(parents=True, exist_ok=True)
    made = folder / name
    if not made.exists():
        # Tests run side by side: make it elsewhere and move it here whole.
        draft = folder / f"{name}.{os.getpid()}"
        command = ["localedef", "--no-archive", "-i", language, "-f", "UTF-8", str(draft)]
        try:
            subprocess.run(command, capture_output=True, check=False)
        except FileNotFoundError:
            return None
        if not (draft / "LC_NUMERIC").exists():
            return None
        try:
            draft.rename(made)
        except OSError:  # another test was quicker
            pass
    # The C library never frees what it read from LOCPATH, which a leak checker takes for ours.
    return {"LOCPATH": str(folder), "LC_ALL": name, "ASAN_OPTIONS": "detect_leaks=0"}


def has_a_zone(environment):
    """Whether the time zone is in force: the C library takes UTC for a name that it does not know."""
    offset = "import time; print(time.localtime(0).tm_gmtoff)"
    return subprocess.run([sys.executable, "-c", offset], env=environment, capture_output=True, check=True).stdout != b"0\n"


def set_randomized_addresses(wanted):
    """Runs in the child. Where it is not permitted, the environment's size still moves the stack."""
    ctypes.CDLL(None).personality(0 if wanted else ADDR_NO_RANDOMIZE)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--expected", type=Path, required=True)
    parser.add_argument("--env", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--bare", action="store_true", help="with nothing in the environment but --env")
    parser.add_argument("--locale", help="made with localedef below --locale-folder, and checked to be in force")
    parser.add_argument("--locale-folder", type=Path)
    parser.add_argument("--times", type=int, default=1, help="each time at other addresses")
    parser.add_argument("probe", nargs="+")
    arguments = parser.parse_args()

    environment = {} if arguments.bare else dict(os.environ)
    environment.update(setting.split("=", 1) for setting in arguments.env)
    command = list(arguments.probe)
    if any(setting.startswith("TZ=") for setting in arguments.env) and not has_a_zone(environment):
        print(f"no such time zone: {environment['TZ']}")
        return SKIPPED
    if arguments.locale:
        made = make_locale(arguments.locale, arguments.locale_folder)
        if made is None:
            print(f"there is no localedef, or no source of the locale {arguments.locale}")
            return SKIPPED
        environment.update(made)
        command.append("--decimal-comma")

    expected = arguments.expected.read_text(encoding="utf-8").splitlines()
    for time in range(arguments.times):
        environment["FILLING"] = "x" * (time * 5000)
        run = subprocess.run(
            command,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            preexec_fn=(lambda: set_randomized_addresses(time % 2 == 0)) if arguments.times > 1 else None,
        )
        print(run.stderr, end="")
        differences = list(difflib.unified_diff(expected, run.stdout.splitlines(), str(arguments.expected), "printed", lineterm=""))
        if run.returncode != 0 or differences:
            print("\n".join(differences))
            print(f"exit code {run.returncode}")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
