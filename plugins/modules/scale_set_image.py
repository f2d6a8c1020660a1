#!/usr/bin/python
# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: scale_set_image
short_description: Update the image of a scale set
version_added: 1.1.0
author:
  - cloudimages.azure_gallery contributors (@cloudimages)
description:
  - Sets the image in the model of a virtual machine scale set to an image version or an image definition. The scale
    set must have a custom image already, for example a managed image.
  - It sends one request, with the whole storage profile as it was just read and only the image replaced, because Azure
    deletes storage settings that are left out. If another client writes in between, Azure refuses the request, and the
    module reads and decides again, at most 3 times. Afterwards it compares every other storage setting, and fails if
    one has changed.
  - Running instances with the upgrade policy V(Manual) keep their image. RV(scale_set.outdated_instances) lists them,
    and RV(scale_set.upgrade_command) upgrades them.
  - "B(Everyone who writes the scale set needs another permission from then on:) RV(scale_set.required_actions).
    Without it, Azure refuses every later change of the scale set with C(LinkedAuthorizationFailed)."
extends_documentation_fragment:
  - cloudimages.azure_gallery.azure
  - cloudimages.azure_gallery.module
attributes:
  check_mode:
    support: full
    details: All checks before the write are made.
  diff_mode:
    support: full
  idempotent:
    support: full
    details: If the model has the image already, nothing else is checked.
options:
  resource_group:
    description: The resource group of the scale set.
    type: str
    required: true
  name:
    description: The name of the scale set.
    type: str
    required: true
  image:
    description:
      - The ID of an image version, or of an image definition.
      - With an image definition, new instances get its latest version in the region of the scale set, also after a
        newer one is promoted.
    type: str
    required: true
  version:
    description:
      - With an image definition as O(image), the ID of the version that has to be latest in the region of the scale
        set.
      - Defaults to the highest version that was created from the scale set's managed image. If the scale set has an
        image of a gallery, any version may be latest.
    type: str
  roll_out:
    description:
      - V(none) refuses a scale set whose upgrade policy is V(Automatic) or V(Rolling), or that has automatic OS
        upgrades, because Azure would replace its running instances at once.
      - V(allow) accepts that.
    type: str
    choices:
      - none
      - allow
    default: none
  wait_timeout:
    description: How long to wait for Azure to finish earlier changes and this one, in seconds.
    type: int
    default: 3600
notes:
  - The version must be Succeeded, Completed in the region of the scale set, and verified by a canary. Its OS type,
    generation, disk sizes, data disks and security type must fit the scale set. A managed image must not have been
    rebuilt since it was cloned. RV(refusals) names each reason.
  - Azure does not allow changing a platform image into a custom one, or back.
  - Instances of a scale set in flexible orchestration are virtual machines of their own. Replace them to upgrade them.
seealso:
  - module: cloudimages.azure_gallery.image_usage_info
    description: Get what uses managed images, image definitions or image versions.
  - module: cloudimages.azure_gallery.canary_vm
    description: Create a virtual machine from an image version to test it, or delete it.
"""

EXAMPLES = r"""
# If a task has no credentials, they come from the environment (AZURE_CLIENT_ID and so on),
# from ~/.azure/credentials or from the Azure CLI.

- name: Preview the change
  cloudimages.azure_gallery.scale_set_image: &scale_set
    resource_group: myResourceGroup
    name: myScaleSet
    image: "{{ definition_id }}/versions/1.0.0"
  check_mode: true
  diff: true

- name: Set the image of a scale set
  cloudimages.azure_gallery.scale_set_image:
    <<: *scale_set
  register: result

- name: Show how to upgrade its instances
  ansible.builtin.debug:
    msg: "{{ result.scale_set.upgrade_command }}"

- name: Let a scale set follow the latest version of an image definition
  cloudimages.azure_gallery.scale_set_image:
    resource_group: myResourceGroup
    name: myScaleSet
    image: "{{ definition_id }}"
