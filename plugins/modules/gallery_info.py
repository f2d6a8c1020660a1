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
  - A gallery that does not exist is an empty list, not a failure. If its resource group does not exist, there is a
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
      - The resource group of the galleries. Unset, those of the whole subscription are returned.
      - It is needed with O(name).
    type: str
  name:
    description: The name of one gallery. Unset, all are returned.
    type: str
seealso:
  - module: cloudimages.azure_gallery.gallery
    description: Makes or deletes a gallery.
  - module: cloudimages.azure_gallery.image_definition_info
    description: Returns image definitions.
"""

EXAMPLES = r"""
# Unless a task says more, the credentials come from the environment (AZURE_CLIENT_ID and so on),
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

- name: Stop if it does not exist
  ansible.builtin.assert:
    that: gallery.galleries | length == 1
    fail_msg: There is no gallery myGallery in myResourceGroup.

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
  description: The galleries; empty when there is none.
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
      description: The region of the gallery, as its short name.
      returned: always
      type: str
      sample: southcentralus
    description:
      description: The description. V(null) if there is none.
      returned: always
      type: str
      sample: Images of the platform team
    unique_name:
      description: The name that Azure gives the gallery among those of all subscriptions.
      returned: always
      type: str
      sample: 00000000-0000-0000-0000-000000000000-MYGALLERY
    tags:
      description: The tags; empty when there are none.
      returned: always
      type: dict
      sample:
        team: platform
    provisioning_state:
      description: Azure's state of the gallery, such as V(Succeeded), V(Creating), V(Updating), V(Deleting) or
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
from ..module_utils._modules.gallery_info import SPEC


def main() -> None:
    """Run the task of this module."""
    run_as_module(SPEC)


if __name__ == "__main__":
    main()
