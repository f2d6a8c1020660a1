# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters that read host patterns and batch sizes from whatever type a survey or -e gives them."""

from __future__ import annotations

import functools
import typing as t

from ansible.errors import AnsibleFilterError

from ..module_utils._fleet.options import fleet_batch, fleet_hosts
from ..module_utils._resources.errors import GalleryError

Function = t.Callable[..., t.Any]


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
        return {"fleet_batch": _as_ansible_error(fleet_batch), "fleet_hosts": _as_ansible_error(fleet_hosts)}
