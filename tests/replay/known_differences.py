# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Differences between recordings and the emulator that stay, each with its reason.

(file, number of the call, reason). An entry that no longer differs is reported as stale.
"""

KNOWN: tuple[tuple[str, int, str], ...] = (
    ("transcribed-2021-2026.jsonl", 4, "the update that set the later endOfLifeDate was not transcribed"),
    ("transcribed-2021-2026.jsonl", 5, "the update that set the later endOfLifeDate was not transcribed"),
    ("transcribed-2024-2026.jsonl", 28, "the update that set 31 and 8 days was not transcribed"),
)
