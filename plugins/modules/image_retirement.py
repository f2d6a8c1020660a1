#!/usr/bin/python
# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: image_retirement
short_description: Delete the managed image of a host if the host's image version replaces it
version_added: 1.1.0
author:
  - cloudimages.azure_gallery contributors (@cloudimages)
description:
  - Finds the image version of a host as the role clone_managed_image does, and deletes its managed image as
    M(cloudimages.azure_gallery.managed_image) does with C(state=absent).
  - It is the task of P(cloudimages.azure_gallery.retire_managed_image#role). A refusal that ends with time or by an
    owner is a result, all other refusals and errors fail it.
extends_documentation_fragment:
  - cloudimages.azure_gallery.azure
  - cloudimages.azure_gallery.module
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full
options:
  variables:
    description:
      - Variables of P(cloudimages.azure_gallery.retire_managed_image#role) and of
        P(cloudimages.azure_gallery.clone_managed_image#role), by their full names. Values may be text, as surveys send
        them.
      - On the controller the variables of the host are added, so that the task does not have to list them.
    type: dict
  approved:
    description:
      - The plans of earlier runs in check mode, as in RV(result.plan). An image that is not among them, or has changed
        since, is refused.
    type: list
    elements: dict
  in_awx:
    description:
      - Whether the task runs in a job of AWX, where records need a mount of their own. On the controller the variables
        of the host say that.
    type: bool
    default: false
seealso:
  - module: cloudimages.azure_gallery.managed_image
"""

EXAMPLES = r"""
- name: Delete myImage if nothing keeps it
  cloudimages.azure_gallery.image_retirement:
    variables:
      clone_managed_image_source:
        resource_group: rg
        name: myImage
      clone_managed_image_gallery:
        resource_group: rg
        name: myGallery
      retire_managed_image_records: records
  register: retired
"""

RETURN = r"""
result:
  description: How it ended.
  returned: always
  type: dict
  contains:
    source_id:
      description: The ID of the managed image.
      type: str
      sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/\
        providers/Microsoft.Compute/images/myImage"
    definition_id:
      description: The ID of the image definition of that version.
      type: str
      sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/\
        providers/Microsoft.Compute/galleries/myGallery/images/myImage"
    version_id:
      description: The ID of the version that replaces it.
      type: str
      sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/\
        providers/Microsoft.Compute/galleries/myGallery/images/myImage/versions/1.0.0"
    version:
      description: The number of that version.
      type: str
      sample: 1.0.0
    outcome:
      description:
        - V(retired) if the image was deleted, V(planned) if it would be.
        - V(gone) if it did not exist.
        - V(refused) if time or an owner ends every reason to keep it, V(failed) after an error or a doubt.
      type: str
      sample: retired
    refusals:
      description: See RV(cloudimages.azure_gallery.managed_image#module:refusals).
      type: list
      elements: dict
      sample: []
    record:
      description: See RV(cloudimages.azure_gallery.managed_image#module:record).
      type: dict
      sample: {schema: 1}
    plan:
      description: See RV(cloudimages.azure_gallery.managed_image#module:plan).
      type: dict
      sample: {}
    changed:
      description: Whether the image was deleted, or would be.
      type: bool
      sample: true
    failed:
      description: Whether an error or a doubt keeps the image.
      type: bool
      sample: false
    message:
      description: How it ended, in words.
      type: str
      sample: It was deleted; 1.0.0 replaces it.
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
from ..module_utils._modules.image_retirement import SPEC


def main() -> None:
    """Run the task of this module."""
    run_as_module(SPEC)


if __name__ == "__main__":
    main()
