"""Fails unless `fauxbank run` writes colours to a terminal, and none anywhere else; the text is the same.

usage: cli_colour.py FAUXBANK SCENARIO
"""

import os
import pty
import re
import subprocess
import sys

command = [sys.argv[1], "run", sys.argv[2]]
plain = subprocess.run(command, capture_output=True, check=True).stdout.decode()

terminal, slave = pty.openpty()
child = subprocess.Popen(command, stdout=slave)
os.close(slave)
seen = b""
while True:
    try:
        part = os.read(terminal, 65536)
    except OSError:  # the other end is closed
        break
    if not part:
        break
    seen += part
coloured = seen.decode().replace("\r\n", "\n")
assert child.wait() == 0, child.returncode
assert "\x1b[" not in plain, plain
assert "\x1b[1m" in coloured and coloured.rstrip().endswith("\x1b[0m"), coloured
assert re.sub(r"\x1b\[\d*m", "", coloured) == plain, (coloured, plain)
