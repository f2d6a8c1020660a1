#!/usr/bin/python
# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: image_version
short_description: Clone a managed image into an image version of an Azure Compute Gallery
version_added: 1.0.0
author:
  - cloudimages.azure_gallery contributors (@cloudimages)
description:
  - Makes a version (C(Microsoft.Compute/galleries/images/versions)) of an image definition from a managed image
    (C(Microsoft.Compute/images)), and waits until it is replicated to every region.
  - If the version exists, the task changes what Azure lets change. That is the regions and their replica counts, the
    end of life, whether it is excluded from the latest, the safety settings and the tags. The source, the storage
    account types, the encryption and the replication mode are for good. A task that asks for another value is refused
    before anything is written. The message names each property, what is there and what was asked for.
  - What the task leaves out is kept.
  - A version that is being made or changed, for example by a run that was interrupted, is joined. The task waits for
    it, compares, and then changes what is left.
  - The managed image is only read. The gallery and the image definition have to exist.
  - Every version gets the tag C(source_fingerprint), a hash of the disks of its source. An image whose fingerprint
    differs, or that was created more than a minute after the version was published, was rebuilt under its name and is
    another image. An image with the tag C(restored_from) is the source of the version whose ID the tag holds.
  - The tags C(source_fingerprint), C(verified_at), C(verified_in) and C(verified_published) belong to this collection.
    O(append_tags=false) keeps them, O(tags) cannot set them, and recreating a version removes the last three.
  - The role P(cloudimages.azure_gallery.clone_managed_image#role) makes gallery, image definition and version in one
    step.
extends_documentation_fragment:
  - cloudimages.azure_gallery.azure
  - cloudimages.azure_gallery.module
  - cloudimages.azure_gallery.tags
attributes:
  check_mode:
    support: full
    details: In check mode nothing is waited for.
  diff_mode:
    support: full
  idempotent:
    support: partial
    details: O(when_cloned=new) with O(name=next_patch), O(name=next_minor) or O(name=next_major) makes a new version
      at every run. All else is idempotent.
options:
  resource_group:
    description: The resource group of the gallery.
    type: str
    required: true
  gallery_name:
    description: The gallery.
    type: str
    required: true
  image_definition_name:
    description: The image definition.
    type: str
    required: true
  name:
    description:
      - The number of the version, such as V(1.2.3), three integers from 0 to 2147483647. Put it in quotes where YAML
        could take it for a number.
      - V(next_patch), V(next_minor) and V(next_major) look for the highest version that was made from the O(source)
        and treat it as if its number had been given. If there is none, or with O(when_cloned=new), they take the next
        free number. After V(1.9.3) that is V(1.9.4), V(1.10.0) or V(2.0.0), and in an empty definition it is
        V(1.0.0). Versions in any state count as used.
      - To delete a version, give its number.
    type: str
    required: true
  state:
    description:
      - V(present) makes the version, or changes the one that exists.
      - V(absent) deletes the version in all regions. It is refused while O(block_deletion_before_end_of_life)
        protects it.
    type: str
    choices:
      - present
      - absent
    default: present
  source:
    description:
      - The managed image to clone. It is given by its ID, by a mapping of C(name) and, where they differ from the
        gallery's, C(resource_group) and C(subscription_id), or by its bare name, which is looked up in
        O(resource_group).
      - It is needed to make a version, and with V(next_patch), V(next_minor) and V(next_major). For a version that
        exists it may be left out, and the image may have been deleted since.
      - If the version that exists was made from another image, the task is refused. Empty counts as unset.
    type: raw
  location:
    description:
      - The region of the version in any spelling. It has to be the region of the O(source), so it can be left out.
      - Unset, one that exists is not compared.
      - Azure does not let it change.
    type: str
  target_regions:
    description:
      - The regions that the version is replicated to. An item is a mapping, or a text in the form that the Azure CLI
        takes.
      - A mapping has the key C(name) for the region in any spelling. It may have C(regional_replica_count), an
        integer from 1 on; C(storage_account_type), a text as in O(storage_account_type); C(exclude_from_latest),
        whether this region leaves the version out when it looks for the latest; and C(encryption).
      - C(encryption) is a mapping of C(os_disk) and C(data_disks). C(os_disk) is a mapping of
        C(disk_encryption_set_id), C(security_type) and C(secure_vm_disk_encryption_set_id). C(data_disks) is a list
        of mappings of C(lun) and C(disk_encryption_set_id). Azure wants encryption for every region or for none.
      - A text is V(eastus2), V(eastus2=1) with a replica count, V(eastus2=standard_zrs) with a storage account type,
        or V(eastus2=1=standard_zrs) with both.
      - Azure wants the version's own region, that of its source, in the list. It is added if it is not named, and
        never removed.
      - Unset, a new version gets its own region alone, and one that exists keeps its regions. An empty list names no
        region; see O(region_policy) for those that are there.
      - The storage account type and the encryption of a region that is there cannot change. Such a task is refused.
    type: list
    elements: raw
  region_policy:
    description: What becomes of regions that the version has and O(target_regions) does not name.
    type: str
    choices:
      merge: They stay. They are listed in RV(unmanaged_regions), with a warning.
      exact: They are removed. It is refused if the task itself says O(allow_deletion_of_replicated_locations=false),
        and Azure refuses it if the version says so.
    default: merge
  replica_count:
    description:
      - The number of replicas in each region that O(target_regions) names without a number of its own. Regions that
        are not named keep theirs.
      - Unset, it is 1 for a new version, and regions that are there keep theirs.
    type: int
  storage_account_type:
    description:
      - The storage account type of each region that O(target_regions) names without one of its own. It is
        V(Standard_LRS), V(Standard_ZRS), V(Premium_LRS) or V(PremiumV2_LRS), in any case. Another text is passed on
        to Azure, with a warning.
      - Unset, it is V(Standard_LRS) for a new version, and regions that are there keep theirs.
      - It cannot change for a region that is there.
    type: str
  replication_mode:
    description:
      - V(Full) copies the image to all regions. V(Shallow) is quicker and for tests. Such a version stays in its
        source's region alone, needs its source to be kept, and takes no encryption.
      - Unset, Azure takes V(Full) for a new version, and one that exists is not compared.
      - Azure does not let it change.
    type: str
  exclude_from_latest:
    description:
      - Whether the version is left out when the latest one is looked for.
      - Unset, it is V(false) for a new version, and one that exists keeps what it has.
    type: bool
  end_of_life_date:
    description:
      - The end of life of the version. It is for information, unless O(block_deletion_before_end_of_life=true).
      - A date such as V(2030-01-31), or a date and time such as V(2030-01-31T12:00:00Z). A date alone means 00:00
        UTC. It counts as the same as any time of that day in UTC that is there.
      - It can be moved, but Azure does not take it away again. Unset keeps what is there. A date in the past is
        refused where it would be sent.
    type: str
  allow_deletion_of_replicated_locations:
    description:
      - Whether regions may be removed from the version.
      - Unset, Azure chooses for a new version, and one that exists keeps what it has.
    type: bool
  block_deletion_before_end_of_life:
    description:
      - Whether Azure refuses to delete the version before O(end_of_life_date).
      - Unset, V(false) is sent for a new version, and one that exists keeps what it has.
    type: bool
  when_cloned:
    description: What O(name=next_patch), O(name=next_minor) and O(name=next_major) do when there already is a version
      of the O(source).
    type: str
    choices:
      reuse: The highest of them is the version that the task is about. If the image was rebuilt under its name since,
        the task is refused.
      new: A new version is made, at every run.
    default: reuse
  proposed:
    description:
      - With O(name=next_patch), O(name=next_minor) or O(name=next_major), the number to take if it is still free when
        a new version is made. Otherwise the next free one is taken.
      - The role uses it, which numbers all images of a play in a defined order before it begins.
    type: str
  on_failed:
    description: What to do about a version that exists and has failed, as a whole or in a region.
    type: str
    choices:
      fail: Fail, with Azure's reason where it can be had.
      recreate: Delete the version and make it anew; what the task leaves out is carried over. It is refused, and
        nothing is deleted, if a region is or was ready, if a create would be refused, if a safety setting protects
        the version, or if its name stands in the recycle bin of the gallery. A run that is killed when the version
        is gone and not yet made again takes with it what the task leaves out.
      retry_regions: Take the failed regions out and add them again, as Azure advises. It is refused if the version's
        own region failed. Until they are back, tags of the version whose names begin with C(retry_region_) say what
        to add, so that the next run goes on where one was interrupted.
    default: fail
  wait:
    description:
      - Whether to wait until the version is ready in every region, or until it is gone with O(state=absent).
      - With V(false) the task never waits. The version is begun and RV(replication_pending) tells that it is not
        ready; a version that is being made or changed is not changed, and RV(update_pending) tells what is left to
        do. If another version is being made from the same source, nothing is begun and RV(deferred) tells so, since
        Azure makes one at a time. Run the task again later.
    type: bool
    default: true
  wait_timeout:
    description: How long to wait in all, in seconds. After that the task fails, Azure goes on, and the same task run
      again joins the wait.
    type: int
    default: 21600
  poll_interval:
    description:
      - Seconds between two readings while waiting, from 1 on.
      - Unset, it is what Azure asked for, else from 2 to 60 seconds, growing with the age of the version.
    type: int
seealso:
  - module: cloudimages.azure_gallery.image_version_info
    description: Returns the versions of an image definition.
  - module: cloudimages.azure_gallery.wait_for_replication
    description: Waits for any number of versions at once.
  - module: cloudimages.azure_gallery.image_definition
    description: Makes, changes or deletes an image definition.
  - module: cloudimages.azure_gallery.managed_image_info
    description: Returns managed images.
"""

EXAMPLES = r"""
# Unless a task says more, the credentials come from the environment (AZURE_CLIENT_ID and so on),
# from ~/.azure/credentials or from the Azure CLI.

- name: Clone a managed image, and wait until the version is ready
  cloudimages.azure_gallery.image_version:
    resource_group: myResourceGroup
    gallery_name: myGallery
    image_definition_name: myImageDefinition
    name: 1.0.0
    source: myImage

- name: Replicate it to a second region; the source is no longer needed
  cloudimages.azure_gallery.image_version:
    resource_group: myResourceGroup
    gallery_name: myGallery
    image_definition_name: myImageDefinition
    name: 1.0.0
    target_regions:
      - southcentralus=1
      - eastus2=1=standard_zrs

- name: Change replicas, end of life and tags
  cloudimages.azure_gallery.image_version:
    resource_group: myResourceGroup
    gallery_name: myGallery
    image_definition_name: myImageDefinition
    name: 1.0.0
    target_regions:
      - name: South Central US
        regional_replica_count: 2
      - name: East US 2
        regional_replica_count: 3
        exclude_from_latest: true
    end_of_life_date: 2040-12-31
    tags:
      release: stable

- name: Preview a change without making it
  cloudimages.azure_gallery.image_version:
    resource_group: myResourceGroup
    gallery_name: myGallery
    image_definition_name: myImageDefinition
    name: 1.0.0
    exclude_from_latest: true
  check_mode: true
  diff: true
  register: preview

- name: Show what would change
  ansible.builtin.debug:
    var: preview.changes

- name: Remove all regions that are not named
  cloudimages.azure_gallery.image_version:
    resource_group: myResourceGroup
    gallery_name: myGallery
    image_definition_name: myImageDefinition
    name: 1.0.0
    target_regions:
      - southcentralus
    region_policy: exact
    allow_deletion_of_replicated_locations: true

- name: Clone the image again under the next free number, without waiting
  cloudimages.azure_gallery.image_version:
    resource_group: myResourceGroup
    gallery_name: myGallery
    image_definition_name: myImageDefinition
    name: next_patch
    source: myImage
    when_cloned: new
    wait: false
  register: begun

- name: Wait for it
  cloudimages.azure_gallery.wait_for_replication:
    versions:
      - "{{ begun.image_version.id }}"

- name: Clone an image of another resource group, and make the version anew if an earlier run left it failed
  cloudimages.azure_gallery.image_version:
    resource_group: myResourceGroup
    gallery_name: myGallery
    image_definition_name: myImageDefinition
    name: next_minor
    source:
      resource_group: myOtherResourceGroup
      name: myOtherImage
    on_failed: recreate

- name: Delete a version
  cloudimages.azure_gallery.image_version:
    resource_group: myResourceGroup
    gallery_name: myGallery
    image_definition_name: myImageDefinition
    name: 1.0.0
    state: absent

- name: Give the credentials once, for all tasks of a block or play
  module_defaults:
    group/cloudimages.azure_gallery.azure:
      subscription_id: 00000000-0000-0000-0000-000000000000
      tenant: "{{ azure_tenant }}"
      client_id: "{{ azure_client_id }}"
      secret: "{{ azure_secret }}"
  block:
    - name: Clone a managed image by its ID
      cloudimages.azure_gallery.image_version:
        resource_group: myResourceGroup
        gallery_name: myGallery
        image_definition_name: myImageDefinition
        name: 2.0.0
        source: "{{ group }}/providers/Microsoft.Compute/images/myImage"
      vars:
        group: /subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myResourceGroup
"""

RETURN = r"""
image_version:
  description:
    - The version. In check mode as it would be.
    - V(null) if it is absent or was deferred.
  returned: success, and on failure where the version is the reason
  type: dict
  contains:
    id:
      description: The resource ID of the version.
      returned: always
      type: str
      sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myResourceGroup/\
        providers/Microsoft.Compute/galleries/myGallery/images/myImageDefinition/versions/1.0.0"
    name:
      description: The number of the version.
      returned: always
      type: str
      sample: 1.0.0
    resource_group:
      description: The resource group of the gallery.
      returned: always
      type: str
      sample: myResourceGroup
    gallery_name:
      description: The gallery of the version.
      returned: always
      type: str
      sample: myGallery
    image_definition_name:
      description: The image definition of the version.
      returned: always
      type: str
      sample: myImageDefinition
    location:
      description: The region of the version, which is that of its source, as its short name.
      returned: always
      type: str
      sample: southcentralus
    source_id:
      description:
        - The ID of what the version was made from, usually a managed image. It may have been deleted since.
        - V(null) for a version that was made from disks or snapshots.
      returned: always
      type: str
      sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myResourceGroup/\
        providers/Microsoft.Compute/images/myImage"
    replica_count:
      description: The number of replicas in a region that has no number of its own.
      returned: always
      type: int
      sample: 1
    storage_account_type:
      description: The storage account type of a region that has none of its own.
      returned: always
      type: str
      sample: Standard_LRS
    replication_mode:
      description: V(Full) or V(Shallow).
      returned: always
      type: str
      sample: Full
    exclude_from_latest:
      description: Whether the version is left out when the latest one is looked for.
      returned: always
      type: bool
      sample: false
    end_of_life_date:
      description: The end of life in UTC. V(null) if there is none.
      returned: always
      type: str
      sample: '2030-01-31T00:00:00Z'
    published_date:
      description: When the version was made, in UTC.
      returned: always
      type: str
      sample: '2026-11-20T12:45:41.119723Z'
    allow_deletion_of_replicated_locations:
      description: Whether regions may be removed from the version.
      returned: always
      type: bool
      sample: true
    block_deletion_before_end_of_life:
      description: Whether Azure refuses to delete the version before its end of life.
      returned: always
      type: bool
      sample: false
    tags:
      description: The tags; empty when there are none.
      returned: always
      type: dict
      sample:
        team: platform
    provisioning_state:
      description: Azure's state of the version, such as V(Succeeded), V(Creating), V(Updating), V(Deleting) or
        V(Failed).
      returned: always
      type: str
      sample: Succeeded
    target_regions:
      description: The regions that the version is replicated to, in the form that the option O(target_regions) takes.
      returned: always
      type: list
      elements: dict
      contains:
        name:
          description: The region, as its short name.
          returned: always
          type: str
          sample: eastus2
        regional_replica_count:
          description: The number of replicas in the region.
          returned: always
          type: int
          sample: 1
        storage_account_type:
          description: The storage account type of the replicas.
          returned: always
          type: str
          sample: Standard_ZRS
        exclude_from_latest:
          description: Whether the region leaves the version out when it looks for the latest. V(null) if that was
            never set.
          returned: always
          type: bool
          sample: false
        encryption:
          description: The encryption of the replicas with keys of your own. V(null) if there is none.
          returned: always
          type: dict
          contains:
            os_disk:
              description: The encryption of the OS disk. V(null) if there is none.
              returned: always
              type: dict
              contains:
                disk_encryption_set_id:
                  description: The ID of the disk encryption set. V(null) if there is none.
                  returned: always
                  type: str
                  sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myResourceGroup/\
                    providers/Microsoft.Compute/diskEncryptionSets/myDiskEncryptionSet"
                security_type:
                  description: The encryption type of a confidential virtual machine. V(null) if there is none.
                  returned: always
                  type: str
                  sample: EncryptedVMGuestStateOnlyWithPmk
                secure_vm_disk_encryption_set_id:
                  description: The ID of the disk encryption set of a confidential virtual machine. V(null) if there
                    is none.
                  returned: always
                  type: str
                  sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myResourceGroup/\
                    providers/Microsoft.Compute/diskEncryptionSets/mySecureSet"
            data_disks:
              description: The encryption of the data disks; empty when there is none.
              returned: always
              type: list
              elements: dict
              contains:
                lun:
                  description: The LUN of the data disk.
                  returned: always
                  type: int
                  sample: 0
                disk_encryption_set_id:
                  description: The ID of the disk encryption set. V(null) if there is none.
                  returned: always
                  type: str
                  sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myResourceGroup/\
                    providers/Microsoft.Compute/diskEncryptionSets/myDiskEncryptionSet"
    replication:
      description: How far the replication was when the version was last read. Not read of a version that was just
        begun.
      returned: always
      type: dict
      contains:
        state:
          description: The state of the whole, one of V(Unknown), V(InProgress), V(Completed) and V(Failed). V(null)
            if it was not read.
          returned: always
          type: str
          sample: InProgress
        regions:
          description: The state of each region; empty if it was not read.
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
              description: The state of the replication, one of V(Unknown), V(Replicating), V(Completed) and
                V(Failed).
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
replication_pending:
  description: Whether a target region is not ready yet.
  returned: success with O(state=present)
  type: bool
  sample: false
update_pending:
  description:
    - The properties that a later run of the task has to change, since the version is not ready for it now.
    - Empty unless O(wait=false).
  returned: success with O(state=present)
  type: list
  elements: str
  sample:
    - tags
deferred:
  description: Whether nothing was begun since something is in the way that the task does not wait for. Run it again
    later.
  returned: success with O(state=present)
  type: bool
  sample: false
waits_for:
  description: What is in the way. It is the ID of a version that is being made from the same source or that is being
    deleted, or else of the source.
  returned: when deferred
  type: str
  sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myResourceGroup/\
    providers/Microsoft.Compute/galleries/myGallery/images/myImageDefinition/versions/1.0.0"
version_id:
  description: The ID of the version that would have been made.
  returned: when deferred
  type: str
  sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myResourceGroup/\
    providers/Microsoft.Compute/galleries/myGallery/images/myImageDefinition/versions/1.0.1"
source_id:
  description: The ID of the source. V(null) if the task names none.
  returned: when deferred
  type: str
  sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myResourceGroup/\
    providers/Microsoft.Compute/images/myImage"
unmanaged_regions:
  description: The regions of the version that the task does not name and that stay, as O(region_policy=merge) says.
  returned: success with O(state=present)
  type: list
  elements: str
  sample:
    - westeurope
source_region_added:
  description: V(true), since the version's own region was added to the regions that the task names.
  returned: when it was added
  type: bool
  sample: true
changes:
  description:
    - The properties that the task changed, or in check mode would change; empty if nothing did.
    - When the task is refused for properties that Azure does not let change, those.
  returned: success, and on failure where it says more
  type: list
  elements: dict
  contains:
    path:
      description:
        - The property in the words of the options, such as V(tags) or V(target_regions.eastus2).
        - Empty for a resource that was deleted.
      returned: always
      type: str
      sample: tags
    before:
      description: The value before; V(null) if there was none.
      returned: always
      type: raw
      sample:
        team: web
    after:
      description: The value after; V(null) if there is none.
      returned: always
      type: raw
      sample:
        team: platform
    why:
      description: A reason, where the change does not come from the options alone.
      returned: when there is something to tell
      type: str
      sample: 'deleted and made anew (on_failed: recreate)'
set_by_azure:
  description: The returned keys whose values Azure chooses, so that check mode cannot foretell them.
  returned: in check mode, when the version would be made or changed
  type: list
  elements: str
  sample:
    - provisioning_state
    - published_date
    - replication
state:
  description: How the wait for the version ended, V(Failed), V(TimedOut), V(Absent) or V(Error).
  returned: failure, after a wait
  type: str
  sample: Failed
regions:
  description: The state of each region at the end of the wait.
  returned: failure, after a wait
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
from ..module_utils._modules.image_version import SPEC


def main() -> None:
    """Run the task of this module."""
    run_as_module(SPEC)


if __name__ == "__main__":
    main()
