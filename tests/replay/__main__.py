"""`python -m replay FILE…`, started from the folder that holds both packages."""

from __future__ import annotations

import sys
from pathlib import Path

from .report import run

sys.exit(run([Path(name) for name in sys.argv[1:]]))
