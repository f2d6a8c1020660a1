#!/usr/bin/python
# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: image_definition
short_description: Make, change or delete an image definition of an Azure Compute Gallery
version_added: 1.0.0
author:
  - cloudimages.azure_gallery contributors (@cloudimages)
description:
  - Makes an image definition (C(Microsoft.Compute/galleries/images)), or changes what Azure lets change of one that
    exists. That is the description, the address of the release notes, the end of life, the recommended sizes, the
    disallowed disk types, the tags, and features from a version on.
  - All else is for good. A task that asks for another value of such a property is refused before anything is written.
    The message names each of them, what is there and what was asked for.
  - What the task leaves out is kept.
  - The gallery has to exist. The managed image in O(source) is only read.
  - An image definition is deleted only when it holds no version. Nothing in it is ever deleted with it.
  - The role P(cloudimages.azure_gallery.clone_managed_image#role) makes gallery, image definition and version in one
    step.
extends_documentation_fragment:
  - cloudimages.azure_gallery.azure
  - cloudimages.azure_gallery.module
  - cloudimages.azure_gallery.tags
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full
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
    description:
      - The name of the image definition.
      - It has 1 to 80 letters, digits, periods, underscores and dashes, begins with a letter or digit and does not
        end with a period or dash.
    type: str
    required: true
  state:
    description:
      - V(present) makes the image definition, or changes the one that exists.
      - V(absent) deletes the image definition. It is refused if the definition holds a version.
    type: str
    choices:
      - present
      - absent
    default: present
  source:
    description:
      - A managed image that the definition is for. It is given by its ID, by a mapping of C(name) and, where they
        differ from the gallery's, C(resource_group) and C(subscription_id), or by its bare name, which is looked up
        in O(resource_group).
      - It has to exist. O(os_type) and O(hyper_v_generation) are taken from it unless they are given, and are
        compared with a definition that exists. O(location) is taken from it unless it is given, to make a definition
        only.
      - Unset or empty, there is no source.
    type: raw
  location:
    description:
      - The region in any spelling, such as V(eastus2) or V(East US 2). It need not be that of the gallery.
      - Unset, a new definition is made in the region of the O(source), else of the gallery, and one that exists is
        not compared.
      - Azure does not let it change.
    type: str
  os_type:
    description:
      - The operating system of the images.
      - It is needed to make a definition, unless the O(source) tells it. Unset with no source, one that exists is not
        compared.
      - Azure does not let it change.
    type: str
    choices:
      - Linux
      - Windows
  os_state:
    description:
      - The state of the operating system in the images. Managed images are V(Generalized).
      - Unset, a new definition is V(Generalized), and one that exists is not compared.
      - Azure does not let it change.
    type: str
    choices:
      - Generalized
      - Specialized
  hyper_v_generation:
    description:
      - The generation of the virtual machines that the images are for. The versions' sources have to have the same.
      - Unset with no O(source), a new definition is V(V1), and one that exists is not compared.
      - Azure does not let it change.
    type: str
    choices:
      - V1
      - V2
  architecture:
    description:
      - The architecture of the processors, V(x64) or V(Arm64), in any case. Managed images are V(x64).
      - Unset, Azure chooses for a new definition, and one that exists is not compared.
      - Azure does not let it change.
    type: str
  publisher:
    description:
      - The publisher. It is needed to make a definition.
      - O(publisher), O(offer) and O(sku) together have to be unique in the gallery.
      - It has up to 128 letters, digits, periods, underscores and dashes, and does not end with a period.
      - Azure does not let it change.
    type: str
  offer:
    description:
      - The offer. It is needed to make a definition.
      - It has up to 64 letters, digits, periods, underscores and dashes, and does not end with a period.
      - Azure does not let it change.
    type: str
  sku:
    description:
      - The SKU. It is needed to make a definition.
      - It has up to 64 letters, digits, periods, underscores and dashes, and does not end with a period.
      - Azure does not let it change.
    type: str
  purchase_plan:
    description:
      - The purchase plan of the Marketplace image that the images come from. It has all three suboptions, or none.
      - Unset, a new definition has none, and one that exists is not compared.
      - Azure does not let it change.
    type: dict
    suboptions:
      name:
        description: The name of the plan.
        type: str
      publisher:
        description: The publisher of the plan.
        type: str
      product:
        description: The product of the plan.
        type: str
  description:
    description:
      - A description for people.
      - Unset keeps what is there. An empty text empties it.
    type: str
  eula:
    description:
      - The license agreement of the images, as text or an address.
      - Unset, one that exists is not compared.
      - Azure does not let it change.
    type: str
  privacy_statement_uri:
    description:
      - The address of the privacy statement.
      - Unset, one that exists is not compared.
      - Azure does not let it change.
    type: str
  release_note_uri:
    description:
      - The address of the release notes.
      - Unset keeps what is there. An empty text empties it.
    type: str
  end_of_life_date:
    description:
      - The end of life of the images. It is for information; Azure does nothing at that time.
      - A date such as V(2030-01-31), or a date and time such as V(2030-01-31T12:00:00Z). A date alone means 00:00
        UTC. It counts as the same as any time of that day in UTC that is there.
      - It can be moved, but Azure does not take it away again. Unset keeps what is there. A date in the past is
        refused where it would be sent.
    type: str
  recommended_vcpus:
    description: The recommended numbers of virtual processors. Unset, and a bound that is unset, keeps what is there.
    type: dict
    suboptions:
      min:
        description: The least number.
        type: int
      max:
        description: The greatest number.
        type: int
  recommended_memory:
    description: The recommended sizes of memory. Unset, and a bound that is unset, keeps what is there.
    type: dict
    suboptions:
      min:
        description: The least size in GB.
        type: int
      max:
        description: The greatest size in GB.
        type: int
  disallowed_disk_types:
    description:
      - The disk types that virtual machines of the images must not use, such as V(Premium_LRS), in any order and
        case.
      - The list is the whole list. Unset keeps what is there, and an empty list allows all.
    type: list
    elements: str
  features:
    description:
      - Features of the images, a mapping of names to values, such as C(SecurityType) to V(TrustedLaunchSupported).
      - Azure does not clone a managed image into a definition whose C(SecurityType) is V(TrustedLaunch) or
        V(ConfidentialVM); it does into one with V(TrustedLaunchSupported) or V(ConfidentialVMSupported).
      - A value may be a mapping of C(value) and C(starts_at_version), and then counts for the versions from that
        number on.
      - Features that are there and not named stay. Azure changes or adds a feature of a definition that exists only
        with C(starts_at_version). Without it the change is refused.
    type: dict
seealso:
  - module: cloudimages.azure_gallery.image_definition_info
    description: Returns image definitions.
  - module: cloudimages.azure_gallery.gallery
    description: Makes or deletes a gallery.
  - module: cloudimages.azure_gallery.image_version
    description: Clones a managed image into a version.
"""

EXAMPLES = r"""
# Unless a task says more, the credentials come from the environment (AZURE_CLIENT_ID and so on),
# from ~/.azure/credentials or from the Azure CLI.

- name: Make sure that there is an image definition for a managed image
  cloudimages.azure_gallery.image_definition:
    resource_group: myResourceGroup
    gallery_name: myGallery
    name: myImageDefinition
    source: myImage
    publisher: myPublisher
    offer: myOffer
    sku: mySku

- name: Change what may change
  cloudimages.azure_gallery.image_definition:
    resource_group: myResourceGroup
    gallery_name: myGallery
    name: myImageDefinition
    description: The platform team's base image
    end_of_life_date: 2040-12-31
    recommended_vcpus:
      min: 2
      max: 16
    recommended_memory:
      min: 4
      max: 64
    disallowed_disk_types:
      - Premium_LRS
    tags:
      team: platform

- name: Preview a change without making it
  cloudimages.azure_gallery.image_definition:
    resource_group: myResourceGroup
    gallery_name: myGallery
    name: myImageDefinition
    disallowed_disk_types: []
  check_mode: true
  diff: true
  register: preview

- name: Show what would change
  ansible.builtin.debug:
    var: preview.changes

- name: Make a definition for Trusted Launch with no source
  cloudimages.azure_gallery.image_definition:
    resource_group: myResourceGroup
    gallery_name: myGallery
    name: myTrustedImageDefinition
    location: East US 2
    os_type: Linux
    hyper_v_generation: V2
    architecture: x64
    publisher: myPublisher
    offer: myOffer
    sku: myTrustedSku
    features:
      SecurityType: TrustedLaunchSupported

- name: Add a feature for the versions from 2.0.0 on
  cloudimages.azure_gallery.image_definition:
    resource_group: myResourceGroup
    gallery_name: myGallery
    name: myTrustedImageDefinition
    features:
      DiskControllerTypes:
        value: SCSI, NVMe
        starts_at_version: 2.0.0

- name: Delete the definition, which must hold no version
  cloudimages.azure_gallery.image_definition:
    resource_group: myResourceGroup
    gallery_name: myGallery
    name: myTrustedImageDefinition
    state: absent

- name: Give the credentials once, for all tasks of a block or play
  module_defaults:
    group/cloudimages.azure_gallery.azure:
      subscription_id: 00000000-0000-0000-0000-000000000000
      tenant: "{{ azure_tenant }}"
      client_id: "{{ azure_client_id }}"
      secret: "{{ azure_secret }}"
  block:
    - name: Make a definition for an image of another resource group
      cloudimages.azure_gallery.image_definition:
        resource_group: myResourceGroup
        gallery_name: myGallery
        name: myOtherImageDefinition
        source:
          resource_group: myOtherResourceGroup
          name: myOtherImage
        publisher: myPublisher
        offer: myOffer
        sku: myOtherSku
"""

RETURN = r"""
image_definition:
  description: The image definition. V(null) if it is absent. In check mode as it would be.
  returned: success
  type: dict
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
      description: The region of the image definition, as its short name.
      returned: always
      type: str
      sample: southcentralus
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
    architecture:
      description: The processors' architecture, such as V(x64) or V(Arm64).
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
      description: The purchase plan of the Marketplace image that the images come from. V(null) if there is none.
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
      description: The description. V(null) if there is none.
      returned: always
      type: str
      sample: The platform team's base image
    eula:
      description: The license agreement. V(null) if there is none.
      returned: always
      type: str
      sample: https://example.com/eula
    privacy_statement_uri:
      description: The address of the privacy statement. V(null) if there is none.
      returned: always
      type: str
      sample: https://example.com/privacy
    release_note_uri:
      description: The address of the release notes. V(null) if there is none.
      returned: always
      type: str
      sample: https://example.com/notes
    end_of_life_date:
      description: The end of life in UTC. V(null) if there is none.
      returned: always
      type: str
      sample: '2030-01-31T00:00:00Z'
    recommended_vcpus:
      description: The recommended numbers of virtual processors. V(null) if there are none.
      returned: always
      type: dict
      contains:
        min:
          description: The least. V(null) if none is set.
          returned: always
          type: int
          sample: 1
        max:
          description: The most. V(null) if none is set.
          returned: always
          type: int
          sample: 8
    recommended_memory:
      description: The recommended sizes of memory, in GB. V(null) if there are none.
      returned: always
      type: dict
      contains:
        min:
          description: The least. V(null) if none is set.
          returned: always
          type: int
          sample: 2
        max:
          description: The most. V(null) if none is set.
          returned: always
          type: int
          sample: 32
    disallowed_disk_types:
      description: The disk types that virtual machines of the images must not use; empty when there are none.
      returned: always
      type: list
      elements: str
      sample:
        - Premium_LRS
    features:
      description:
        - The features, a mapping of names to values; empty when there are none.
        - The value of a feature that counts only from a version on is a mapping of C(value) and C(starts_at_version).
      returned: always
      type: dict
      sample:
        SecurityType: TrustedLaunchSupported
    tags:
      description: The tags; empty when there are none.
      returned: always
      type: dict
      sample:
        team: platform
    provisioning_state:
      description: Azure's state of the image definition, such as V(Succeeded), V(Creating), V(Updating), V(Deleting)
        or V(Failed).
      returned: always
      type: str
      sample: Succeeded
changes:
  description:
    - The properties that the task changed, or in check mode would change; empty if nothing did.
    - When the task is refused for properties that Azure does not let change, those.
  returned: success, and on failure where it says more
  type: list
  elements: dict
  contains:
    path:
      description:
        - The property in the words of the options, such as V(tags) or V(recommended_vcpus.max).
        - Empty for a resource that was deleted.
      returned: always
      type: str
      sample: tags
    before:
      description: The value before; V(null) if there was none.
      returned: always
      type: raw
      sample:
        team: web
    after:
      description: The value after; V(null) if there is none.
      returned: always
      type: raw
      sample:
        team: platform
set_by_azure:
  description: The returned keys whose values Azure chooses, so that check mode cannot foretell them.
  returned: in check mode, when the resource would be made
  type: list
  elements: str
  sample:
    - provisioning_state
    - architecture
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
from ..module_utils._modules.image_definition import SPEC


def main() -> None:
    """Run the task of this module."""
    run_as_module(SPEC)


if __name__ == "__main__":
    main()
