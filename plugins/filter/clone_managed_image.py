# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters over what the tasks of a clone returned: what is still pending, and how it ended."""

from __future__ import annotations

import functools
import typing as t

from ansible.errors import AnsibleFilterError
from ansible.utils.display import Display

from ..module_utils._resources.errors import GalleryError
from ..module_utils._role.pending import not_ready, note, pending
from ..module_utils._role.result import clone_result, late_results

Function = t.Callable[..., t.Any]


def clone_pending(entries: t.Iterable[dict[str, t.Any]], **of: t.Any) -> list[dict[str, t.Any]]:
    """The list of pending versions after a wait, after a loop of image_version, or with one more version."""
    return note(entries, **of) if "version" in of else pending(entries, **of)


def clone_not_ready(entries: t.Iterable[dict[str, t.Any]], waited: t.Mapping[str, t.Any] | None = None) -> list[str]:
    """Which of the pending versions are not ready after a wait, each line also a warning."""
    lines = not_ready(entries, waited)
    for line in lines:
        Display().warning(line)
    return lines


def _as_ansible_error(function: Function) -> Function:
    """The filter, which raises our errors as Ansible's."""

    @functools.wraps(function)
    def wrapped(*args: t.Any, **options: t.Any) -> t.Any:
        try:
            return function(*args, **options)
        except GalleryError as error:
            raise AnsibleFilterError(error.message) from error

    return wrapped


class FilterModule:
    """The filters, by name."""

    def filters(self) -> dict[str, Function]:
        functions: dict[str, Function] = {
            "clone_not_ready": clone_not_ready,
            "clone_pending": clone_pending,
            "clone_result": clone_result,
            "clone_results": late_results,
        }
        return {name: _as_ansible_error(function) for name, function in functions.items()}
