# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the role clone_managed_image works out between its tasks; the rules are in module_utils/_role."""

from __future__ import annotations

import functools
import typing as t

from ansible.errors import AnsibleFilterError
from ansible.utils.display import Display

from ..module_utils._resources.errors import GalleryError
from ..module_utils._role.batch import plan_batch
from ..module_utils._role.pending import any_open, by_id, judged, next_step, note, to_wait_for
from ..module_utils._role.result import clone_result, late_results

Function = t.Callable[..., t.Any]


def clone_settled(plans: t.Iterable[t.Mapping[str, t.Any]]) -> dict[str, t.Any]:
    """What the hosts of a batch share; what is doubtful in it is a warning."""
    settled = plan_batch(plans)
    for text in settled.pop("warnings"):
        Display().warning(text)
    return settled


def _told(function: Function) -> Function:
    """The filter that raises our errors as Ansible's."""

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
        functions = {
            "clone_any_open": any_open,
            "clone_by_id": by_id,
            "clone_judged": judged,
            "clone_next_step": next_step,
            "clone_noted": note,
            "clone_result": clone_result,
            "clone_results": late_results,
            "clone_settled": clone_settled,
            "clone_to_wait_for": to_wait_for,
        }
        return {name: _told(function) for name, function in functions.items()}
