# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters over what the tasks of a verification returned: which canaries still boot, their verdicts, and how it ended."""

from __future__ import annotations

import typing as t

from ..module_utils._role.verification_result import named, result, verdicts
from ..plugin_utils.filter_errors import as_filters


class FilterModule:
    """The filters, by name."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return as_filters({"canaries_started": named, "canary_verdicts": verdicts, "verification_result": result})
