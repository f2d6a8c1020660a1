#!/usr/bin/python
# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: image_repointing
short_description: Make every scale set that has a managed image use the image version cloned from it
version_added: 1.1.0
author:
  - cloudimages.azure_gallery contributors (@cloudimages)
description:
  - Finds the image version of a host, the scale sets whose model has its managed image, and sets their image as
    M(cloudimages.azure_gallery.scale_set_image) does.
  - A scale set that is refused for a reason that time or its owner ends leaves the task ok, with
    RV(repointing.refused). The task fails after all scale sets if one of them failed or needs a person who looks at
    it.
  - It fails before the first write if a subscription cannot be scanned completely.
  - The role P(cloudimages.azure_gallery.repoint_scale_sets#role) uses it.
extends_documentation_fragment:
  - cloudimages.azure_gallery.azure
  - cloudimages.azure_gallery.module
attributes:
  check_mode:
    support: full
    details: All checks before the first write are made.
  diff_mode:
    support: full
  idempotent:
    support: full
options:
  variables:
    description:
      - What is wanted, as variables of P(cloudimages.azure_gallery.repoint_scale_sets#role) by their full names, and
        those of P(cloudimages.azure_gallery.clone_managed_image#role) by which it finds the version. Values may be
        text, as surveys send them.
      - On the controller the variables of the host are added, so that the task does not have to list them.
    type: dict
seealso:
  - module: cloudimages.azure_gallery.scale_set_image
    description: Update the image of one scale set.
  - module: cloudimages.azure_gallery.image_usage_info
    description: Get what uses managed images, image definitions or image versions.
"""

EXAMPLES = r"""
# Use the role repoint_scale_sets instead, which keeps the result.
- name: Make the scale sets of a managed image use its version
  cloudimages.azure_gallery.image_repointing:
    variables:
      repoint_scale_sets_version_id: "{{ definition_id }}/versions/1.0.0"
  register: result
"""

RETURN = r"""
repointing:
  description: How it ended. Before the version is found, what is not known is V(null).
  returned: always
  type: dict
  contains:
    source_id:
      description: The ID of the managed image.
      type: str
      sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myResourceGroup/\
        providers/Microsoft.Compute/images/myImage"
    definition_id:
      description: The ID of the image definition.
      type: str
      sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myResourceGroup/\
        providers/Microsoft.Compute/galleries/myGallery/images/myImageDefinition"
    verified:
      description: Whether a verification of the version counts.
      type: bool
      sample: true
    version_id:
      description: The ID of the image version.
      type: str
      sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myResourceGroup/\
        providers/Microsoft.Compute/galleries/myGallery/images/myImageDefinition/versions/1.0.0"
    version:
      description: Its number.
      type: str
      sample: 1.0.0
    image:
      description: The ID that scale sets get, of the version or of the definition.
      type: str
      sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myResourceGroup/\
        providers/Microsoft.Compute/galleries/myGallery/images/myImageDefinition/versions/1.0.0"
    scale_sets:
      description:
        - The scale sets whose model has the managed image, and those that have the new image already.
      type: list
      elements: dict
      contains:
        id:
          description:
            - The ID of the scale set. Azure's lists have the resource group in capitals, and so has the ID of a scale
              set that is unchanged.
          type: str
          sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myResourceGroup/\
            providers/Microsoft.Compute/virtualMachineScaleSets/myScaleSet"
        name:
          description: Its name.
          type: str
          sample: myScaleSet
        resource_group:
          description: Its resource group.
          type: str
          sample: myResourceGroup
        subscription_id:
          description: Its subscription.
          type: str
          sample: 00000000-0000-0000-0000-000000000000
        state:
          description: V(repointed), V(unchanged), V(refused) or V(failed).
          type: str
          sample: repointed
        changed:
          description: Whether its model was changed, or in check mode would be.
          type: bool
          sample: true
        message:
          description: How it ended, or the reason.
          type: str
          sample: It has the new image.
        reasons:
          description:
            - The reasons of a refusal, as in RV(cloudimages.azure_gallery.scale_set_image#module:refusals[].reason).
          type: list
          elements: str
          sample: []
        image:
          description:
            - The ID of the image in the model, as predicted in check mode. V(null) if it is not known.
          type: str
          sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myResourceGroup/\
            providers/Microsoft.Compute/galleries/myGallery/images/myImageDefinition/versions/1.0.0"
        previous_image:
          description: The ID of the image before. V(null) if nothing changes.
          type: str
          sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myResourceGroup/\
            providers/Microsoft.Compute/images/myImage"
        outdated_instances:
          description: The instances that do not have the image of the model. V(null) if that was not read.
          type: list
          elements: str
          sample:
            - '0'
        upgrade_command:
          description: The command of the Azure CLI that upgrades them. V(null) if there are none.
          type: str
          sample: "az vmss update-instances --subscription 00000000-0000-0000-0000-000000000000
            --resource-group myResourceGroup --name myScaleSet --instance-ids 0"
        before:
          description:
            - The storage profile of the model before the change, as in
              RV(cloudimages.azure_gallery.scale_set_image#module:before).
          returned: if Azure has changed other storage settings
          type: dict
          sample:
            dataDisks: []
    counts:
      description: How many scale sets ended in each state.
      type: dict
      sample:
        repointed: 1
        unchanged: 0
        refused: 0
        failed: 0
    changed:
      description: Whether a model was changed, or in check mode would be.
      type: bool
      sample: true
    failed:
      description: Whether a scale set failed.
      type: bool
      sample: false
    refused:
      description: Whether a scale set was refused and none failed.
      type: bool
      sample: false
    message:
      description: The counts and the first reasons.
      type: str
      sample: '1 scale set: 1 got the new image.'
refusal:
  description: V(doubt), if a subscription could not be scanned.
  returned: failure because of that
  type: str
  sample: doubt
refusals:
  description: The reasons, as in RV(cloudimages.azure_gallery.scale_set_image#module:refusals).
  returned: failure because a subscription could not be scanned
  type: list
  elements: dict
  sample: []
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
from ..module_utils._modules.image_repointing import SPEC


def main() -> None:
    """Run the task of this module."""
    run_as_module(SPEC)


if __name__ == "__main__":
    main()
