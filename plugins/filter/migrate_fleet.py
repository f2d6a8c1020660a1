# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters that read host patterns and batch sizes from whatever type a survey or -e gives them."""

from __future__ import annotations

import typing as t

from ..module_utils._fleet.options import fleet_batch, fleet_hosts
from ..plugin_utils.filter_errors import as_filters


class FilterModule:
    """The filters, by name."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return as_filters({"fleet_batch": fleet_batch, "fleet_hosts": fleet_hosts})
