#!/usr/bin/python
# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: managed_image
short_description: Create a managed image from an image version, or delete one that a version replaces
version_added: 1.1.0
author:
  - cloudimages.azure_gallery contributors (@cloudimages)
description:
  - With O(state=absent) it deletes a managed image once O(replaced_by) is a complete and verified copy of it and no
    use of the image is left. B(Azure cannot undelete a managed image.) The record of the image, returned and written
    to O(records), has what a restore needs.
  - With O(state=present) it creates a managed image from an image version, with what a record says about the image
    that was deleted.
  - All checks run before the first write. A task that refuses fails with every reason in RV(refusals).
extends_documentation_fragment:
  - cloudimages.azure_gallery.azure
  - cloudimages.azure_gallery.module
attributes:
  check_mode:
    support: full
    details: All checks are made, and the task fails if it would refuse. Nothing is written, also no record.
  diff_mode:
    support: full
  idempotent:
    support: full
    details: An image that does not exist is unchanged if its version exists. An image that was restored from the same
      version is unchanged.
options:
  resource_group:
    description:
      - The resource group of the managed image.
      - Required, unless O(record) names it.
    type: str
  name:
    description:
      - The name of the managed image.
      - Required, unless O(record) names it.
    type: str
  replaced_by:
    description:
      - The ID of the image version that replaces the image. Required with O(state=absent).
      - It must have been created from this image, and not from an earlier one of the same name. The tag
        C(source_fingerprint) of the version and the creation time of the image show that. An image that was restored
        from the version counts as its source if it has the disks of the restore.
      - It must be Full, Succeeded, Completed in every target region, included in latest in every region, and have no
        end of life within 30 days.
    type: str
  require_verified:
    description:
      - Whether a canary must have booted from O(replaced_by), with the tags that the role verify_image_version sets.
    type: bool
    default: true
  after_days:
    description:
      - The days since the version was verified during which the image is kept. With O(require_verified=false), and
        without a verification, the days since the version was published.
    type: int
    default: 0
  subscriptions:
    description:
      - The IDs of the subscriptions in which uses of the image are looked for. Defaults to all that the credentials
        can list.
      - A subscription in which the credentials cannot read virtual machines, scale sets and their instances refuses
        the delete, because its lists may be incomplete.
    type: list
    elements: str
  records:
    description:
      - A folder on the machine that the task runs on, for the record of the image. The record is on disk before the
        delete is sent. Its file has mode 0600 and is named by the image and a hash of its ID.
      - V(job) writes no file. The result of the task is then the only record.
      - Without it, the result has the record too, and RV(notes) says so.
    type: str
  planned:
    description:
      - RV(plan) of an earlier run in check mode. The image is only deleted if it and the version are the same as then.
      - An empty mapping refuses the delete, for an image that is in no plan.
    type: dict
  source:
    description:
      - The ID of the image version to restore the image from. Required with O(state=present), unless O(record) names
        it.
    type: str
  location:
    description:
      - The region of the restored image, in which O(source) must be Completed. Defaults to the region in O(record),
        then to the location of the version.
    type: str
  tags:
    description:
      - The tags of the restored image. Defaults to the tags in O(record). The tag C(restored_from) is added.
    type: dict
  record:
    description:
      - A record of O(state=absent), as a mapping, as JSON, or as the path of its file. Tags, caching, storage types,
        zone resilience and disk encryption sets are restored from it.
      - Without O(resource_group) and O(name), the image is restored under the ID that it had, in any subscription.
    type: raw
  state:
    description:
      - V(absent) deletes the image.
      - V(present) restores it.
    type: str
    choices:
      - absent
      - present
    default: present
notes:
  - Azure's lists of machines and scale sets lag by minutes. Batch pools, templates and pipelines that name an image
    are in no list.
  - Azure does not protect an image that is in use, except while virtual machines are being created from it.
  - A restore creates disks named C(restore-), 8 hexadecimal digits and the LUN, and deletes them at its end. A run
    that was interrupted is completed by the next one.
seealso:
  - module: cloudimages.azure_gallery.managed_image_info
    description: Get managed images.
  - module: cloudimages.azure_gallery.image_version
    description: Clones a managed image into a version.
  - module: cloudimages.azure_gallery.canary_vm
    description: Boots a virtual machine from a version to test it.
"""

EXAMPLES = r"""
# Unless a task says more, the credentials come from the environment (AZURE_CLIENT_ID and so on),
# from ~/.azure/credentials or from the Azure CLI.

- name: Create a managed image of another name from a version
  cloudimages.azure_gallery.managed_image:
    resource_group: myResourceGroup
    name: myRestoredImage
    source: "{{ definition_id }}/versions/1.0.0"
    tags:
      purpose: rollback

- name: Show whether the image can be deleted
  cloudimages.azure_gallery.managed_image: &retire
    resource_group: myResourceGroup
    name: myImage
    replaced_by: "{{ definition_id }}/versions/1.0.0"
    after_days: 7
    records: "{{ records }}"
    state: absent
  check_mode: true
  diff: true
  register: planned

- name: Delete the image if nothing has changed since
  cloudimages.azure_gallery.managed_image:
    <<: *retire
    planned: "{{ planned.plan }}"
  register: retired

