#!/usr/bin/python
# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: clone_plan
short_description: Plan how the role clone_managed_image clones a managed image
version_added: 1.0.0
author:
  - cloudimages.azure_gallery contributors (@cloudimages)
description:
  - The preflight of the role P(cloudimages.azure_gallery.clone_managed_image#role), made for it.
  - Reads the role's variables, of whatever type a survey has made them, and what there is in Azure, and returns what
    has to be done as options of the modules that do it.
  - Refuses what cannot be done, before anything is written. Warns of what Azure may refuse.
  - Lists that answer for many hosts are read once a run.
  - Writes nothing.
extends_documentation_fragment:
  - cloudimages.azure_gallery.azure
  - cloudimages.azure_gallery.module
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
  idempotent:
    support: full
options:
  variables:
    description:
      - The variables of the role by their full names. A name that begins with C(clone_managed_image_) and is none of
        them is refused.
      - On the controller the variables of the host are added by themselves, so that the task need not list them.
    type: dict
    required: true
seealso:
  - module: cloudimages.azure_gallery.image_version
  - module: cloudimages.azure_gallery.image_definition
"""

EXAMPLES = r"""
- name: What would the role do
  cloudimages.azure_gallery.clone_plan:
    variables:
      clone_managed_image_source:
        resource_group: rg
        name: myImage
      clone_managed_image_gallery:
        resource_group: rg
        name: myGallery
      clone_managed_image_target_regions: southcentralus=1 eastus2=1=standard_zrs
  register: planned
"""

RETURN = r"""
plan:
  description: What has to be done.
  returned: success
  type: dict
  contains:
    needed:
      description: Whether there is anything to write or to wait for.
      returned: success
      type: bool
    source_id:
      description: The managed image.
      returned: success
      type: str
    definition_id:
      description: The image definition.
      returned: success
      type: str
    version_id:
      description: The version that is there, or the one that would be made were no other host to take its number.
      returned: success
      type: str
    version:
      description: Its number.
      returned: success
      type: str
    gallery:
      description: Options of M(cloudimages.azure_gallery.gallery) where the gallery has to be made, else null.
      returned: success
      type: dict
    definition:
      description: Options of M(cloudimages.azure_gallery.image_definition) where the definition has to be made or
        changed, else null.
      returned: success
      type: dict
    image_version:
      description: Options of M(cloudimages.azure_gallery.image_version) where anything has to be done, else null.
      returned: success
      type: dict
    numbering:
      description: What P(cloudimages.azure_gallery.clone_settled#filter) takes, or null where the version is there.
      returned: success
      type: dict
    wait:
      description: Whether to wait.
      returned: success
      type: bool
    flush:
      description: Whether to wait at once.
      returned: success
      type: bool
    wait_timeout:
      description: For how many seconds to wait.
      returned: success
      type: int
    poll_interval:
      description: Seconds between two readings, or null for the service's own pace.
      returned: success
      type: int
    subscription_id:
      description: The subscription that the variables name, or null.
      returned: success
      type: str
    credentials:
      description: A text that is the same for hosts that sign in alike. Nothing secret is in it.
      returned: success
      type: str
image_version:
  description: The version, as M(cloudimages.azure_gallery.image_version) returns it, where nothing has to be done; else
    null.
  returned: success
  type: dict
result:
  description: The fact C(clone_managed_image_result) of the role where nothing has to be done, else null.
  returned: success
  type: dict
replication_pending:
  description: False.
  returned: success
  type: bool
unmanaged_regions:
  description: Regions of the version that the variables do not name and that stay.
  returned: when nothing has to be done
  type: list
  elements: str
"""

from ..module_utils._module import run_as_module
from ..module_utils._modules.clone_plan import SPEC


def main() -> None:
    """Run the task of this module."""
    run_as_module(SPEC)


if __name__ == "__main__":
    main()
