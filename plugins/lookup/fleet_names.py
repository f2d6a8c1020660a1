# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The variables of a host that name its image definition; the rules are in module_utils/_fleet."""

from __future__ import annotations

DOCUMENTATION = """
name: fleet_names
author:
  - cloudimages.azure_gallery contributors (@cloudimages)
version_added: 1.0.0
short_description: The image definition that an image of a fleet goes into
description:
  - Applies the naming rule of the playbook C(cloudimages.azure_gallery.migrate_fleet), which it is made for, to the variables
    of the host.
  - A variable that is not set, blank or omitted does not count. One that cannot be templated is an error.
  - A name that begins with C(migrate_fleet_) and is no variable of the playbook is an error. So is a C(migrate_fleet_report) that
    names no folder in which a report could be written.
options:
  _terms:
    description: The name of the host.
    type: list
    elements: str
    required: true
"""

EXAMPLES = """
- name: Name the image definition
  ansible.builtin.set_fact:
    names: "{{ lookup('cloudimages.azure_gallery.fleet_names', inventory_hostname) }}"
"""

RETURN = """
_list:
  description: What is given as C(definition), and what to make it with beyond that as C(defaults).
  type: list
  elements: dict
"""

import typing as t

from ansible.errors import AnsibleError, AnsibleLookupError
from ansible.plugins.lookup import LookupBase

from ..module_utils._fleet.naming import INPUTS, fleet_names
from ..module_utils._fleet.options import REPORT, refuse_unknown
from ..module_utils._fleet.report_folder import refuse_unwritable
from ..module_utils._resources.errors import GalleryError
from ..plugin_utils.survey_answers import as_written


class LookupModule(LookupBase):
    def run(
        self, terms: list[str], variables: dict[str, t.Any] | None = None, **kwargs: t.Any
    ) -> list[dict[str, t.Any]]:
        """One definition for each host that is named."""
        given = variables or {}
        try:
            refuse_unknown(given)
            if folder := self._value(REPORT, given):
                refuse_unwritable(str(folder), REPORT)
            found = {name: self._value(name, given) for name in INPUTS if name in given}
            return [fleet_names(found, host) for host in terms]
        except GalleryError as error:
            raise AnsibleLookupError(error.message) from error

    def _value(self, name: str, variables: dict[str, t.Any]) -> t.Any:
        """A variable, templated where its text may be a template; None for omit."""
        try:
            # in a mapping, since ansible-core 2.19 takes what is omitted out of one, and 2.18 puts a text in its place
            value = self._templar.template({name: variables[name]}).get(name) if name in variables else None
        except AnsibleError as error:
            raise AnsibleLookupError(f"{name}: {error}") from error
        return None if isinstance(value, str) and value == variables.get("omit") else as_written(value)
