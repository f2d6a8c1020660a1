"""Where the tests of AWX find what they share; fixtures are in *_fixtures.py."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from objects_fixtures import cloud, listed, shipped

__all__ = ["cloud", "listed", "shipped"]  # fixtures
