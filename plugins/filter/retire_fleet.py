# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters of the role retire_managed_image and the playbook retire_fleet: how it ended, what is deleted, what is handed on."""

from __future__ import annotations

import typing as t

from ..module_utils._fleet.retirement import choose, left, read_run, records
from ..module_utils._role.retirement import result
from ..plugin_utils.filter_errors import as_filters


class FilterModule:
    """The filters, by name."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        functions: dict[str, t.Callable[..., t.Any]] = {
            "retirement_choice": choose,
            "retirement_left": left,
            "retirement_records": records,
            "retirement_result": result,
            "retirement_run": read_run,
        }
        return as_filters(functions)
