#!/usr/bin/python
# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: image_verification
short_description: Plan the verification of an image version, or record that canaries booted from it
version_added: 1.1.0
author:
  - cloudimages.azure_gallery contributors (@cloudimages)
description:
  - Without O(planned), it validates what is wanted, reads the version, and returns as RV(plan) which canaries to boot
    with M(cloudimages.azure_gallery.canary_vm). Nothing is written.
  - With O(planned) and O(canaries), it writes the tags C(verified_at), C(verified_in) and C(verified_published) to the
    version if every canary has the verdict V(Passed), and includes the version in latest, globally and in every region.
    Both are one update. With any other verdict the task fails and nothing is written.
  - The version is read again right before the update. The task fails unless published date and source are those of
    RV(plan).
  - A version is not included in latest if a higher number is the latest version today. It only gets the tags.
  - The role P(cloudimages.azure_gallery.verify_image_version#role) uses it for the versions of any number of hosts.
extends_documentation_fragment:
  - cloudimages.azure_gallery.azure
  - cloudimages.azure_gallery.module
attributes:
  check_mode:
    support: full
    details: All checks are made. Nothing is written, and the tags and the latest version of each region are predicted.
  diff_mode:
    support: full
  idempotent:
    support: full
    details: A verification that counts is neither planned nor written again.
options:
  variables:
    description:
      - What is wanted, as variables of P(cloudimages.azure_gallery.verify_image_version#role) by their full names, and
        those of P(cloudimages.azure_gallery.clone_managed_image#role) by which it finds the version. Values may be
        text, as surveys send them.
      - On the controller the variables of the host are added, so that the task does not have to list them.
    type: dict
  planned:
    description:
      - The RV(plan) that an earlier task returned. Records what O(canaries) showed.
    type: dict
  canaries:
    description:
      - The results of the canaries in O(planned), as RV(cloudimages.azure_gallery.canary_vm#module:results) has them.
    type: list
    elements: dict
  removals:
    description:
      - The results of the task that deleted the canaries, in the same way. What could not be deleted is a warning.
    type: list
    elements: dict
  batch:
    description:
      - The name of a variable in which the hosts of the batch have registered their plans. The task then returns the
        RV(rounds) of its host. All other options are ignored.
    type: str
seealso:
  - module: cloudimages.azure_gallery.canary_vm
  - module: cloudimages.azure_gallery.image_version
"""

EXAMPLES = r"""
- name: Plan the verification of a version
  cloudimages.azure_gallery.image_verification:
    variables: &variables
      verify_image_version_version_id: "{{ definition_id }}/versions/1.0.0"
      verify_image_version_resource_group: myResourceGroup
      verify_image_version_subnet_id: "{{ subnet_id }}"
  register: planned

- name: Test the version, and delete the canary in any case
  block:
    - name: Boot what is not verified
      cloudimages.azure_gallery.canary_vm:
        canaries: "{{ planned.plan.canaries }}"
      register: booted
  always:
    - name: Delete the canaries
      cloudimages.azure_gallery.canary_vm:
        canaries: "{{ planned.plan.canaries }}"
        state: absent
      register: deleted

- name: Record the verification and promote the version
  cloudimages.azure_gallery.image_verification:
    planned: "{{ planned.plan }}"
    canaries: "{{ booted.results }}"
    removals: "{{ deleted.results }}"
"""

RETURN = r"""
plan:
  description: What has to be done, for O(planned). It has more keys than the following.
  returned: without O(planned)
  type: dict
  contains:
    needed:
      description: Whether there is anything to boot or to write.
      type: bool
      sample: true
    canaries:
      description: One entry of O(cloudimages.azure_gallery.canary_vm#module:canaries) for each region to boot in.
      type: list
      elements: dict
      sample: []
rounds:
  description:
    - The rounds of the host by their numbers. C(own) are the canaries that it starts, C(waiter) is the host that waits
      for them and deletes them. C(waits) are those that this host waits for, and C(places) those of C(own) among the
      canaries that C(waiter) waits for.
  returned: with O(batch)
  type: dict
  sample: {}
verification:
  description: How the version is now, or in check mode would be.
  returned: without O(batch)
  type: dict
  contains:
    version_id:
      description: The image version. Beside it are C(source_id), C(definition_id) and C(version), the number.
      type: str
      sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myResourceGroup/\
        providers/Microsoft.Compute/galleries/myGallery/images/myImageDefinition/versions/1.0.0"
    verdict:
      description:
        - V(Passed), V(Failed) if the image is at fault, or V(Unverified) if anything else kept it from being verified.
          In check mode V(Booting) if there are canaries to boot.
      type: str
      sample: Passed
    verified_at:
      description: When it was verified.
      type: str
      sample: '2026-11-21T08:00:00Z'
    verified_in:
      description: The regions in which it was verified.
      type: list
      elements: str
      sample: [eastus2]
    promoted:
      description: Whether it is excluded from latest nowhere.
      type: bool
      sample: true
    latest:
      description: For each region of the version, the number of the latest version C(before) and C(after).
      type: dict
      sample:
        eastus2:
          before: 0.9.0
          after: 1.0.0
    canaries:
      description: The canaries that were booted. Beside them are their C(vm_size) and C(security_type).
      type: list
      elements: dict
      sample: []
    failed:
      description: Whether it is not verified. Beside it is C(changed).
      type: bool
      sample: false
    message:
      description: How it ended.
      type: str
      sample: It booted and is verified; it is included in latest.
changes:
  description: What changes of the version, in one update.
  returned: with O(planned), on success
  type: list
  elements: dict
  sample:
    - path: exclude_from_latest
      before: true
      after: false
wait:
  description:
    - An entry of O(cloudimages.azure_gallery.wait_for_replication#module:versions) to wait for the update with, or
      null.
  returned: with O(planned), on success
  type: dict
  sample:
"""

from ..module_utils._module import run_as_module
from ..module_utils._modules.image_verification import SPEC


def main() -> None:
    """Run the task of this module."""
    run_as_module(SPEC)


if __name__ == "__main__":
    main()
