# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`python -m replay FILE…`, started from the folder that holds both packages."""

from __future__ import annotations

import sys
from pathlib import Path

from .report import run

sys.exit(run([Path(name) for name in sys.argv[1:]]))
