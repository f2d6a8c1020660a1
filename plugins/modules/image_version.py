#!/usr/bin/python
# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: image_version
short_description: Create, update or delete an image version of an Azure Compute Gallery
version_added: 1.0.0
author:
  - cloudimages.azure_gallery contributors (@cloudimages)
description:
  - Creates an image version (C(Microsoft.Compute/galleries/images/versions)) from a managed image
    (C(Microsoft.Compute/images)), and waits until it is replicated to all regions.
  - If the version exists, the task updates it. Azure allows changing the target regions and their replica counts, the
    end of life, the exclusion from the latest version, the safety settings and the tags. The source, the storage
    account types, the encryption and the replication mode are immutable. If a task would change one of them, it fails
    before it writes anything. The message lists each property with its current and its requested value.
  - Properties that the task does not set are kept.
  - If the version is being created or updated, for example by an interrupted run, the task waits for it, compares it,
    and then updates what still differs.
  - The managed image is never changed. The gallery and the image definition have to exist.
  - Every version gets the tag C(source_fingerprint), a hash of the disks of its source. If the fingerprint of an
    image differs, or the image was created more than a minute after the version was published, the image was rebuilt
    under the same name and counts as another image. An image with the tag C(restored_from) is the source of the
    version with the ID in that tag.
  - The collection manages the tags C(source_fingerprint), C(verified_at), C(verified_in) and C(verified_published).
    O(append_tags=false) keeps them, O(tags) cannot set them, and recreating a version removes the last three.
  - The role P(cloudimages.azure_gallery.clone_managed_image#role) creates the gallery, the image definition and the
    version in one step.
extends_documentation_fragment:
  - cloudimages.azure_gallery.azure
  - cloudimages.azure_gallery.module
  - cloudimages.azure_gallery.plan
  - cloudimages.azure_gallery.tags
attributes:
  check_mode:
    support: full
    details: In check mode the task does not wait.
  diff_mode:
    support: full
  idempotent:
    support: partial
    details: With O(when_cloned=new) and O(name=next_patch), O(name=next_minor) or O(name=next_major), every run
      creates a new version. Otherwise the module is idempotent.
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
      - The version number, such as V(1.2.3). It consists of three integers from 0 to 2147483647.
      - V(next_patch), V(next_minor) and V(next_major) select the highest existing version of the O(source). If it has
        no version, or with O(when_cloned=new), they use the next free number. After V(1.9.3) this is V(1.9.4),
        V(1.10.0) or V(2.0.0). In an empty definition it is V(1.0.0). Versions in any state count as used.
      - With O(state=absent) a number is required.
    type: str
    required: true
  state:
    description:
      - V(present) creates or updates the version.
      - V(absent) deletes the version in all regions. The task fails while O(block_deletion_before_end_of_life)
        protects the version.
    type: str
    choices:
      - present
      - absent
    default: present
  source:
    description:
      - The managed image to clone. The value is the image's ID, its name in O(resource_group), or a mapping with
        C(name) and, if they differ from the gallery's, C(resource_group) and C(subscription_id).
      - It is required to create a version, and with V(next_patch), V(next_minor) and V(next_major). It is optional
        for an existing version, whose source may have been deleted.
      - If the existing version was created from another image, the task fails. An empty value counts as unset.
    type: raw
  location:
    description:
      - The region of the version, as a short or display name. It has to be the region of the O(source).
      - If unset, the region of the O(source) is used, and the region of an existing version is not compared.
      - It is immutable.
    type: str
  target_regions:
    description:
      - The regions to replicate the version to. Each item is a mapping, or a string in the format of the Azure CLI.
      - A mapping has the key C(name), the short or display name of the region. Optional keys are
        C(regional_replica_count), an integer of at least 1; C(storage_account_type), as in O(storage_account_type);
        C(exclude_from_latest), which excludes the version from the latest version in this region; and C(encryption).
      - C(encryption) is a mapping of C(os_disk) and C(data_disks). C(os_disk) is a mapping of
        C(disk_encryption_set_id), C(security_type) and C(secure_vm_disk_encryption_set_id). C(data_disks) is a list
        of mappings of C(lun) and C(disk_encryption_set_id). Azure requires encryption either for all regions or for
        no region.
      - A string is V(eastus2), V(eastus2=1) with a replica count, V(eastus2=standard_zrs) with a storage account
        type, or V(eastus2=1=standard_zrs) with both.
      - Azure requires the version's own region, which is the region of its source. It is added if it is missing from
        the list, and never removed.
      - If unset, a new version gets only its own region, and an existing version keeps its regions. With an empty
        list, O(region_policy) decides about the existing regions.
      - The storage account type and the encryption of an existing region are immutable. If a task would change them,
        it fails.
    type: list
    elements: raw
  region_policy:
    description: How to handle regions of an existing version that O(target_regions) does not name.
    type: str
    choices:
      merge: Keep them. They are listed in RV(unmanaged_regions) and in a warning.
      exact: Remove them. The task fails if it sets O(allow_deletion_of_replicated_locations=false). Azure refuses the
        removal if the version has this setting.
    default: merge
  replica_count:
    description:
      - The replica count of each region that O(target_regions) names without a count of its own. Regions that are not
        named keep their count.
      - If unset, it is 1 for a new version, and existing regions keep their count.
    type: int
  storage_account_type:
    description:
      - The storage account type of each region that O(target_regions) names without a type of its own. Known types
        are V(Standard_LRS), V(Standard_ZRS), V(Premium_LRS) and V(PremiumV2_LRS), in upper or lower case. Other
        values are passed to Azure with a warning.
      - If unset, it is V(Standard_LRS) for a new version, and existing regions keep their type.
      - It is immutable for an existing region.
    type: str
  replication_mode:
    description:
      - V(Full) copies the image to all regions. V(Shallow) is faster and meant for tests. A shallow version exists
        only in the region of its source, depends on its source, and does not support encryption.
      - If unset, Azure uses V(Full) for a new version, and the mode of an existing version is not compared.
      - It is immutable.
    type: str
  exclude_from_latest:
    description:
      - Whether the version is excluded from the latest version.
      - If unset, it is V(false) for a new version, and an existing version keeps its value.
    type: bool
  end_of_life_date:
    description:
      - The end of life of the version. It is informational unless O(block_deletion_before_end_of_life=true).
      - The value is a date such as V(2030-01-31) or a date and time such as V(2030-01-31T12:00:00Z). A date without a
        time means 00:00 UTC, and equals an existing date with any time of that day in UTC.
      - The date can be changed but not removed. If unset, the existing value is kept. The task fails if it would set
        a date in the past.
    type: str
  allow_deletion_of_replicated_locations:
    description:
      - Whether regions may be removed from the version.
      - If unset, Azure chooses the value for a new version, and an existing version keeps its value.
    type: bool
  block_deletion_before_end_of_life:
    description:
      - Whether Azure refuses to delete the version before O(end_of_life_date).
      - If unset, it is V(false) for a new version, and an existing version keeps its value.
    type: bool
  when_cloned:
    description: What O(name=next_patch), O(name=next_minor) and O(name=next_major) do if the O(source) already has a
      version.
    type: str
    choices:
      reuse: Use the highest existing version of this source. If the image was rebuilt under the same name since, the
        task fails.
      new: Create a new version at every run.
    default: reuse
  defaults:
    description:
      - Options for a version that has to be created. The only one is V(name), a number such as V(1.2.3), which a new
        version gets with O(name=next_patch), O(name=next_minor) or O(name=next_major) if the number is still free.
        Otherwise it gets the next free number.
      - Several tasks that run at once can so be given numbers in an order of your own.
    type: dict
  on_failed:
    description: What to do if an existing version has failed, as a whole or in a region.
    type: str
    choices:
      fail: Fail, with Azure's reason if it is available.
      recreate: Delete the version and create it again. Values not set in the task are carried over. The task fails
        and deletes nothing if a region is or was ready, if the create request would be invalid, if a safety setting
        protects the version, or if a deleted version of the same name is kept by soft delete. If the run is killed
        between delete and create, values not set in the task are lost.
      retry_regions: Remove the failed regions and add them again, as Azure recommends. The task fails if the
        version's own region failed. Meanwhile, tags whose names begin with C(retry_region_) record the removed
        regions, so that a later run can complete an interrupted one.
    default: fail
  wait:
    description:
      - Whether to wait until the version is ready in all regions or, with O(state=absent), deleted.
      - With V(false) the task starts the version and returns. RV(replication_pending) shows that it is not ready yet.
        A version that is being created or updated is not changed, and RV(update_pending) lists the remaining changes.
        Azure creates only one version of a source at a time. While another one is being created, the task starts
        nothing and returns RV(deferred=true). Run the task again later.
    type: bool
    default: true
  wait_timeout:
    description: The timeout of the whole wait in seconds. After it the task fails, and Azure continues to replicate
      the version. To continue waiting, run the task again.
    type: int
    default: 21600
  poll_interval:
    description:
      - The interval between two polls in seconds, at least 1.
      - If unset, it is the interval that Azure requests, or else 2 to 60 seconds, depending on the age of the
        version.
    type: int
seealso:
  - module: cloudimages.azure_gallery.image_version_info
    description: Get image versions.
  - module: cloudimages.azure_gallery.wait_for_replication
    description: Wait until image versions are replicated.
  - module: cloudimages.azure_gallery.image_definition
    description: Create, update or delete an image definition.
  - module: cloudimages.azure_gallery.managed_image_info
    description: Get managed images.
"""

EXAMPLES = r"""
# If a task has no credentials, they come from the environment (AZURE_CLIENT_ID and so on),
# from ~/.azure/credentials or from the Azure CLI.

- name: Clone a managed image, and wait until the version is ready
  cloudimages.azure_gallery.image_version:
    resource_group: myResourceGroup
    gallery_name: myGallery
    image_definition_name: myImageDefinition
    name: 1.0.0
    source: myImage

- name: Replicate it to a second region (the source is no longer required)
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

- name: Preview a change
  cloudimages.azure_gallery.image_version:
    resource_group: myResourceGroup
    gallery_name: myGallery
    image_definition_name: myImageDefinition
    name: 1.0.0
    exclude_from_latest: true
  check_mode: true
  diff: true
  register: preview

- name: Show the predicted changes
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
  register: started

- name: Wait for it
  cloudimages.azure_gallery.wait_for_replication:
    versions:
      - "{{ started.image_version.id }}"

- name: Clone an image of another resource group, and replace a version that has failed
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
    - The version. In check mode, the predicted state.
    - V(null) if it is absent or deferred.
  returned: success, and failure of a version that was read
  type: dict
  contains:
    id:
      description: The resource ID of the version.
      type: str
      sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myResourceGroup/\
        providers/Microsoft.Compute/galleries/myGallery/images/myImageDefinition/versions/1.0.0"
    name:
      description: The number of the version.
      type: str
      sample: 1.0.0
    resource_group:
      description: The resource group of the gallery.
      type: str
      sample: myResourceGroup
    gallery_name:
      description: The gallery of the version.
      type: str
      sample: myGallery
    image_definition_name:
      description: The image definition of the version.
      type: str
      sample: myImageDefinition
    location:
      description: The short name of the version's region, which is the region of its source.
      type: str
      sample: southcentralus
    source_id:
      description:
        - The ID of the source of the version, usually a managed image. The source may no longer exist.
        - V(null) if the version was created from disks or snapshots.
      type: str
      sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myResourceGroup/\
        providers/Microsoft.Compute/images/myImage"
    replica_count:
      description: The replica count of regions without one of their own.
      type: int
      sample: 1
    storage_account_type:
      description: The storage account type of regions without one of their own.
      type: str
      sample: Standard_LRS
    replication_mode:
      description: V(Full) or V(Shallow).
      type: str
      sample: Full
    exclude_from_latest:
      description: Whether the version is excluded from the latest version.
      type: bool
      sample: false
    end_of_life_date:
      description: The end of life in UTC. V(null) if unset.
      type: str
      sample: '2030-01-31T00:00:00Z'
    published_date:
      description: When the version was published, in UTC.
      type: str
      sample: '2026-11-20T12:45:41.119723Z'
    allow_deletion_of_replicated_locations:
      description: Whether regions may be removed from the version.
      type: bool
      sample: true
    block_deletion_before_end_of_life:
      description: Whether Azure refuses to delete the version before its end of life.
      type: bool
      sample: false
    tags:
      description: The tags. Empty if there are none.
      type: dict
      sample:
        team: platform
    provisioning_state:
      description: The provisioning state of the version, such as V(Succeeded), V(Creating), V(Updating), V(Deleting)
        or V(Failed).
      type: str
      sample: Succeeded
    target_regions:
      description: The regions that the version is replicated to, in the format of the option O(target_regions).
      type: list
      elements: dict
      contains:
        name:
          description: The short name of the region.
          type: str
          sample: eastus2
        regional_replica_count:
          description: The replica count of the region.
          type: int
          sample: 1
        storage_account_type:
          description: The storage account type of the replicas.
          type: str
          sample: Standard_ZRS
        exclude_from_latest:
          description: Whether the version is excluded from the latest version in this region. V(null) if unset.
          type: bool
          sample: false
        encryption:
          description: The encryption of the replicas with customer-managed keys. V(null) if unset.
          type: dict
          contains:
            os_disk:
              description: The encryption of the OS disk. V(null) if unset.
              type: dict
              contains:
                disk_encryption_set_id:
                  description: The ID of the disk encryption set. V(null) if unset.
                  type: str
                  sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myResourceGroup/\
                    providers/Microsoft.Compute/diskEncryptionSets/myDiskEncryptionSet"
                security_type:
                  description: The encryption type for confidential virtual machines. V(null) if unset.
                  type: str
                  sample: EncryptedVMGuestStateOnlyWithPmk
                secure_vm_disk_encryption_set_id:
                  description: The ID of the disk encryption set for confidential virtual machines. V(null) if unset.
                  type: str
                  sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myResourceGroup/\
                    providers/Microsoft.Compute/diskEncryptionSets/mySecureSet"
            data_disks:
              description: The encryption of the data disks. Empty if unset.
              type: list
              elements: dict
              contains:
                lun:
                  description: The LUN of the data disk.
                  type: int
                  sample: 0
                disk_encryption_set_id:
                  description: The ID of the disk encryption set. V(null) if unset.
                  type: str
                  sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myResourceGroup/\
                    providers/Microsoft.Compute/diskEncryptionSets/myDiskEncryptionSet"
    replication:
      description: The replication status when the version was last read. It is not read for a version that was just
        started.
      type: dict
      contains:
        state:
          description: The aggregated state, one of V(Unknown), V(InProgress), V(Completed) and V(Failed). V(null) if
            it was not read.
          type: str
          sample: InProgress
        regions:
          description: The state of each region. Empty if it was not read.
          type: list
          elements: dict
          contains: &regions
            name:
              description: The short name of the region.
              type: str
              sample: eastus2
            state:
              description: The state of the replication, one of V(Unknown), V(Replicating), V(Completed) and
                V(Failed).
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
replication_pending:
  description: Whether a target region is not ready yet.
  returned: success with O(state=present)
  type: bool
  sample: false
update_pending:
  description:
    - The properties that a later run has to change because the version is not ready for an update.
    - Always empty with O(wait=true).
  returned: success with O(state=present)
  type: list
  elements: str
  sample:
    - tags
deferred:
  description: Whether the task started nothing because another operation blocks it. Run the task again later.
  returned: success with O(state=present)
  type: bool
  sample: false
waits_for:
  description: The ID of the blocking resource. It is a version that is being created from the same source, a version
    that is being deleted, or the source.
  returned: if deferred
  type: str
  sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myResourceGroup/\
    providers/Microsoft.Compute/galleries/myGallery/images/myImageDefinition/versions/1.0.0"
version_id:
  description: The ID of the version that the task would have created.
  returned: if deferred
  type: str
  sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myResourceGroup/\
    providers/Microsoft.Compute/galleries/myGallery/images/myImageDefinition/versions/1.0.1"
source_id:
  description: The ID of the source. V(null) if O(source) is unset.
  returned: if deferred
  type: str
  sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myResourceGroup/\
    providers/Microsoft.Compute/images/myImage"
unmanaged_regions:
  description: Regions of the version that O(target_regions) does not name and O(region_policy=merge) keeps.
  returned: success with O(state=present)
  type: list
  elements: str
  sample:
    - westeurope
source_region_added:
  description: V(true) if the version's own region was added to the target regions.
  returned: if the region was added
  type: bool
  sample: true
changes:
  description:
    - The properties that the task changed, or would change in check mode. Empty if nothing changes.
    - If the task fails because it would change immutable properties, those properties.
  returned: success, and failure caused by immutable properties
  type: list
  elements: dict
  contains:
    path:
      description:
        - The property, named like the option, such as V(tags) or V(target_regions.eastus2).
        - Empty if the whole resource was deleted.
      type: str
      sample: tags
    before:
      description: The previous value. V(null) if it was unset.
      type: raw
      sample:
        team: web
    after:
      description: The new value. V(null) if it is unset.
      type: raw
      sample:
        team: platform
    why:
      description: The reason, if the change does not result from the options alone.
      returned: if there is such a reason
      type: str
      sample: 'deleted and created again (on_failed: recreate)'
set_by_azure:
  description: Return keys that check mode cannot predict because Azure assigns their values.
  returned: in check mode, if the version would be created or updated
  type: list
  elements: str
  sample:
    - provisioning_state
    - published_date
    - replication
state:
  description: The outcome of the wait, one of V(Failed), V(TimedOut), V(Absent) and V(Error).
  returned: failure, after a wait
  type: str
  sample: Failed
regions:
  description: The state of each region at the end of the wait.
  returned: failure, after a wait
  type: list
  elements: dict
  contains: *regions
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
from ..module_utils._modules.image_version import SPEC


def main() -> None:
    """Run the task of this module."""
    run_as_module(SPEC)


if __name__ == "__main__":
    main()
