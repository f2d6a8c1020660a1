# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Differences between recordings and the emulator that stay, each with its reason.

(file, number of the call, the difference as it is reported, reason). Only that difference is explained, not others of
the same call. An entry that no longer differs so is reported as stale.
"""

_DATE = "recorded '2021-06-30T00:00:00+00:00', replayed '2021-04-01T00:00:00+00:00'"
_LATER = "the update that set the later endOfLifeDate was not transcribed"
_DAYS = "the update that set 31 and 8 days was not transcribed"
_POLICY = ".properties.softDeletePolicy"

KNOWN: tuple[tuple[str, int, str, str], ...] = (
    ("transcribed-2021-2026.jsonl", 4, f".properties.publishingProfile.endOfLifeDate: {_DATE}", _LATER),
    ("transcribed-2021-2026.jsonl", 5, f".value[0].properties.publishingProfile.endOfLifeDate: {_DATE}", _LATER),
    ("transcribed-2024-2026.jsonl", 28, f"{_POLICY}.retentionPeriodInDays: recorded 31, replayed 30", _DAYS),
    ("transcribed-2024-2026.jsonl", 28, f"{_POLICY}.gracePeriodInDays: recorded 8, replayed 7", _DAYS),
)
