# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters over what the tasks of a clone returned: what is still pending, and how it ended."""

from __future__ import annotations

import typing as t

from ansible.utils.display import Display

from ..module_utils._role.pending import not_ready, pending
from ..module_utils._role.result import clone_results
from ..plugin_utils.filter_errors import as_filters


def clone_pending(entries: t.Iterable[dict[str, t.Any]], *, warn: bool = False, **of: t.Any) -> list[dict[str, t.Any]]:
    """The list of pending versions; with `warn`, only those that are not ready and not waited for, each also a warning."""
    found = pending(entries, **of)
    if not warn:
        return found
    left = not_ready(found)
    for entry in left:
        Display().warning(
            f"{entry['plan'].get('source') or entry['version']['image_version']['id']}: {entry['message']}"
        )
    return left


class FilterModule:
    """The filters, by name."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return as_filters({"clone_pending": clone_pending, "clone_results": clone_results})
