"""The official node SDK, from the npm registry, on a server of its own.

usage: node_sdk.py PROGRAM FOLDER     FOLDER is where npm installs

Ends with 77, which skips the test, where there is no node, or no registry and nothing installed before.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from served import Served

SKIPPED = 77
SOURCES = Path(__file__).resolve().parent / "sdk"


def skip(why):
    print(f"skipped: {why}")
    sys.exit(SKIPPED)


def install(npm, folder):
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "stripe.test.mjs"):
        shutil.copy(SOURCES / name, folder)
    wanted = json.loads((folder / "package.json").read_text())["dependencies"]["stripe"]
    installed = folder / "node_modules" / "stripe" / "package.json"
    if installed.exists() and json.loads(installed.read_text())["version"] == wanted:
        return
    options = ["--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts", "--fetch-timeout=60000"]
    done = subprocess.run([npm, "install", *options], cwd=folder, capture_output=True, text=True)
    if done.returncode == 0:
        return
    if subprocess.run([npm, "ping", "--fetch-retries=0"], cwd=folder, capture_output=True).returncode != 0:
        skip("the npm registry cannot be reached")
    sys.exit(f"npm install failed:\n{done.stderr}")


def main():
    program, folder = sys.argv[1], Path(sys.argv[2])
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        skip("node or npm is not installed (Debian: nodejs, npm)")
    install(npm, folder)
    with Served(program, "--scenario", SOURCES / "scenario.json", "--clock", "manual") as bank:
        environment = {**os.environ, "FAUXBANK_URL": bank.url}
        done = subprocess.run([node, "--test", "stripe.test.mjs"], cwd=folder, env=environment)
        assert bank.stop() == 0
    sys.exit(done.returncode)


if __name__ == "__main__":
    main()
