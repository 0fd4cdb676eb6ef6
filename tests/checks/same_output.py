"""usage: same_output.py FILE PROGRAM [ARGUMENT...] — fails when the program does not print what the file holds."""

import difflib
import subprocess
import sys
from pathlib import Path

wanted = Path(sys.argv[1])
old = wanted.read_text(encoding="utf-8").splitlines() if wanted.exists() else []
new = subprocess.run(sys.argv[2:], capture_output=True, text=True, check=True).stdout.splitlines()
differences = list(difflib.unified_diff(old, new, str(wanted), "printed", lineterm="", n=1))
print("\n".join(differences))
sys.exit(1 if differences else 0)
