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
  - cloudimages.azure_gallery.info
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
  description:
    - The galleries; empty if there are none. Each has the keys of RV(cloudimages.azure_gallery.gallery#module:gallery).
  returned: success
  type: list
  elements: dict
  sample:
    - name: myGallery
      location: southcentralus
      provisioning_state: Succeeded
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
from ..module_utils._modules.gallery_info import SPEC


def main() -> None:
    """Run the task of this module."""
    run_as_module(SPEC)


if __name__ == "__main__":
    main()
