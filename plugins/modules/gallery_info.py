#!/usr/bin/python
# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: gallery_info
short_description: Get Azure Compute Galleries
version_added: 1.0.0
author:
  - cloudimages.azure_gallery contributors (@cloudimages)
description:
  - Returns the galleries of a resource group or of the subscription, or one gallery by its name.
  - If the gallery does not exist, the module returns an empty list. If the resource group does not exist, it also
    warns.
extends_documentation_fragment:
  - cloudimages.azure_gallery.azure
  - cloudimages.azure_gallery.module
attributes:
  check_mode:
    support: full
    details: The module only reads, in check mode too.
  diff_mode:
    support: N/A
    details: The module only reads.
  idempotent:
    support: N/A
    details: The module only reads.
options:
  resource_group:
    description:
      - The resource group of the galleries. If unset, those of the whole subscription are returned.
      - It is required with O(name).
    type: str
  name:
    description: The name of one gallery. If unset, all are returned.
    type: str
seealso:
  - module: cloudimages.azure_gallery.gallery
    description: Create, update or delete a gallery.
  - module: cloudimages.azure_gallery.image_definition_info
    description: Get image definitions.
"""

EXAMPLES = r"""
# If a task has no credentials, they come from the environment (AZURE_CLIENT_ID and so on),
# from ~/.azure/credentials or from the Azure CLI.

- name: Get all galleries of a resource group
  cloudimages.azure_gallery.gallery_info:
    resource_group: myResourceGroup
  register: found

- name: Show their names
  ansible.builtin.debug:
    msg: "{{ found.galleries | map(attribute='name') | join(', ') }}"

- name: Get one gallery
  cloudimages.azure_gallery.gallery_info:
    resource_group: myResourceGroup
    name: myGallery
  register: gallery

- name: Fail if it does not exist
  ansible.builtin.assert:
    that: gallery.galleries | length == 1
    fail_msg: The gallery myGallery does not exist in myResourceGroup.

- name: Give the credentials once, for all tasks of a block or play
  module_defaults:
    group/cloudimages.azure_gallery.azure:
      subscription_id: 00000000-0000-0000-0000-000000000000
      tenant: "{{ azure_tenant }}"
      client_id: "{{ azure_client_id }}"
      secret: "{{ azure_secret }}"
  block:
    - name: Get all galleries of the subscription
      cloudimages.azure_gallery.gallery_info:
"""

RETURN = r"""
galleries:
  description: The galleries; empty if there are none.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: The resource ID of the gallery.
      returned: always
      type: str
      sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myResourceGroup/\
        providers/Microsoft.Compute/galleries/myGallery"
    name:
      description: The name of the gallery.
      returned: always
      type: str
      sample: myGallery
    resource_group:
      description: The resource group of the gallery.
      returned: always
      type: str
      sample: myResourceGroup
    location:
      description: The short name of the gallery's region.
      returned: always
      type: str
      sample: southcentralus
    description:
      description: The description. V(null) if unset.
      returned: always
      type: str
      sample: Images of the platform team
    unique_name:
      description: The name that Azure assigns, unique across all subscriptions.
      returned: always
      type: str
      sample: 00000000-0000-0000-0000-000000000000-MYGALLERY
    tags:
      description: The tags. Empty if there are none.
      returned: always
      type: dict
      sample:
        team: platform
    provisioning_state:
      description: The provisioning state of the gallery, such as V(Succeeded), V(Creating), V(Updating), V(Deleting)
        or V(Failed).
      returned: always
      type: str
      sample: Succeeded
azure_error:
  description: The error that Azure returned.
  returned: failure, if Azure returned an error
  type: dict
  contains:
    status:
      description: The HTTP status.
      returned: when known
      type: int
      sample: 403
    code:
      description: The error code.
      returned: when known
      type: str
      sample: AuthorizationFailed
    message:
      description: The error message.
      returned: when known
      type: str
      sample: The client does not have authorization to perform the action.
    request_id:
      description: The request ID, which Azure support asks for.
      returned: when known
      type: str
      sample: 55555555-5555-5555-5555-555555555555
    target:
      description: The resource or property that caused the error.
      returned: when known
      type: str
      sample: galleryImage.properties.hyperVGeneration
progress:
  description:
    - The progress lines of a task that waited.
    - If the module runs inside Ansible's own process, the lines are displayed at once and not returned.
  returned: if the module ran in a process of its own and waited
  type: list
  elements: str
  sample:
    - 'myGallery/myImageDefinition/1.0.0: it is Creating (eastus2 60 %)'
"""

from ..module_utils._module import run_as_module
from ..module_utils._modules.gallery_info import SPEC


def main() -> None:
    """Run the task of this module."""
    run_as_module(SPEC)


if __name__ == "__main__":
    main()
