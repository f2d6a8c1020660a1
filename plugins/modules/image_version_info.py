#!/usr/bin/python
# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: image_version_info
short_description: Get image versions of an Azure Compute Gallery
version_added: 1.0.0
author:
  - cloudimages.azure_gallery contributors (@cloudimages)
description:
  - Returns all versions of an image definition in ascending order, one version by its number, or the latest version.
  - If the version does not exist, the module returns an empty list. If the image definition does not exist, it also
    warns.
extends_documentation_fragment:
  - cloudimages.azure_gallery.azure
  - cloudimages.azure_gallery.module
  - cloudimages.azure_gallery.info
options:
  resource_group:
    description: The resource group of the gallery.
    type: str
    required: true
  gallery_name:
    description: The gallery.
    type: str
    required: true
  image_definition_name:
    description: The image definition.
    type: str
    required: true
  name:
    description:
      - The number of one version. If unset, all are returned.
      - It cannot be combined with O(latest=true).
    type: str
  expand_replication:
    description: Whether to read the replication status. This takes one request per version.
    type: bool
    default: false
  latest:
    description: Whether to return only the latest version. This is the highest version that succeeded and is not
      excluded from the latest.
    type: bool
    default: false
seealso:
  - module: cloudimages.azure_gallery.image_version
    description: Create an image version from a managed image.
  - module: cloudimages.azure_gallery.image_definition_info
    description: Get image definitions.
  - module: cloudimages.azure_gallery.wait_for_replication
    description: Wait until image versions are replicated.
"""

EXAMPLES = r"""
# If a task has no credentials, they come from the environment (AZURE_CLIENT_ID and so on),
# from ~/.azure/credentials or from the Azure CLI.

- name: Get all versions of an image definition
  cloudimages.azure_gallery.image_version_info:
    resource_group: myResourceGroup
    gallery_name: myGallery
    image_definition_name: myImageDefinition
  register: found

- name: Show the source of each version
  ansible.builtin.debug:
    msg: "{{ item.name }} was created from {{ item.source_id }}"
  loop: "{{ found.image_versions }}"
  loop_control:
    label: "{{ item.name }}"

- name: Get one version with its replication status
  cloudimages.azure_gallery.image_version_info:
    resource_group: myResourceGroup
    gallery_name: myGallery
    image_definition_name: myImageDefinition
    name: 1.0.0
    expand_replication: true
  register: version

- name: Show its regions
  ansible.builtin.debug:
    var: version.image_versions[0].replication.regions

- name: Get the latest version
  cloudimages.azure_gallery.image_version_info:
    resource_group: myResourceGroup
    gallery_name: myGallery
    image_definition_name: myImageDefinition
    latest: true
  register: latest
"""

RETURN = r"""
image_versions:
  description:
    - The versions in ascending order; empty if there are none. Each has the keys of
      RV(cloudimages.azure_gallery.image_version#module:image_version).
    - The replication status is read only with O(expand_replication=true). Otherwise its state is V(null).
  returned: success
  type: list
  elements: dict
  sample:
    - name: 1.0.0
      location: southcentralus
      provisioning_state: Succeeded
      target_regions:
        - name: southcentralus
          regional_replica_count: 1
azure_error:
  description: Azure's own error, with C(status), C(code), C(message), C(request_id) and C(target) as far as Azure gave
    them.
  returned: failure, if Azure returned an error
  type: dict
  sample:
    status: 403
    code: AuthorizationFailed
    message: The client does not have authorization to perform the action.
    request_id: 55555555-5555-5555-5555-555555555555
progress:
  description: The lines about a wait, which Ansible's own process displays at once instead.
  returned: if the module ran in a process of its own and waited
  type: list
  elements: str
"""

from ..module_utils._module import run_as_module
from ..module_utils._modules.image_version_info import SPEC


def main() -> None:
    """Run the task of this module."""
    run_as_module(SPEC)


if __name__ == "__main__":
    main()
