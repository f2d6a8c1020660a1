#!/usr/bin/python
# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: canary_vm
short_description: Create a virtual machine from an image version to test it, or delete it
version_added: 1.1.0
author:
  - cloudimages.azure_gallery contributors (@cloudimages)
description:
  - With O(state=present) it creates a virtual machine from an image version and waits until its agent is ready and the
    O(script) has ended. The task fails unless the verdict is V(Passed).
  - With O(state=absent) it deletes the machine and everything that was created with it.
  - B(Use an isolated subnet.) A clone that boots does the work of the machine that its image was made from. It may
    process queues, join clusters, send mail or register with a management server. Deny all outbound traffic of the
    subnet except to Azure's agent address 168.63.129.16.
  - The machine has one network interface without a public address, no identity, and boot diagnostics that Azure
    stores. The key or password of its administrator is generated, sent once and kept nowhere.
  - A machine that Azure calls V(Succeeded) has only been provisioned. The verdict needs its agent, and with O(script)
    the exit code of the script.
extends_documentation_fragment:
  - cloudimages.azure_gallery.azure
  - cloudimages.azure_gallery.module
attributes:
  check_mode:
    support: full
    details: All checks before the first write are made. Nothing is created, deleted or waited for.
  diff_mode:
    support: full
  idempotent:
    support: full
    details: An existing canary of the same test is joined and never written again.
options:
  resource_group:
    description:
      - The resource group of the canary. It must exist, and so must the right to read its locks. A lock on it or above
        it is refused, because the canary could not be deleted again.
      - Required, here or in each entry of O(canaries).
    type: str
  version:
    description:
      - The image version. An ID, or a mapping of C(resource_group), C(gallery_name), C(image_definition_name) and
        C(name).
      - Required with O(state=present). With O(state=absent), O(name) or O(older_than) may replace it.
    type: raw
  location:
    description:
      - The region of the canary, a target region of the version whose replication is completed. Defaults to the
        location of the version.
    type: str
  subnet_id:
    description:
      - The ID of an existing subnet, whose virtual network is in the same region. Only a network interface is created
        in it. Required with O(state=present).
    type: str
  vm_size:
    description:
      - The size, or a list of sizes. If Azure has no capacity or quota for one, the next is tried.
      - Defaults to V(Standard_D2s_v5).
    type: list
    elements: str
  security_type:
    description:
      - The security type. Defaults to what the image definition demands, which is V(Standard) unless it supports
        V(TrustedLaunch) only. A boot with one type says nothing about the other.
    type: str
    choices:
      - Standard
      - TrustedLaunch
  purchase_plan:
    description:
      - The purchase plan of an image that descends from Azure Marketplace. Defaults to the plan of the image
        definition, then to the tags that Packer sets on images.
    type: dict
    suboptions:
      name:
        description: The name of the plan.
        type: str
        required: true
      publisher:
        description: The publisher of the plan.
        type: str
        required: true
      product:
        description: The product of the plan.
        type: str
        required: true
  script:
    description:
      - A script that runs in the machine once its agent is ready, in a shell on Linux and in PowerShell on Windows.
        Exit code 0 passes.
    type: str
  name:
    description:
      - The name of the machine. Defaults to C(canary-) and 12 hexadecimal digits of a hash of version, published date,
        region, sizes, security type and script.
      - A machine of this name counts only if its tags have the same hash. Any other is refused and left alone.
    type: str
  tags:
    description:
      - Tags of the machine and its network interface, besides four that this module sets.
    type: dict
  older_than:
    description:
      - With O(state=absent), deletes every canary of O(resource_group) that was created more than this many seconds
        ago, whatever it tested. At least 7200 and O(wait_timeout).
      - Only resources with the name pattern of canaries and the tags of this module are deleted, machines only if
        their image is in a gallery, interfaces and disks only if no other machine holds them.
    type: int
  wait:
    description:
      - Whether to wait. With V(false) a canary that was created or exists is V(Booting), and a deletion is only
        started.
    type: bool
    default: true
  wait_timeout:
    description:
      - How long to wait for the verdict, in seconds.
      - With O(state=absent), a canary that another run created less than this many seconds ago is left alone. V(0)
        deletes it all the same.
    type: int
    default: 3600
  run_id:
    description:
      - The ID of this run, which the canary carries as a tag. Defaults to one for all tasks of a run of Ansible.
    type: str
  canaries:
    description:
      - Several canaries at once. Each entry is a mapping of the options from O(resource_group) to O(run_id), which
        replace those of the task.
      - All are started, then the task waits once for all of them. It returns RV(results), and fails after all have
        ended if any failed.
    type: list
    elements: raw
  state:
    description:
      - V(present) boots the canary.
      - V(absent) deletes machine, network interface and disks, by the names that were chosen before they were created.
    type: str
    choices:
      - present
      - absent
    default: present
notes:
  - The verdict V(Failed) is the fault of the image. These are C(OSProvisioningTimedOut), C(OSProvisioningClientError),
    C(OSProvisioningInternalError) and C(VMMarketplaceInvalidInput), refusals because of the hypervisor generation or
    the security type, an agent that is not ready within O(wait_timeout), and an exit code other than 0.
  - Everything else leaves the image V(Unverified), for example missing quota, capacity or rights, or a machine that
    another client deleted.
  - Delete a canary with the same options that created it, with O(name), or with O(older_than).
seealso:
  - module: cloudimages.azure_gallery.image_version
    description: Clones a managed image into a version.
"""

EXAMPLES = r"""
# Unless a task says more, the credentials come from the environment (AZURE_CLIENT_ID and so on),
# from ~/.azure/credentials or from the Azure CLI.

