#!/usr/bin/python
# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: wait_for_replication
short_description: Wait until image versions are replicated
version_added: 1.0.0
author:
  - cloudimages.azure_gallery contributors (@cloudimages)
description:
  - Waits until each of the given image versions is replicated to all regions, has failed, or has exceeded its
    timeout. One task waits for any number of versions.
  - The module only reads. The versions may be in different galleries, resource groups and subscriptions.
  - The task ends when no version is left to wait for. It then fails if a version did not complete. RV(results)
    contains the outcome of each version, on failure too.
extends_documentation_fragment:
  - cloudimages.azure_gallery.azure
  - cloudimages.azure_gallery.module
  - cloudimages.azure_gallery.info
attributes:
  check_mode:
    details: In check mode each version is read once. The task does not wait, and does not fail because a version is
      not ready.
options:
  versions:
    description:
      - The versions to wait for. Each item is the ID of a version or a mapping.
      - A mapping has the key C(id), and optionally C(wait_timeout) and C(poll_interval) for this version.
      - If a version is named twice, the longer timeout applies. An empty list is allowed, and the task then does
        nothing.
    type: list
    elements: raw
    required: true
  wait_timeout:
    description:
      - The timeout for each version in seconds. With V(0) each version is read once.
      - A version that is not ready by then is reported as V(TimedOut). Azure continues to replicate it. To continue
        waiting, run the task again.
    type: int
    default: 21600
  poll_interval:
    description:
      - The interval between two polls of a version in seconds, at least 1.
      - If unset, it is the interval that Azure requests, or else 2 to 60 seconds, depending on the age of the
        version.
    type: int
seealso:
  - module: cloudimages.azure_gallery.image_version
    description: Create an image version from a managed image.
  - module: cloudimages.azure_gallery.image_version_info
    description: Get image versions.
"""

EXAMPLES = r"""
# If a task has no credentials, they come from the environment (AZURE_CLIENT_ID and so on),
# from ~/.azure/credentials or from the Azure CLI.

- name: Start versions of several images without waiting
  cloudimages.azure_gallery.image_version:
    resource_group: myResourceGroup
    gallery_name: myGallery
    image_definition_name: myImageDefinition
    name: next_patch
    source: "{{ item }}"
    target_regions:
      - southcentralus
      - eastus2
    wait: false
  loop:
    - myImage
    - mySecondImage
  register: started

- name: Wait for all of them at once
  cloudimages.azure_gallery.wait_for_replication:
    versions: "{{ started.results | map(attribute='image_version') | select | map(attribute='id') }}"
    wait_timeout: 7200

- name: Wait longer for one of them, and do not fail
  cloudimages.azure_gallery.wait_for_replication:
    versions:
      - id: "{{ started.results[0].image_version.id }}"
        wait_timeout: 43200
      - "{{ started.results[1].image_version.id }}"
  register: waited
  failed_when: false

- name: Show the versions that did not complete
  ansible.builtin.debug:
    msg: "{{ item.id }} {{ item.state }} {{ item.message }}"
  loop: "{{ waited.results | rejectattr('state', 'equalto', 'Completed') }}"
  loop_control:
    label: "{{ item.id }}"

- name: Wait for a version by its ID
  cloudimages.azure_gallery.wait_for_replication:
    versions:
      - "{{ gallery }}/images/myImageDefinition/versions/1.0.0"
  vars:
    group: /subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myResourceGroup
    gallery: "{{ group }}/providers/Microsoft.Compute/galleries/myGallery"
"""

RETURN = r"""
results:
  description:
    - The outcome of each version, in the order of O(versions).
    - Also returned on failure, unless an option is invalid.
  returned: success, and on failure
  type: list
  elements: dict
  contains:
    id:
      description: The ID of the version.
      type: str
      sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myResourceGroup/\
        providers/Microsoft.Compute/galleries/myGallery/images/myImageDefinition/versions/1.0.0"
    state:
      description:
        - V(Completed) if the version is ready in all regions.
        - V(Failed) if it failed as a whole or in a region.
        - V(TimedOut) if it was not ready in time or, in check mode, is not ready.
        - V(Absent) if it does not exist or was deleted during the wait.
        - V(Error) if it could not be read.
      type: str
      sample: Completed
    regions:
      description: The state of each target region. Empty if the version was not read.
      type: list
      elements: dict
      contains:
        name:
          description: The short name of the region.
          type: str
          sample: eastus2
        state:
          description: The state of the replication, one of V(Unknown), V(Replicating), V(Completed) and V(Failed).
          type: str
          sample: Replicating
        progress:
          description: The progress of the replication in percent. V(null) if Azure does not report it.
          type: int
          sample: 60
        details:
          description: The reason of a failure. V(null) if Azure gives no reason.
          type: str
          sample: Failed with internal server error.
    timeline:
      description: The time at which each region was first observed in each of its states, in chronological order.
      type: list
      elements: dict
      contains:
        at:
          description: The time in UTC, to the second.
          type: str
          sample: '2026-11-20T12:45:41Z'
        region:
          description: The short name of the region.
          type: str
          sample: eastus2
        state:
          description: The observed state.
          type: str
          sample: Replicating
    message:
      description: A description of the outcome, with Azure's reason for a failure if it is available.
      type: str
    azure_error:
      description: The error that Azure returned, in the format of RV(azure_error).
      returned: if Azure returned an error
      type: dict
      sample:
        code: Conflict
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
from ..module_utils._modules.wait_for_replication import SPEC


def main() -> None:
    """Run the task of this module."""
    run_as_module(SPEC)


if __name__ == "__main__":
    main()
