# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs that are killed, emulators that are killed, and runs that meet: after one more run all is as if nothing had happened.

`python -m kills`, from the folder that holds the package, tries every point and counts. tests/integration/test_kills.py tries
a few.
"""

from __future__ import annotations

import sys

from support.collection_tree import collections_path

sys.path.insert(0, str(collections_path()))
