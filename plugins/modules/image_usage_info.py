#!/usr/bin/python
# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: image_usage_info
short_description: Get what uses managed images, image definitions or image versions
version_added: 1.1.0
author:
  - cloudimages.azure_gallery contributors (@cloudimages)
description:
  - Returns the virtual machines, the models and instances of scale sets, and the image versions that use an image.
    RV(uses[].needed) is V(true) where deleting the image would break the use.
  - A subscription counts as scanned only if the credentials may read machines, scale sets and their instances at the
    subscription itself. With a role on a resource group alone, Azure's lists are short without an error. Such a
    subscription is in RV(not_scanned), and the module warns.
  - Only lists are read, at most two and three for each subscription, and one for each scale set in uniform
    orchestration that has instances, a custom image, and its region in common with one of the images. If the regions
    of the images are not known, the regions of all scale sets count. For each image definition in which a version is
    being created, its versions are listed as well.
extends_documentation_fragment:
  - cloudimages.azure_gallery.azure
  - cloudimages.azure_gallery.module
  - cloudimages.azure_gallery.info
options:
  images:
    description:
      - IDs of managed images, image definitions and image versions. An image definition is used by what uses one of
        its versions.
      - If unset or empty, the uses of every custom image are returned.
    type: list
    elements: str
  subscriptions:
    description:
      - The IDs of the subscriptions to scan.
      - If unset, these are all that the credentials can list, the subscription of the task, and those of O(images).
    type: list
    elements: str
notes:
  - Azure's lists lag by minutes. A machine that was created just now may be missing.
  - Batch pools, templates and pipelines that name an image are not visible in any list. RV(not_scanned) names them.
  - A role assignment can be undone for a part of a subscription by a deny assignment, which this module does not see.
seealso:
  - module: cloudimages.azure_gallery.scale_set_image
    description: Set the image of a scale set.
  - module: cloudimages.azure_gallery.managed_image_info
    description: Get managed images.
"""

EXAMPLES = r"""
# If a task has no credentials, they come from the environment (AZURE_CLIENT_ID and so on),
# from ~/.azure/credentials or from the Azure CLI.

- name: Get what uses a managed image
  cloudimages.azure_gallery.image_usage_info:
    images:
      - "{{ image_id }}"
  register: usage

- name: Show what deleting the image would break
  ansible.builtin.debug:
    msg: "{{ usage.uses | selectattr('needed') | map(attribute='id') | list }}"

- name: Fail if a subscription could not be scanned
  ansible.builtin.assert:
    that: usage.not_scanned | selectattr('kind', 'equalto', 'subscription') | list == []
    fail_msg: "{{ usage.not_scanned | map(attribute='reason') | join(' ') }}"

- name: Get what uses any custom image in these subscriptions
  cloudimages.azure_gallery.image_usage_info:
    subscriptions: "{{ subscription_ids }}"
"""

RETURN = r"""
uses:
  description: The uses, sorted by image, kind and ID.
  returned: success
  type: list
  elements: dict
  contains:
    image_id:
      description: The ID of the image that is used, as in O(images). Without O(images), the ID in the reference to it.
      type: str
      sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myResourceGroup/\
        providers/Microsoft.Compute/images/myImage"
    version_id:
      description:
        - The ID of the image version, if the user is known to have exactly that version. Otherwise V(null), as for a
          managed image, and for a scale set that names an image definition.
      type: str
      sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myResourceGroup/\
        providers/Microsoft.Compute/galleries/myGallery/images/myImageDefinition/versions/1.0.0"
    kind:
      description: One of V(virtual_machine), V(scale_set), V(scale_set_instance) and V(image_version).
      type: str
      sample: scale_set
    id:
      description: The ID of what uses the image. Azure writes its resource group in capitals in some lists.
      type: str
      sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/MYRESOURCEGROUP/\
        providers/Microsoft.Compute/virtualMachineScaleSets/myScaleSet"
    name:
      description: Its name.
      type: str
      sample: myScaleSet
    resource_group:
      description: Its resource group, in capitals as in RV(uses[].id).
      type: str
      sample: MYRESOURCEGROUP
    subscription_id:
      description: Its subscription.
      type: str
      sample: 00000000-0000-0000-0000-000000000000
    location:
      description: Its region.
      type: str
      sample: southcentralus
    needed:
      description:
        - Whether deleting the image would break it. V(true) for the model of a scale set, for an instance of a scale
          set (which may need the image to be reimaged), for a machine with an ephemeral OS disk, for a machine or a
          version that is being created, and for a version with replication mode V(Shallow).
        - V(false) for any other machine, which has disks of its own.
      type: bool
      sample: true
scanned:
  description: The IDs of the subscriptions in which every use that Azure lists was found.
  returned: success
  type: list
  elements: str
  sample:
    - 00000000-0000-0000-0000-000000000000
not_scanned:
  description: What may use the images and was not seen.
  returned: success
  type: list
  elements: dict
  contains:
    kind:
      description:
        - V(subscription) for a subscription that could not be scanned, V(image_version) if the versions that are being
          created were not listed in it. They are listed in the subscription of the task and those of O(images), as far
          as two lists suffice.
        - V(batch_pool), V(template) and V(pipeline) are in no list of Azure, and always named.
      type: str
      sample: subscription
    subscription_id:
      description: The ID of the subscription. V(null) for kinds that are in no list.
      type: str
      sample: 11111111-1111-1111-1111-111111111111
    missing:
      description: The actions that the credentials lack at the subscription.
      type: list
      elements: str
      sample:
        - Microsoft.Compute/virtualMachineScaleSets/virtualMachines/read
    reason:
      description: Why it was not scanned.
      type: str
      sample: Templates and playbooks that create machines are not known to Azure.
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
from ..module_utils._modules.image_usage_info import SPEC


def main() -> None:
    """Run the task of this module."""
    run_as_module(SPEC)


if __name__ == "__main__":
    main()
