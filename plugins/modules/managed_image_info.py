#!/usr/bin/python
# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: managed_image_info
short_description: Get managed images
version_added: 1.0.0
author:
  - cloudimages.azure_gallery contributors (@cloudimages)
description:
  - Returns the managed images (C(Microsoft.Compute/images)) of a resource group or of the subscription, or one image
    by its name. Each of them can be the source of an image version.
  - If the image does not exist, the module returns an empty list. If the resource group does not exist, it also
    warns.
extends_documentation_fragment:
  - cloudimages.azure_gallery.azure
  - cloudimages.azure_gallery.module
  - cloudimages.azure_gallery.info
options:
  resource_group:
    description:
      - The resource group of the images. If unset, those of the whole subscription are returned.
      - It is required with O(name).
    type: str
  name:
    description: The name of one image. If unset, all are returned.
    type: str
seealso:
  - module: cloudimages.azure_gallery.managed_image
    description: Create a managed image from an image version, or delete one that a version replaces.
  - module: cloudimages.azure_gallery.image_version
    description: Create an image version from a managed image.
  - module: cloudimages.azure_gallery.image_definition
    description: Create, update or delete an image definition.
  - plugin: cloudimages.azure_gallery.managed_images
    plugin_type: inventory
    description: Use managed images as hosts.
"""

EXAMPLES = r"""
# If a task has no credentials, they come from the environment (AZURE_CLIENT_ID and so on),
# from ~/.azure/credentials or from the Azure CLI.

- name: Get all managed images of a resource group
  cloudimages.azure_gallery.managed_image_info:
    resource_group: myResourceGroup
  register: found

- name: Show the Windows images
  ansible.builtin.debug:
    msg: "{{ found.images | selectattr('os_type', 'equalto', 'Windows') | map(attribute='name') | list }}"

- name: Get one managed image
  cloudimages.azure_gallery.managed_image_info:
    resource_group: myResourceGroup
    name: myImage
  register: image

- name: Fail if it does not exist or is not ready
  ansible.builtin.assert:
    that: image.images | map(attribute='provisioning_state') | list == ['Succeeded']
    fail_msg: The managed image myImage is not ready.

- name: Get all managed images of the subscription
  cloudimages.azure_gallery.managed_image_info:
"""

RETURN = r"""
images:
  description: The managed images; empty if there are none.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: The resource ID of the managed image.
      type: str
      sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myResourceGroup/\
        providers/Microsoft.Compute/images/myImage"
    name:
      description: The name of the managed image.
      type: str
      sample: myImage
    resource_group:
      description: The resource group of the managed image.
      type: str
      sample: myResourceGroup
    subscription_id:
      description: The subscription of the managed image.
      type: str
      sample: 00000000-0000-0000-0000-000000000000
    location:
      description: The short name of the managed image's region.
      type: str
      sample: southcentralus
    tags:
      description: The tags. Empty if there are none.
      type: dict
      sample:
        team: platform
    os_type:
      description: The OS type, V(Linux) or V(Windows).
      type: str
      sample: Linux
    os_state:
      description: The OS state, V(Generalized) or V(Specialized).
      type: str
      sample: Generalized
    hyper_v_generation:
      description: The Hyper-V generation, V(V1) or V(V2).
      type: str
      sample: V1
    disks:
      description: The OS disk, which comes first, and the data disks.
      type: list
      elements: dict
      contains:
        lun:
          description: The LUN of a data disk. V(null) for the OS disk.
          type: int
          sample: 0
        source:
          description: The source of the disk, which is the ID of a managed disk or snapshot, or the URL of a blob
            without its signature.
          type: str
          sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myResourceGroup/\
            providers/Microsoft.Compute/disks/myDisk"
        size_gb:
          description: The size in GB. V(null) if Azure does not report it.
          type: int
          sample: 30
        caching:
          description: The caching, one of V(None), V(ReadOnly) and V(ReadWrite).
          type: str
          sample: ReadWrite
        storage_account_type:
          description: The storage account type.
          type: str
          sample: Standard_LRS
    source_virtual_machine_id:
      description: The ID of the virtual machine that the image was captured from. V(null) if unset.
      type: str
      sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myResourceGroup/\
        providers/Microsoft.Compute/virtualMachines/myVM"
    zone_resilient:
      description: Whether the image is stored in several availability zones.
      type: bool
      sample: false
    provisioning_state:
      description: The provisioning state of the managed image, such as V(Succeeded), V(Creating), V(Updating),
        V(Deleting) or V(Failed).
      type: str
      sample: Succeeded
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
from ..module_utils._modules.managed_image_info import SPEC


def main() -> None:
    """Run the task of this module."""
    run_as_module(SPEC)


if __name__ == "__main__":
    main()
