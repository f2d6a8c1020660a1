#!/usr/bin/python
# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: gallery
short_description: Create, update or delete an Azure Compute Gallery
version_added: 1.0.0
author:
  - cloudimages.azure_gallery contributors (@cloudimages)
description:
  - Creates a gallery (C(Microsoft.Compute/galleries)), or updates the description and the tags of an existing one.
  - Properties that the task does not set are kept. This includes properties without an option, such as the sharing
    profile and the soft delete policy.
  - The resource group has to exist. Azure does not allow moving a gallery to another region. If O(location) differs
    from the location of an existing gallery, the task fails before it writes anything.
  - Only an empty gallery can be deleted. The module never deletes image definitions along with their gallery.
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
  name:
    description:
      - The name of the gallery.
      - It consists of 1 to 80 letters, digits, periods and underscores, and begins and ends with a letter or digit.
        Dashes are not allowed.
    type: str
    required: true
  state:
    description:
      - V(present) creates or updates the gallery.
      - V(absent) deletes the gallery. The task fails if the gallery contains an image definition.
    type: str
    choices:
      - present
      - absent
    default: present
  location:
    description:
      - The region of the gallery, as a short or display name, such as V(eastus2) or V(East US 2).
      - If unset, a new gallery is created in the region of its resource group, and the region of an existing gallery
        is not compared.
      - It is immutable.
    type: str
  defaults:
    description:
      - Options for a gallery that has to be created, such as its location. They fill what the task does not set, and
        are not compared with a gallery that exists.
      - It takes O(location), O(description) and O(tags).
    type: dict
  description:
    description:
      - A free-text description.
      - If unset, the existing value is kept. An empty string clears it.
    type: str
seealso:
  - module: cloudimages.azure_gallery.gallery_info
    description: Get galleries.
  - module: cloudimages.azure_gallery.image_definition
    description: Create, update or delete an image definition.
"""

EXAMPLES = r"""
# If a task has no credentials, they come from the environment (AZURE_CLIENT_ID and so on),
# from ~/.azure/credentials or from the Azure CLI.

- name: Create a gallery
  cloudimages.azure_gallery.gallery:
    resource_group: myResourceGroup
    name: myGallery

- name: Set its description, and add tags
  cloudimages.azure_gallery.gallery:
    resource_group: myResourceGroup
    name: myGallery
    description: Images of the platform team
    tags:
      team: platform
      cost_centre: "4711"

- name: Preview a change
  cloudimages.azure_gallery.gallery:
    resource_group: myResourceGroup
    name: myGallery
    tags:
      team: web
    append_tags: false
  check_mode: true
  diff: true
  register: preview

- name: Show the predicted changes
  ansible.builtin.debug:
    var: preview.changes

- name: Remove all tags
  cloudimages.azure_gallery.gallery:
    resource_group: myResourceGroup
    name: myGallery
    tags: {}
    append_tags: false

- name: Delete the gallery, which has to be empty
  cloudimages.azure_gallery.gallery:
    resource_group: myResourceGroup
    name: myGallery
    state: absent

- name: Create a gallery in another region than that of its resource group
  cloudimages.azure_gallery.gallery:
    resource_group: myResourceGroup
    name: myOtherGallery
    location: East US 2
"""

RETURN = r"""
gallery:
  description: The gallery. V(null) if it is absent. In check mode, the predicted state.
  returned: success
  type: dict
  contains:
    id:
      description: The resource ID of the gallery.
      type: str
      sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myResourceGroup/\
        providers/Microsoft.Compute/galleries/myGallery"
    name:
      description: The name of the gallery.
      type: str
      sample: myGallery
    resource_group:
      description: The resource group of the gallery.
      type: str
      sample: myResourceGroup
    location:
      description: The short name of the gallery's region.
      type: str
      sample: southcentralus
    description:
      description: The description. V(null) if unset.
      type: str
      sample: Images of the platform team
    unique_name:
      description: The name that Azure assigns, unique across all subscriptions.
      type: str
      sample: 00000000-0000-0000-0000-000000000000-MYGALLERY
    tags:
      description: The tags. Empty if there are none.
      type: dict
      sample:
        team: platform
    provisioning_state:
      description: The provisioning state of the gallery, such as V(Succeeded), V(Creating), V(Updating), V(Deleting)
        or V(Failed).
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
        - The property, named like the option, such as V(tags) or V(description).
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
    - unique_name
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
from ..module_utils._modules.gallery import SPEC


def main() -> None:
    """Run the task of this module."""
    run_as_module(SPEC)


if __name__ == "__main__":
    main()