- name: Boot a canary and wait for its verdict
  cloudimages.azure_gallery.canary_vm: &canary
    resource_group: myResourceGroup
    subnet_id: "{{ subnet_id }}"
    version:
      resource_group: myResourceGroup
      gallery_name: myGallery
      image_definition_name: myImageDefinition
      name: 1.0.0
    vm_size:
      - Standard_D2s_v5
      - Standard_D2as_v5
    script: systemctl is-system-running --wait

- name: Show what would be deleted
  cloudimages.azure_gallery.canary_vm:
    <<: *canary
    state: absent
  check_mode: true
  diff: true
  register: planned

# In a block, this belongs under always.
- name: Delete the canary
  cloudimages.azure_gallery.canary_vm:
    <<: *canary
    state: absent

- name: Delete canaries that an interrupted run has left
  cloudimages.azure_gallery.canary_vm:
    resource_group: myResourceGroup
    older_than: 86400
    state: absent

- name: Boot several canaries and wait once for all of them
  cloudimages.azure_gallery.canary_vm: &canaries
    resource_group: myResourceGroup
    subnet_id: "{{ subnet_id }}"
    canaries:
      - version: "{{ definition_id }}/versions/1.0.0"
      - version: "{{ definition_id }}/versions/1.0.0"
        security_type: TrustedLaunch

- name: Delete them
  cloudimages.azure_gallery.canary_vm:
    <<: *canaries
    state: absent
"""

RETURN = r"""
canary:
  description:
    - The canary, on failure too. V(null) with O(state=absent), and if it could not be planned.
  returned: without O(canaries)
  type: dict
  contains: &canary
    id:
      description: The ID of the virtual machine.
      returned: always
      type: str
      sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myCanaries/\
        providers/Microsoft.Compute/virtualMachines/canary-0a1b2c3d4e5f"
    name:
      description: Its name.
      returned: always
      type: str
      sample: canary-0a1b2c3d4e5f
    location:
      description: Its region.
      returned: always
      type: str
      sample: eastus2
    version_id:
      description: The ID of the image version.
      returned: always
      type: str
      sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myResourceGroup/\
        providers/Microsoft.Compute/galleries/myGallery/images/myImageDefinition/versions/1.0.0"
    version_published:
      description: The published date of the version when the canary was planned, as Azure spells it.
      returned: always
      type: str
      sample: '2026-11-20T12:45:41.0000000+00:00'
    verdict:
      description:
        - V(Passed) if it booted, its agent is ready and the script ended with exit code 0.
        - V(Failed) if the image is at fault.
        - V(Unverified) if anything else kept it from being tested.
        - V(Booting) while it is not decided.
      returned: always
      type: str
      sample: Passed
    reason:
      description: The reason for the verdict.
      returned: always
      type: str
      sample: it booted and its agent is ready
    agent_ready:
      description: Whether the agent of the machine is ready.
      returned: always
      type: bool
      sample: true
    os_name:
      description: The operating system as the agent reports it; empty until then.
      returned: always
      type: str
      sample: ubuntu
    os_version:
      description: Its version as the agent reports it; empty until then.
      returned: always
      type: str
      sample: '22.04'
    script:
      description: How the script ended. V(null) if it has not.
      returned: always
      type: dict
      contains:
        exit_code:
          description: The exit code of the script.
          returned: always
          type: int
          sample: 0
        output:
          description: The end of what it wrote to stdout.
          returned: always
          type: str
          sample: running
        error:
          description: The end of what it wrote to stderr.
          returned: always
          type: str
          sample: ''
    boot_log:
      description: The last lines of the serial log; empty if Azure has none. The text comes from the machine.
      returned: with the verdicts V(Failed) and V(Unverified)
      type: str
      sample: 'Kernel panic - not syncing: VFS: Unable to mount root fs'
    vm_size:
      description: The size that was tested, or is tried first.
      returned: always
      type: str
      sample: Standard_D2s_v5
    security_type:
      description: The security type that was tested.
      returned: always
      type: str
      sample: Standard
    seconds:
      description: Seconds since the machine was created.
      returned: always
      type: int
      sample: 41
deleted:
  description: The IDs of what was deleted, or in check mode would be.
  returned: with O(state=absent), without O(canaries)
  type: list
  elements: str
  sample: []
spared:
  description: V(true) if the canary was not deleted, since another run created it less than O(wait_timeout) ago.
  returned: with O(state=absent), without O(canaries), if so
  type: bool
  sample: true
results:
  description: The result for each entry of O(canaries), in their order, on failure too.
  returned: with O(canaries)
  type: list
  elements: dict
  contains:
    canary:
      description: The canary. V(null) with O(state=absent), and if it could not be planned.
      returned: always
      type: dict
      contains: *canary
    changed:
      description: Whether something was created or deleted.
      returned: always
      type: bool
      sample: true
    failed:
      description: Whether this canary failed.
      returned: always
      type: bool
      sample: false
    message:
      description: The reason for the verdict, or why it failed.
      returned: always
      type: str
      sample: it booted and its agent is ready
    deleted:
      description: The IDs of what was deleted, or in check mode would be.
      returned: with O(state=absent)
      type: list
      elements: str
      sample: []
    spared:
      description: V(true) if the canary was not deleted, since another run created it less than O(wait_timeout) ago.
      returned: with O(state=absent), if so
      type: bool
      sample: true
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
from ..module_utils._modules.canary_vm import SPEC


def main() -> None:
    """Run the task of this module."""
    run_as_module(SPEC)


if __name__ == "__main__":
    main()
