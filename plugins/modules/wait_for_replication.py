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
  - Waits until each of any number of image versions is ready in every region, has failed, or has run out of time. One
    task waits for all of them.
  - It changes nothing in Azure. Versions may be in different galleries, resource groups and subscriptions.
  - It ends when the last version has ended, and fails then if any did not complete. RV(results) tells about each of
    them, on failure too.
extends_documentation_fragment:
  - cloudimages.azure_gallery.azure
  - cloudimages.azure_gallery.module
attributes:
  check_mode:
    support: full
    details: In check mode it reads each version once, does not wait and does not fail for one that is not ready.
  diff_mode:
    support: N/A
    details: It changes nothing.
  idempotent:
    support: N/A
    details: It changes nothing.
options:
  versions:
    description:
      - The versions to wait for. An item is the ID of a version, or a mapping.
      - A mapping has the key C(id), and may have C(wait_timeout) and C(poll_interval) for this version.
      - A version that is named twice is waited for once, with the longer time. For an empty list there is nothing to
        wait for.
    type: list
    elements: raw
    required: true
  wait_timeout:
    description:
      - How long to wait for a version, in seconds. With V(0) each is read once.
      - A version that is not ready then is V(TimedOut). Azure goes on with it, and the same task run again joins the
        wait.
    type: int
    default: 21600
  poll_interval:
    description:
      - Seconds between two readings of a version, from 1 on.
      - Unset, it is what Azure asked for, else from 2 to 60 seconds, growing with the age of the version.
    type: int
seealso:
  - module: cloudimages.azure_gallery.image_version
    description: Clones a managed image into a version.
  - module: cloudimages.azure_gallery.image_version_info
    description: Returns the versions of an image definition.
"""

EXAMPLES = r"""
# Unless a task says more, the credentials come from the environment (AZURE_CLIENT_ID and so on),
# from ~/.azure/credentials or from the Azure CLI.

- name: Begin versions of several images without waiting
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
  register: begun

- name: Wait for all of them at once
  cloudimages.azure_gallery.wait_for_replication:
    versions: "{{ begun.results | map(attribute='image_version') | select | map(attribute='id') }}"
    wait_timeout: 7200

- name: Wait longer for one of them, and do not fail yet
  cloudimages.azure_gallery.wait_for_replication:
    versions:
      - id: "{{ begun.results[0].image_version.id }}"
        wait_timeout: 43200
      - "{{ begun.results[1].image_version.id }}"
  register: waited
  failed_when: false

- name: Show which did not complete
  ansible.builtin.debug:
    msg: "{{ item.id }} {{ item.state }} {{ item.message }}"
  loop: "{{ waited.results | rejectattr('state', 'equalto', 'Completed') }}"
  loop_control:
    label: "{{ item.id }}"

- name: Give the credentials once, for all tasks of a block or play
  module_defaults:
    group/cloudimages.azure_gallery.azure:
      subscription_id: 00000000-0000-0000-0000-000000000000
      tenant: "{{ azure_tenant }}"
      client_id: "{{ azure_client_id }}"
      secret: "{{ azure_secret }}"
  block:
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
    - How the wait for each version ended, in the order of O(versions).
    - On failure too, except where the options are wrong.
  returned: success, and on failure
  type: list
  elements: dict
  contains:
    id:
      description: The ID of the version.
      returned: always
      type: str
      sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myResourceGroup/\
        providers/Microsoft.Compute/galleries/myGallery/images/myImageDefinition/versions/1.0.0"
    state:
      description:
        - V(Completed) for a version that is ready in every region.
        - V(Failed) for one that failed, as a whole or in a region.
        - V(TimedOut) for one that was not ready in time, or in check mode is not ready.
        - V(Absent) for one that does not exist, or was deleted meanwhile.
        - V(Error) for one that may not be read.
      returned: always
      type: str
      sample: Completed
    regions:
      description: The state of each target region; empty if the version was not read.
      returned: always
      type: list
      elements: dict
      contains:
        name:
          description: The region, as its short name.
          returned: always
          type: str
          sample: eastus2
        state:
          description: The state of the replication, one of V(Unknown), V(Replicating), V(Completed) and V(Failed).
          returned: always
          type: str
          sample: Replicating
        progress:
          description: How far the replication is, in percent. V(null) if Azure does not say.
          returned: always
          type: int
          sample: 60
        details:
          description: Azure's reason for a failure. V(null) if it gives none.
          returned: always
          type: str
          sample: Failed with internal server error.
    timeline:
      description: When each region was first seen in each of its states, in the order of time.
      returned: always
      type: list
      elements: dict
      contains:
        at:
          description: The time in UTC, to the second.
          returned: always
          type: str
          sample: '2026-11-20T12:45:41Z'
        region:
          description: The region, as its short name.
          returned: always
          type: str
          sample: eastus2
        state:
          description: The state that it was seen in.
          returned: always
          type: str
          sample: Replicating
    message:
      description: The same in words, with Azure's reason for a failure where it can be had.
      returned: always
      type: str
    azure_error:
      description: Azure's own error, as in the RV(azure_error) of a task.
      returned: when Azure gave one
      type: dict
      sample:
        code: Conflict
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
from ..module_utils._modules.wait_for_replication import SPEC


def main() -> None:
    """Run the task of this module."""
    run_as_module(SPEC)


if __name__ == "__main__":
    main()
