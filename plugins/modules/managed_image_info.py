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
    by its name. Each may be the source of a version.
  - An image that does not exist is an empty list, not a failure. If its resource group does not exist, there is a
    warning as well.
extends_documentation_fragment:
  - cloudimages.azure_gallery.azure
  - cloudimages.azure_gallery.module
attributes:
  check_mode:
    support: full
    details: It changes nothing, and does the same in check mode.
  diff_mode:
    support: N/A
    details: It changes nothing.
  idempotent:
    support: N/A
    details: It changes nothing.
options:
  resource_group:
    description:
      - The resource group of the images. Unset, those of the whole subscription are returned.
      - It is needed with O(name).
    type: str
  name:
    description: The name of one image. Unset, all are returned.
    type: str
seealso:
  - module: cloudimages.azure_gallery.image_version
    description: Clones a managed image into a version.
  - module: cloudimages.azure_gallery.image_definition
    description: Makes, changes or deletes an image definition.
  - plugin: cloudimages.azure_gallery.managed_images
    plugin_type: inventory
    description: Makes every managed image a host.
"""

EXAMPLES = r"""
# Unless a task says more, the credentials come from the environment (AZURE_CLIENT_ID and so on),
# from ~/.azure/credentials or from the Azure CLI.

- name: Get all managed images of a resource group
  cloudimages.azure_gallery.managed_image_info:
    resource_group: myResourceGroup
  register: found

- name: Show those with Windows
  ansible.builtin.debug:
    msg: "{{ found.images | selectattr('os_type', 'equalto', 'Windows') | map(attribute='name') | list }}"

- name: Get one managed image
  cloudimages.azure_gallery.managed_image_info:
    resource_group: myResourceGroup
    name: myImage
  register: image

- name: Stop if it is not there, or not ready
  ansible.builtin.assert:
    that: image.images | map(attribute='provisioning_state') | list == ['Succeeded']
    fail_msg: The managed image myImage is not ready.

- name: Give the credentials once, for all tasks of a block or play
  module_defaults:
    group/cloudimages.azure_gallery.azure:
      subscription_id: 00000000-0000-0000-0000-000000000000
      tenant: "{{ azure_tenant }}"
      client_id: "{{ azure_client_id }}"
      secret: "{{ azure_secret }}"
  block:
    - name: Get all managed images of the subscription
      cloudimages.azure_gallery.managed_image_info:
"""

RETURN = r"""
images:
  description: The managed images; empty when there is none.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: The resource ID of the managed image.
      returned: always
      type: str
      sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myResourceGroup/\
        providers/Microsoft.Compute/images/myImage"
    name:
      description: The name of the managed image.
      returned: always
      type: str
      sample: myImage
    resource_group:
      description: The resource group of the managed image.
      returned: always
      type: str
      sample: myResourceGroup
    subscription_id:
      description: The subscription of the managed image.
      returned: always
      type: str
      sample: 00000000-0000-0000-0000-000000000000
    location:
      description: The region of the managed image, as its short name.
      returned: always
      type: str
      sample: southcentralus
    tags:
      description: The tags; empty when there are none.
      returned: always
      type: dict
      sample:
        team: platform
    os_type:
      description: The operating system, V(Linux) or V(Windows).
      returned: always
      type: str
      sample: Linux
    os_state:
      description: The state of the operating system, V(Generalized) or V(Specialized).
      returned: always
      type: str
      sample: Generalized
    hyper_v_generation:
      description: The generation of the virtual machines, V(V1) or V(V2).
      returned: always
      type: str
      sample: V1
    disks:
      description: The OS disk, which comes first, and the data disks.
      returned: always
      type: list
      elements: dict
      contains:
        lun:
          description: The LUN of a data disk. V(null) for the OS disk.
          returned: always
          type: int
          sample: 0
        source:
          description: The ID of the managed disk or snapshot, or the address of the blob without its signature, that
            the disk was made from.
          returned: always
          type: str
          sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myResourceGroup/\
            providers/Microsoft.Compute/disks/myDisk"
        size_gb:
          description: The size in GB. V(null) if Azure does not say.
          returned: always
          type: int
          sample: 30
        caching:
          description: The caching, one of V(None), V(ReadOnly) and V(ReadWrite).
          returned: always
          type: str
          sample: ReadWrite
        storage_account_type:
          description: The storage account type.
          returned: always
          type: str
          sample: Standard_LRS
    source_virtual_machine_id:
      description: The ID of the virtual machine that the image was captured from. V(null) if it was not.
      returned: always
      type: str
      sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myResourceGroup/\
        providers/Microsoft.Compute/virtualMachines/myVM"
    zone_resilient:
      description: Whether the image is kept in several zones.
      returned: always
      type: bool
      sample: false
    provisioning_state:
      description: Azure's state of the managed image, such as V(Succeeded), V(Creating), V(Updating), V(Deleting) or
        V(Failed).
      returned: always
      type: str
      sample: Succeeded
azure_error:
  description: Azure's own error. Only what Azure said is in it.
  returned: failure, when Azure answered with an error
  type: dict
  contains:
    status:
      description: The HTTP status.
      returned: when known
      type: int
      sample: 403
    code:
      description: The code of the error.
      returned: when known
      type: str
      sample: AuthorizationFailed
    message:
      description: The message of the error.
      returned: when known
      type: str
      sample: The client does not have authorization to perform the action.
    request_id:
      description: The ID of the request, which Azure's support asks for.
      returned: when known
      type: str
      sample: 55555555-5555-5555-5555-555555555555
    target:
      description: What the error is about.
      returned: when known
      type: str
      sample: galleryImage.properties.hyperVGeneration
progress:
  description:
    - Lines about what the task waited for.
    - Inside Ansible's own process they are shown as they come instead.
  returned: when it ran like any other module and had to wait
  type: list
  elements: str
  sample:
    - 'myGallery/myImageDefinition/1.0.0: it is Creating (eastus2 60 %)'
"""

from ..module_utils._module import run_as_module
from ..module_utils._modules.managed_image_info import SPEC


def main() -> None:
    """Run the task of this module."""
    run_as_module(SPEC)


if __name__ == "__main__":
    main()