"""

RETURN = r"""
scale_set:
  description: The scale set, as predicted in check mode.
  returned: success, and failure after it was read
  type: dict
  contains:
    id:
      description: The resource ID of the scale set.
      type: str
      sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myResourceGroup/\
        providers/Microsoft.Compute/virtualMachineScaleSets/myScaleSet"
    name:
      description: The name of the scale set.
      type: str
      sample: myScaleSet
    resource_group:
      description: The resource group of the scale set.
      type: str
      sample: myResourceGroup
    location:
      description: The region of the scale set.
      type: str
      sample: southcentralus
    tags:
      description: The tags. Empty if there are none.
      type: dict
      sample:
        team: platform
    provisioning_state:
      description: The provisioning state.
      type: str
      sample: Succeeded
    image:
      description: The ID of the image in the model. V(null) if the task failed after its write.
      type: str
      sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myResourceGroup/\
        providers/Microsoft.Compute/galleries/myGallery/images/myImageDefinition/versions/1.0.0"
    previous_image:
      description: The ID of the image before the change. V(null) if nothing changes.
      type: str
      sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myResourceGroup/\
        providers/Microsoft.Compute/images/myImage"
    version_id:
      description:
        - The ID of the version that new instances get. V(null) if nothing changes and O(image) is a definition.
      type: str
      sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myResourceGroup/\
        providers/Microsoft.Compute/galleries/myGallery/images/myImageDefinition/versions/1.0.0"
    orchestration_mode:
      description: The orchestration mode, V(Uniform) or V(Flexible).
      type: str
      sample: Uniform
    upgrade_policy:
      description: The mode of the upgrade policy, V(Manual), V(Automatic) or V(Rolling).
      type: str
      sample: Manual
    automatic_os_upgrade:
      description: Whether Azure upgrades the operating system of instances by itself.
      type: bool
      sample: false
    capacity:
      description: The number of instances.
      type: int
      sample: 2
    required_actions:
      description: The permissions on the image that everyone who writes the scale set needs from now on.
      type: list
      elements: str
      sample:
        - Microsoft.Compute/galleries/images/versions/read
    outdated_instances:
      description:
        - The instances that do not have the image of the model, by their IDs in the scale set. In flexible
          orchestration these are the names of virtual machines.
        - V(null) if they could not be listed, and on failure.
      type: list
      elements: str
      sample:
        - '0'
        - '1'
    upgrade_command:
      description:
        - The command of the Azure CLI that upgrades these instances, which restarts them with a new OS disk.
        - V(null) if there are none, and in flexible orchestration.
      type: str
      sample: "az vmss update-instances --subscription 00000000-0000-0000-0000-000000000000
        --resource-group myResourceGroup --name myScaleSet --instance-ids 0 1"
changes:
  description: The properties that the task changed, or would change in check mode. Empty if nothing changes.
  returned: success
  type: list
  elements: dict
  contains:
    path:
      description: The property, which is V(image).
      type: str
      sample: image
    before:
      description: The previous value.
      type: str
      sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myResourceGroup/\
        providers/Microsoft.Compute/images/myImage"
    after:
      description: The new value.
      type: str
      sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myResourceGroup/\
        providers/Microsoft.Compute/galleries/myGallery/images/myImageDefinition/versions/1.0.0"
refusal:
  description:
    - The class of the refusal. V(refused) if time or an owner ends it, such as a version that is not verified.
    - V(doubt) if a person has to look at it, such as a managed image that was rebuilt.
  returned: failure caused by a refusal
  type: str
  sample: refused
refusals:
  description: Every reason.
  returned: failure caused by a refusal
  type: list
  elements: dict
  contains:
    reason:
      description:
        - One of V(platform), V(deleting), V(version_absent), V(version_broken), V(rebuilt), V(unreadable),
          V(other_system), V(other_generation), V(security_type), V(small_disk), V(data_disks), V(needs_latest),
          V(other_latest), V(excluded), V(not_ready), V(not_verified), V(roll_out) and V(locked).
      returned: always
      type: str
      sample: not_verified
    class:
      description: The class of this reason, V(refused) or V(doubt).
      returned: always
      type: str
      sample: refused
    message:
      description: The reason as text.
      returned: always
      type: str
      sample: The scale set is locked as ReadOnly by myLock, at it or above. Its owner can remove the lock.
before:
  description: The storage profile of the model before the change.
  returned: failure because Azure has changed other storage settings
  type: dict
  sample:
    dataDisks: []
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
from ..module_utils._modules.scale_set_image import SPEC


def main() -> None:
    """Run the task of this module."""
    run_as_module(SPEC)


if __name__ == "__main__":
    main()
