"""Install other people's clients and run them on the emulator: all, or those that are named.

make interop
make interop INTEROP="az sdk-39"
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from interop.clients import CLIENTS

ROOT = Path(__file__).resolve().parents[2]


def main(chosen: list[str]) -> int:
    unknown = sorted(set(chosen) - set(CLIENTS))
    if unknown:
        print(f"interop: no such client: {', '.join(unknown)}; there are {', '.join(CLIENTS)}", file=sys.stderr)
        return 2
    names = chosen or list(CLIENTS)
    for name in names:
        CLIENTS[name].make()
    command = [sys.executable, "-m", "pytest", "-q", "-n", "4", "--dist", "worksteal", "--durations=5", "tests/interop"]
    return subprocess.run([*command, "--clients", ",".join(names)], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
