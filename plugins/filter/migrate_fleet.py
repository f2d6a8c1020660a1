# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the playbook migrate_fleet tells its plays; the rules are in module_utils/_fleet."""

from __future__ import annotations

import functools
import typing as t

from ansible.errors import AnsibleFilterError

from ..module_utils._fleet.options import fleet_batch, fleet_hosts
from ..module_utils._fleet.report_text import own_words
from ..module_utils._resources.errors import GalleryError

Function = t.Callable[..., t.Any]


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
        return {"fleet_batch": _told(fleet_batch), "fleet_hosts": _told(fleet_hosts), "fleet_reason": own_words}
