#!/usr/bin/python
# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: gallery
short_description: Make or delete an Azure Compute Gallery
version_added: 1.0.0
author:
  - cloudimages.azure_gallery contributors (@cloudimages)
description:
  - Makes a gallery (C(Microsoft.Compute/galleries)), or changes the description and the tags of one that exists.
  - What the task leaves out is kept, and so is everything that has no option here, such as the sharing or the soft
    delete of the gallery.
  - The resource group has to exist. Azure does not move a gallery to another region. A O(location) that differs from
    that of the gallery is refused before anything is written.
  - A gallery is deleted only when it holds no image definition. Nothing in it is ever deleted with it.
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
  name:
    description:
      - The name of the gallery.
      - It has 1 to 80 letters, digits, periods and underscores, no dashes, and a letter or digit at both ends.
    type: str
    required: true
  state:
    description:
      - V(present) makes the gallery, or changes the one that exists.
      - V(absent) deletes the gallery. It is refused if the gallery holds an image definition.
    type: str
    choices:
      - present
      - absent
    default: present
  location:
    description:
      - The region in any spelling, such as V(eastus2) or V(East US 2).
      - Unset, a new gallery is made in the region of its resource group, and one that exists is not compared.
      - Azure does not let it change.
    type: str
  default_location:
    description:
      - The region to make a gallery in when O(location) is not set. It is not compared with a gallery that exists.
      - Unset, a new gallery without O(location) is made in the region of its resource group.
    type: str
  description:
    description:
      - A description for people.
      - Unset keeps what is there. An empty text empties it.
    type: str
seealso:
  - module: cloudimages.azure_gallery.gallery_info
    description: Returns galleries.
  - module: cloudimages.azure_gallery.image_definition
    description: Makes, changes or deletes an image definition.
"""

EXAMPLES = r"""
# Unless a task says more, the credentials come from the environment (AZURE_CLIENT_ID and so on),
# from ~/.azure/credentials or from the Azure CLI.

- name: Make sure that a gallery exists
  cloudimages.azure_gallery.gallery:
    resource_group: myResourceGroup
    name: myGallery

- name: Describe it, and add tags to those that it has
  cloudimages.azure_gallery.gallery:
    resource_group: myResourceGroup
    name: myGallery
    description: Images of the platform team
    tags:
      team: platform
      cost_centre: "4711"

- name: Preview a change without making it
  cloudimages.azure_gallery.gallery:
    resource_group: myResourceGroup
    name: myGallery
    tags:
      team: web
    append_tags: false
  check_mode: true
  diff: true
  register: preview

- name: Show what would change
  ansible.builtin.debug:
    var: preview.changes

- name: Remove all tags
  cloudimages.azure_gallery.gallery:
    resource_group: myResourceGroup
    name: myGallery
    tags: {}
    append_tags: false

- name: Delete the gallery, which must be empty
  cloudimages.azure_gallery.gallery:
    resource_group: myResourceGroup
    name: myGallery
    state: absent

- name: Give the credentials once, for all tasks of a block or play
  module_defaults:
    group/cloudimages.azure_gallery.azure:
      subscription_id: 00000000-0000-0000-0000-000000000000
      tenant: "{{ azure_tenant }}"
      client_id: "{{ azure_client_id }}"
      secret: "{{ azure_secret }}"
  block:
    - name: Make a gallery in another region than that of its resource group
      cloudimages.azure_gallery.gallery:
        resource_group: myResourceGroup
        name: myOtherGallery
        location: East US 2
"""

RETURN = r"""
gallery:
  description: The gallery. V(null) if it is absent. In check mode as it would be.
  returned: success
  type: dict
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
        - The property in the words of the options, such as V(tags) or V(description).
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
    - unique_name
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
from ..module_utils._modules.gallery import SPEC


def main() -> None:
    """Run the task of this module."""
    run_as_module(SPEC)


if __name__ == "__main__":
    main()
