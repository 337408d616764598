"""Write constraints.txt: the exact versions installed in .venv, without local build tags."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEADER = "# The versions that the tests ran with; pip takes them through --constraint. Made by: make constraints"
OURS = {"kinema", "pip", "setuptools", "wheel"}


def main():
    """List, strip, write; entries of packages that are not installed here (CuPy, say) are kept."""
    listed = subprocess.run(
        [sys.executable, "-m", "pip", "list", "--format=freeze"], capture_output=True, text=True, check=True
    ).stdout
    pins = {}
    for line in (ROOT / "constraints.txt").read_text().splitlines() + listed.splitlines():
        name, _, version = line.partition("==")
        if version and name.lower() not in OURS:
            pins[re.sub(r"[-_.]+", "-", name).lower()] = f"{name}=={version.split('+')[0]}"
    target = ROOT / "constraints.txt"
    target.write_text("\n".join([HEADER, *(pins[k] for k in sorted(pins))]) + "\n")
    print(f"wrote {target.name}: {len(pins)} versions")


if __name__ == "__main__":
    main()
