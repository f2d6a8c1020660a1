#!/usr/bin/python
# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: image_definition
short_description: Create, update or delete an image definition of an Azure Compute Gallery
version_added: 1.0.0
author:
  - cloudimages.azure_gallery contributors (@cloudimages)
description:
  - Creates an image definition (C(Microsoft.Compute/galleries/images)), or updates an existing one. Azure allows
    changing the description, the release notes, the end of life, the recommended vCPUs and memory, the disallowed
    disk types, the tags, and features that apply from a certain version on.
  - All other properties are immutable. If a task would change one of them, it fails before it writes anything. The
    message lists each property with its current and its requested value.
  - Properties that the task does not set are kept.
  - The gallery has to exist. The managed image in O(source) is never changed.
  - Only an empty image definition can be deleted. The module never deletes image versions along with their
    definition.
  - The role P(cloudimages.azure_gallery.clone_managed_image#role) creates the gallery, the image definition and the
    version in one step.
extends_documentation_fragment:
  - cloudimages.azure_gallery.azure
  - cloudimages.azure_gallery.module
  - cloudimages.azure_gallery.plan
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
      - It consists of 1 to 80 letters, digits, periods, underscores and dashes. It begins with a letter or digit and
        does not end with a period or dash.
    type: str
    required: true
  state:
    description:
      - V(present) creates or updates the image definition.
      - V(absent) deletes the image definition. The task fails if the definition contains a version.
    type: str
    choices:
      - present
      - absent
    default: present
  source:
    description:
      - An existing managed image to take properties from. The value is the image's ID, its name in O(resource_group),
        or a mapping with C(name) and, if they differ from the gallery's, C(resource_group) and C(subscription_id).
      - If O(os_type) or O(hyper_v_generation) is unset, the value of the image is used, both to create a definition
        and to compare an existing one. If O(location) is unset, the image's region is used to create a definition.
      - If unset or empty, no image is read.
    type: raw
  defaults:
    description:
      - Options for an image definition that has to be created, such as its SKU. They fill what the task does not
        set, and are not compared with an image definition that exists.
      - It takes every option that describes the image definition, from O(location) to O(tags).
    type: dict
  location:
    description:
      - The region of the image definition, as a short or display name, such as V(eastus2) or V(East US 2). It may
        differ from the gallery's region.
      - If unset, a new definition is created in the region of the O(source) or, without a source, of the gallery. The
        region of an existing definition is not compared.
      - It is immutable.
    type: str
  os_type:
    description:
      - The OS type of the images.
      - It is required to create a definition without O(source). If it is unset and there is no source, the value of
        an existing definition is not compared.
      - It is immutable.
    type: str
    choices:
      - Linux
      - Windows
  os_state:
    description:
      - The OS state of the images. Managed images are V(Generalized).
      - If unset, a new definition is V(Generalized), and the value of an existing one is not compared.
      - It is immutable.
    type: str
    choices:
      - Generalized
      - Specialized
  hyper_v_generation:
    description:
      - The Hyper-V generation of the images. The sources of all versions need the same generation.
      - If it is unset and there is no O(source), a new definition is V(V1), and the value of an existing one is not
        compared.
      - It is immutable.
    type: str
    choices:
      - V1
      - V2
  architecture:
    description:
      - The CPU architecture, V(x64) or V(Arm64). Upper and lower case are equivalent. Managed images are V(x64).
      - If unset, Azure chooses the value of a new definition, and the value of an existing one is not compared.
      - It is immutable.
    type: str
  publisher:
    description:
      - The publisher. It is required to create a definition.
      - The combination of O(publisher), O(offer) and O(sku) has to be unique in the gallery.
      - It consists of up to 128 letters, digits, periods, underscores and dashes, and does not end with a period.
      - It is immutable.
    type: str
  offer:
    description:
      - The offer. It is required to create a definition.
      - It consists of up to 64 letters, digits, periods, underscores and dashes, and does not end with a period.
      - It is immutable.
    type: str
  sku:
    description:
      - The SKU. It is required to create a definition.
      - It consists of up to 64 letters, digits, periods, underscores and dashes, and does not end with a period.
      - It is immutable.
    type: str
  purchase_plan:
    description:
      - The purchase plan of the original Marketplace image. Set all three suboptions or none.
      - If unset, a new definition has no plan, and the plan of an existing one is not compared.
      - It is immutable.
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
      - A free-text description.
      - If unset, the existing value is kept. An empty string clears it.
    type: str
  eula:
    description:
      - The license agreement of the images, as text or URL.
      - If unset, the value of an existing definition is not compared.
      - It is immutable.
    type: str
  privacy_statement_uri:
    description:
      - The URL of the privacy statement.
      - If unset, the value of an existing definition is not compared.
      - It is immutable.
    type: str
  release_note_uri:
    description:
      - The URL of the release notes.
      - If unset, the existing value is kept. An empty string clears it.
    type: str
  end_of_life_date:
    description:
      - The end of life of the images. It is informational, and Azure takes no action on that date.
      - The value is a date such as V(2030-01-31) or a date and time such as V(2030-01-31T12:00:00Z). A date without a
        time means 00:00 UTC, and equals an existing date with any time of that day in UTC.
      - The date can be changed but not removed. If unset, the existing value is kept. The task fails if it would set
        a date in the past.
    type: str
  recommended_vcpus:
    description: The recommended numbers of virtual CPUs. If it or one of its bounds is unset, the existing value is
      kept.
    type: dict
    suboptions:
      min:
        description: The minimum number.
        type: int
      max:
        description: The maximum number.
        type: int
  recommended_memory:
    description: The recommended sizes of memory. If it or one of its bounds is unset, the existing value is kept.
    type: dict
    suboptions:
      min:
        description: The minimum size in GB.
        type: int
      max:
        description: The maximum size in GB.
        type: int
  disallowed_disk_types:
    description:
      - Disk types that virtual machines created from the images must not use, such as V(Premium_LRS). Order and case
        do not matter.
      - The list replaces the existing one. If unset, the existing list is kept. An empty list allows all types.
    type: list
    elements: str
  features:
    description:
      - Features of the images, a mapping of names to values, such as C(SecurityType) to V(TrustedLaunchSupported).
      - Azure cannot clone a managed image into a definition whose C(SecurityType) is V(TrustedLaunch) or
        V(ConfidentialVM). Use V(TrustedLaunchSupported) or V(ConfidentialVMSupported).
      - A value may be a mapping of C(value) and C(starts_at_version). The feature then applies to versions from that
        number on.
      - Existing features that the task does not name are kept. To add or change a feature of an existing definition,
        Azure requires C(starts_at_version). Without it the task fails.
    type: dict
seealso:
  - module: cloudimages.azure_gallery.image_definition_info
    description: Get image definitions.
  - module: cloudimages.azure_gallery.gallery
    description: Create, update or delete a gallery.
  - module: cloudimages.azure_gallery.image_version
    description: Create an image version from a managed image.
"""

EXAMPLES = r"""
# If a task has no credentials, they come from the environment (AZURE_CLIENT_ID and so on),
# from ~/.azure/credentials or from the Azure CLI.

- name: Create an image definition for a managed image
  cloudimages.azure_gallery.image_definition:
    resource_group: myResourceGroup
    gallery_name: myGallery
    name: myImageDefinition
    source: myImage
    publisher: myPublisher
    offer: myOffer
    sku: mySku

- name: Update an image definition
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

- name: Preview a change
  cloudimages.azure_gallery.image_definition:
    resource_group: myResourceGroup
    gallery_name: myGallery
    name: myImageDefinition
    disallowed_disk_types: []
  check_mode: true
  diff: true
  register: preview

- name: Show the predicted changes
  ansible.builtin.debug:
    var: preview.changes

- name: Create a definition for Trusted Launch without a source
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

- name: Delete the definition, which has to be empty
  cloudimages.azure_gallery.image_definition:
    resource_group: myResourceGroup
    gallery_name: myGallery
    name: myTrustedImageDefinition
    state: absent

- name: Create a definition for an image of another resource group
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
  description: The image definition. V(null) if it is absent. In check mode, the predicted state.
  returned: success
  type: dict
  contains:
    id:
      description: The resource ID of the image definition.
      type: str
      sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myResourceGroup/\
        providers/Microsoft.Compute/galleries/myGallery/images/myImageDefinition"
    name:
      description: The name of the image definition.
      type: str
      sample: myImageDefinition
    resource_group:
      description: The resource group of the gallery.
      type: str
      sample: myResourceGroup
    gallery_name:
      description: The gallery of the image definition.
      type: str
      sample: myGallery
    location:
      description: The short name of the image definition's region.
      type: str
      sample: southcentralus
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
    architecture:
      description: The CPU architecture, such as V(x64) or V(Arm64).
      type: str
      sample: x64
    publisher:
      description: The publisher.
      type: str
      sample: myPublisher
    offer:
      description: The offer.
      type: str
      sample: myOffer
    sku:
      description: The SKU.
      type: str
      sample: mySku
    purchase_plan:
      description: The purchase plan of the original Marketplace image. V(null) if unset.
      type: dict
      contains:
        name:
          description: The name of the plan.
          type: str
          sample: myPlan
        publisher:
          description: The publisher of the plan.
          type: str
          sample: myPublisher
        product:
          description: The product of the plan.
          type: str
          sample: myProduct
    description:
      description: The description. V(null) if unset.
      type: str
      sample: The platform team's base image
    eula:
      description: The license agreement. V(null) if unset.
      type: str
      sample: https://example.com/eula
    privacy_statement_uri:
      description: The URL of the privacy statement. V(null) if unset.
      type: str
      sample: https://example.com/privacy
    release_note_uri:
      description: The URL of the release notes. V(null) if unset.
      type: str
      sample: https://example.com/notes
    end_of_life_date:
      description: The end of life in UTC. V(null) if unset.
      type: str
      sample: '2030-01-31T00:00:00Z'
    recommended_vcpus:
      description: The recommended numbers of virtual CPUs. V(null) if unset.
      type: dict
      contains: &range
        min:
          description: The minimum. V(null) if unset.
          type: int
          sample: 1
        max:
          description: The maximum. V(null) if unset.
          type: int
          sample: 8
    recommended_memory:
      description: The recommended sizes of memory in GB. V(null) if unset.
      type: dict
      contains: *range
    disallowed_disk_types:
      description: Disk types that virtual machines created from the image must not use. Empty if there are none.
      type: list
      elements: str
      sample:
        - Premium_LRS
    features:
      description:
        - The features, a mapping of names to values. Empty if there are none.
        - A feature that applies only from a certain version on has a mapping of C(value) and C(starts_at_version) as
          its value.
      type: dict
      sample:
        SecurityType: TrustedLaunchSupported
    tags:
      description: The tags. Empty if there are none.
      type: dict
      sample:
        team: platform
    provisioning_state:
      description: The provisioning state of the image definition, such as V(Succeeded), V(Creating), V(Updating),
        V(Deleting) or V(Failed).
      type: str
      sample: Succeeded
changes:
  description:
    - The properties that the task changed, or would change in check mode. Empty if nothing changes.
    - If the task fails because it would change immutable properties, those properties.
  returned: success, and failure caused by immutable properties
  type: list
  elements: dict
  contains:
    path:
      description:
        - The property, named like the option, such as V(tags) or V(recommended_vcpus.max).
        - Empty if the whole resource was deleted.
      type: str
      sample: tags
    before:
      description: The previous value. V(null) if it was unset.
      type: raw
      sample:
        team: web
    after:
      description: The new value. V(null) if it is unset.
      type: raw
      sample:
        team: platform
set_by_azure:
  description: Return keys that check mode cannot predict because Azure assigns their values.
  returned: in check mode, if the resource would be created
  type: list
  elements: str
  sample:
    - provisioning_state
    - architecture
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
from ..module_utils._modules.image_definition import SPEC


def main() -> None:
    """Run the task of this module."""
    run_as_module(SPEC)


if __name__ == "__main__":
    main()
