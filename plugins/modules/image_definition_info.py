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

- name: Give the credentials once, for all tasks of a block or play
  module_defaults:
    group/cloudimages.azure_gallery.azure:
      subscription_id: 00000000-0000-0000-0000-000000000000
      tenant: "{{ azure_tenant }}"
      client_id: "{{ azure_client_id }}"
      secret: "{{ azure_secret }}"
  block:
    - name: Get all image definitions of the gallery
      cloudimages.azure_gallery.image_definition_info:
        resource_group: myResourceGroup
        gallery_name: myGallery
"""

RETURN = r"""
image_definitions:
  description: The image definitions; empty if there are none.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: The resource ID of the image definition.
      returned: always
      type: str
      sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myResourceGroup/\
        providers/Microsoft.Compute/galleries/myGallery/images/myImageDefinition"
    name:
      description: The name of the image definition.
      returned: always
      type: str
      sample: myImageDefinition
    resource_group:
      description: The resource group of the gallery.
      returned: always
      type: str
      sample: myResourceGroup
    gallery_name:
      description: The gallery of the image definition.
      returned: always
      type: str
      sample: myGallery
    location:
      description: The short name of the image definition's region.
      returned: always
      type: str
      sample: southcentralus
    os_type:
      description: The OS type, V(Linux) or V(Windows).
      returned: always
      type: str
      sample: Linux
    os_state:
      description: The OS state, V(Generalized) or V(Specialized).
      returned: always
      type: str
      sample: Generalized
    hyper_v_generation:
      description: The Hyper-V generation, V(V1) or V(V2).
      returned: always
      type: str
      sample: V1
    architecture:
      description: The CPU architecture, such as V(x64) or V(Arm64).
      returned: always
      type: str
      sample: x64
    publisher:
      description: The publisher.
      returned: always
      type: str
      sample: myPublisher
    offer:
      description: The offer.
      returned: always
      type: str
      sample: myOffer
    sku:
      description: The SKU.
      returned: always
      type: str
      sample: mySku
    purchase_plan:
      description: The purchase plan of the original Marketplace image. V(null) if unset.
      returned: always
      type: dict
      contains:
        name:
          description: The name of the plan.
          returned: always
          type: str
          sample: myPlan
        publisher:
          description: The publisher of the plan.
          returned: always
          type: str
          sample: myPublisher
        product:
          description: The product of the plan.
          returned: always
          type: str
          sample: myProduct
    description:
      description: The description. V(null) if unset.
      returned: always
      type: str
      sample: The platform team's base image
    eula:
      description: The license agreement. V(null) if unset.
      returned: always
      type: str
      sample: https://example.com/eula
    privacy_statement_uri:
      description: The URL of the privacy statement. V(null) if unset.
      returned: always
      type: str
      sample: https://example.com/privacy
    release_note_uri:
      description: The URL of the release notes. V(null) if unset.
      returned: always
      type: str
      sample: https://example.com/notes
    end_of_life_date:
      description: The end of life in UTC. V(null) if unset.
      returned: always
      type: str
      sample: '2030-01-31T00:00:00Z'
    recommended_vcpus:
      description: The recommended numbers of virtual CPUs. V(null) if unset.
      returned: always
      type: dict
      contains:
        min:
          description: The minimum. V(null) if unset.
          returned: always
          type: int
          sample: 1
        max:
          description: The maximum. V(null) if unset.
          returned: always
          type: int
          sample: 8
    recommended_memory:
      description: The recommended sizes of memory in GB. V(null) if unset.
      returned: always
      type: dict
      contains:
        min:
          description: The minimum. V(null) if unset.
          returned: always
          type: int
          sample: 2
        max:
          description: The maximum. V(null) if unset.
          returned: always
          type: int
          sample: 32
    disallowed_disk_types:
      description: Disk types that virtual machines created from the image must not use. Empty if there are none.
      returned: always
      type: list
      elements: str
      sample:
        - Premium_LRS
    features:
      description:
        - The features, a mapping of names to values. Empty if there are none.
        - A feature that applies only from a certain version on has a mapping of C(value) and C(starts_at_version) as
          its value.
      returned: always
      type: dict
      sample:
        SecurityType: TrustedLaunchSupported
    tags:
      description: The tags. Empty if there are none.
      returned: always
      type: dict
      sample:
        team: platform
    provisioning_state:
      description: The provisioning state of the image definition, such as V(Succeeded), V(Creating), V(Updating),
        V(Deleting) or V(Failed).
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
from ..module_utils._modules.image_definition_info import SPEC


def main() -> None:
    """Run the task of this module."""
    run_as_module(SPEC)


if __name__ == "__main__":
    main()
