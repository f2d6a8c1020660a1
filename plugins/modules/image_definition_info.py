#!/usr/bin/python
# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: image_definition_info
short_description: Get image definitions of an Azure Compute Gallery
version_added: 1.0.0
author:
  - cloudimages.azure_gallery contributors (@cloudimages)
description:
  - Returns all image definitions of a gallery, or one by its name.
  - If the image definition does not exist, the module returns an empty list. If the gallery does not exist, it also
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
  name:
    description: The name of one image definition. If unset, all are returned.
    type: str
seealso:
  - module: cloudimages.azure_gallery.image_definition
    description: Create, update or delete an image definition.
  - module: cloudimages.azure_gallery.image_version_info
    description: Get image versions.
"""

EXAMPLES = r"""
# If a task has no credentials, they come from the environment (AZURE_CLIENT_ID and so on),
# from ~/.azure/credentials or from the Azure CLI.

- name: Get all image definitions of a gallery
  cloudimages.azure_gallery.image_definition_info:
    resource_group: myResourceGroup
    gallery_name: myGallery
  register: found

- name: Show those for Linux
  ansible.builtin.debug:
    msg: "{{ found.image_definitions | selectattr('os_type', 'equalto', 'Linux') | map(attribute='name') | list }}"

- name: Get one image definition
  cloudimages.azure_gallery.image_definition_info:
    resource_group: myResourceGroup
    gallery_name: myGallery
    name: myImageDefinition
  register: one

- name: Create a similar definition for another SKU
  cloudimages.azure_gallery.image_definition:
    resource_group: myResourceGroup
    gallery_name: myGallery
    name: myOtherImageDefinition
    os_type: "{{ one.image_definitions[0].os_type }}"
    hyper_v_generation: "{{ one.image_definitions[0].hyper_v_generation }}"
    publisher: "{{ one.image_definitions[0].publisher }}"
    offer: "{{ one.image_definitions[0].offer }}"
    sku: myOtherSku
"""

RETURN = r"""
image_definitions:
  description:
    - The image definitions; empty if there are none. Each has the keys of
      RV(cloudimages.azure_gallery.image_definition#module:image_definition).
  returned: success
  type: list
  elements: dict
  sample:
    - name: myImageDefinition
      os_type: Linux
      hyper_v_generation: V2
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
from ..module_utils._modules.image_definition_info import SPEC


def main() -> None:
    """Run the task of this module."""
    run_as_module(SPEC)


if __name__ == "__main__":
    main()