- name: Restore the image from its record
  cloudimages.azure_gallery.managed_image:
    record: "{{ retired.record }}"
"""

RETURN = r"""
managed_image:
  description:
    - The managed image, with the keys of RV(cloudimages.azure_gallery.managed_image_info#module:images).
    - V(null) with O(state=absent), except in a refusal.
  returned: success and refusal
  type: dict
  sample:
    name: myImage
    location: southcentralus
    provisioning_state: Succeeded
record:
  description:
    - With O(state=absent), the record of the image, as in its file. V(null) for an image that does not exist and has
      no record.
    - With O(state=present), O(record) as a mapping.
  returned: success
  type: dict
  contains:
    schema:
      description: The version of this format.
      type: int
      sample: 1
    state:
      description: V(intended) before the delete, V(deleted) after it.
      type: str
      sample: deleted
    image_id:
      description: The ID of the image.
      type: str
      sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myResourceGroup/\
        providers/Microsoft.Compute/images/myImage"
    replaced_by:
      description: The ID of the version that replaces it.
      type: str
      sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myResourceGroup/\
        providers/Microsoft.Compute/galleries/myGallery/images/myImageDefinition/versions/1.0.0"
    created:
      description: When the image was created. V(null) if that could not be read.
      type: str
      sample: '2024-05-01T08:00:00.0000000Z'
    fingerprint:
      description: The hash of the image's disks, sizes and generation.
      type: str
      sample: 0a1b2c3d4e5f60718293a4b5c6d7e8f9
    version_published:
      description: The published date of the version.
      type: str
      sample: '2026-11-20T12:45:41.0000000+00:00'
    verified_at:
      description: When the version was verified. V(null) if it was not.
      type: str
      sample: '2026-11-21T08:00:00Z'
    intended_at:
      description: When the run decided to delete the image.
      type: str
      sample: '2026-11-30T08:00:00Z'
    deleted_at:
      description: When the image was gone. V(null) until then.
      type: str
      sample: '2026-11-30T08:00:25Z'
    image:
      description: The image as Azure returned it.
      type: dict
      sample: {location: southcentralus}
    version:
      description: The version as Azure returned it.
      type: dict
      sample: {location: southcentralus}
    uses:
      description: The uses of the image that do not need it, as image_usage_info returns them.
      type: list
      elements: dict
      sample: []
    scanned:
      description: The subscriptions that were scanned for uses.
      type: list
      elements: str
      sample: [00000000-0000-0000-0000-000000000000]
    earlier:
      description: The record of an earlier image of the same ID, which was deleted and created again.
      returned: in the file, if there was one
      type: dict
      sample: {schema: 1}
    role_assignments:
      description: The role assignments on the image itself. V(null) if they could not be read.
      type: list
      elements: dict
      sample: []
deleted:
  description: The IDs of what was deleted, or in check mode would be.
  returned: with O(state=absent)
  type: list
  elements: str
  sample:
    - "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myResourceGroup/\
      providers/Microsoft.Compute/images/myImage"
plan:
  description: What identifies image and version for O(planned). V(null) for an image that does not exist.
  returned: with O(state=absent)
  type: dict
  contains:
    image_id:
      description: The ID of the image.
      returned: always
      type: str
      sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myResourceGroup/\
        providers/Microsoft.Compute/images/myImage"
    created:
      description: When the image was created. V(null) if that could not be read.
      returned: always
      type: str
      sample: '2024-05-01T08:00:00.0000000Z'
    version_id:
      description: The ID of the version.
      returned: always
      type: str
      sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myResourceGroup/\
        providers/Microsoft.Compute/galleries/myGallery/images/myImageDefinition/versions/1.0.0"
notes:
  description: What could not be read, and what that means.
  returned: with O(state=absent)
  type: list
  elements: str
  sample: []
refusal:
  description:
    - V(refused) if time or an owner ends every reason to keep the image.
    - V(doubt) if a person has to look at one of them.
  returned: refusal
  type: str
  sample: refused
refusals:
  description: Every reason to keep the image.
  returned: refusal
  type: list
  elements: dict
  contains:
    reason:
      description:
        - The name of the reason.
        - These are refusals, V(plan_changed), V(shallow), V(not_ready), V(not_verified), V(excluded), V(end_of_life),
          V(grace), V(image_busy), V(in_use), V(locked) and V(being_created).
        - These are doubts, V(version_absent), V(other_source), V(rebuilt), V(unproven), V(version_broken),
          V(not_scanned) and V(changed).
      returned: always
      type: str
      sample: in_use
    class:
      description: V(refused) or V(doubt).
      returned: always
      type: str
      sample: refused
    message:
      description: The reason, and what to do.
      returned: always
      type: str
      sample: The version is excluded from latest. Promote it first.
lost:
  description: What the restored image does not have, as sentences.
  returned: with O(state=present)
  type: list
  elements: str
  sample: []
disks:
  description: The IDs of the disks that the restore created and deleted, or in check mode would.
  returned: with O(state=present)
  type: list
  elements: str
  sample:
    - "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myResourceGroup/\
      providers/Microsoft.Compute/disks/restore-0a1b2c3d-os"
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
from ..module_utils._modules.managed_image import SPEC


def main() -> None:
    """Run the task of this module."""
    run_as_module(SPEC)


if __name__ == "__main__":
    main()
