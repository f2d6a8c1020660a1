# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Azure Resource Manager on loopback: managed images and Compute Galleries, for tests and for trying things out."""

from __future__ import annotations

from .clock import ManualClock
from .emulator import Emulator

__all__ = ["Emulator", "ManualClock"]
