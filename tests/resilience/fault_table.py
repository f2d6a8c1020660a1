# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All faults, by name."""

from __future__ import annotations

from .lasting_faults import LASTING, OUTCOMES, RIVALS
from .transient_faults import LATE, TRANSIENT

FAULTS = {fault.name: fault for fault in (*TRANSIENT, *LATE, *LASTING, *RIVALS, *OUTCOMES)}
