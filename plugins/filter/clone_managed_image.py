# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters over what the tasks of a clone returned: what is still pending, and how it ended."""

from __future__ import annotations

import typing as t

from ansible.utils.display import Display

from ..module_utils._role.pending import not_ready, note, pending
from ..module_utils._role.result import clone_result, late_results
from ..plugin_utils.filter_errors import as_filters


def clone_pending(entries: t.Iterable[dict[str, t.Any]], **of: t.Any) -> list[dict[str, t.Any]]:
    """The list of pending versions after a wait, after a loop of image_version, or with one more version."""
    return note(entries, **of) if "version" in of else pending(entries, **of)


def clone_not_ready(entries: t.Iterable[dict[str, t.Any]], waited: t.Mapping[str, t.Any] | None = None) -> list[str]:
    """Which of the pending versions are not ready after a wait, each line also a warning."""
    lines = not_ready(entries, waited)
    for line in lines:
        Display().warning(line)
    return lines


class FilterModule:
    """The filters, by name."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        functions: dict[str, t.Callable[..., t.Any]] = {
            "clone_not_ready": clone_not_ready,
            "clone_pending": clone_pending,
            "clone_result": clone_result,
            "clone_results": late_results,
        }
        return as_filters(functions)
