#!/usr/bin/python
# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: clone_plan
short_description: Plan the clone of a managed image
version_added: 1.0.0
author:
  - cloudimages.azure_gallery contributors (@cloudimages)
description:
  - Validates what is wanted, reads what exists in Azure, and returns what has to be created or changed, as options of
    the modules M(cloudimages.azure_gallery.gallery), M(cloudimages.azure_gallery.image_definition) and
    M(cloudimages.azure_gallery.image_version) that do it.
  - Fails if Azure would refuse it, and warns of what Azure may refuse.
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
      - What is wanted, as variables of P(cloudimages.azure_gallery.clone_managed_image#role) by their full names.
        Values may be text, as surveys send them. An unknown name that begins with C(clone_managed_image_) is refused.
      - On the controller the variables of the host are added, so that the task does not have to list them.
    type: dict
  batch:
    description:
      - The name of a variable in which the hosts of the batch have registered their plans. The task then returns the
        plan of its host with all that the batch has in common. Version numbers are assigned in order of image name,
        and the first image describes a definition or gallery that several hosts would create. It fails if the host
        contradicts that.
      - Nothing is read from Azure. O(variables) is ignored.
    type: str
seealso:
  - module: cloudimages.azure_gallery.image_version
  - module: cloudimages.azure_gallery.image_definition
"""

EXAMPLES = r"""
- name: Plan the clone of myImage
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

- name: Assign version numbers for all hosts of the batch
  cloudimages.azure_gallery.clone_plan:
    batch: planned
  register: planned

- name: Start the version
  cloudimages.azure_gallery.image_version:
    plan: "{{ planned.plan.image_version }}"
    wait: false
"""

RETURN = r"""
plan:
  description: What has to be done.
  returned: success
  type: dict
  contains:
    needed:
      description: Whether there is anything to write or to wait for.
      type: bool
    action:
      description: What has to be done about the image version.
      type: str
      choices: [none, wait, create, update, recreate, retry_regions]
    source_id:
      description: The managed image.
      type: str
    definition_id:
      description: The image definition.
      type: str
    version_id:
      description: ID of the existing version, or of the version that would be created if no other host takes the
        number.
      type: str
    version:
      description: Its number.
      type: str
    gallery:
      description: Options of M(cloudimages.azure_gallery.gallery) if the gallery has to be created, else null.
      type: dict
    definition:
      description: Options of M(cloudimages.azure_gallery.image_definition) if the definition has to be created or
        changed, else null.
      type: dict
    image_version:
      description: Options of M(cloudimages.azure_gallery.image_version) if anything has to be done, else null.
      type: dict
    numbering:
      description: What O(batch) compares with other plans, or null if the version exists.
      type: dict
    wait:
      description: Whether to wait.
      type: bool
    flush:
      description: Whether to wait before the next image is started.
      type: bool
    wait_timeout:
      description: Seconds to wait.
      type: int
    size_gb:
      description: The size of the image's disks in GB, or null if the image does not exist.
      type: int
    credentials:
      description: A text that is the same for hosts that sign in alike. It contains no secret.
      type: str
image_version:
  description: The version, as M(cloudimages.azure_gallery.image_version) returns it, if nothing has to be done, else
    null.
  returned: success
  type: dict
replication_pending:
  description: False.
  returned: success
  type: bool
unmanaged_regions:
  description: Regions of the version that are not named and are kept.
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
