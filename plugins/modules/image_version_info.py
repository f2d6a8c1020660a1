#!/usr/bin/python
# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: image_version_info
short_description: Get image versions of an Azure Compute Gallery
version_added: 1.0.0
author:
  - cloudimages.azure_gallery contributors (@cloudimages)
description:
  - Returns all versions of an image definition in ascending order, one version by its number, or the latest version.
  - If the version does not exist, the module returns an empty list. If the image definition does not exist, it also
    warns.
extends_documentation_fragment:
  - cloudimages.azure_gallery.azure
  - cloudimages.azure_gallery.module
attributes:
  check_mode:
    support: full
    details: The module only reads, in check mode too.
  diff_mode:
    support: N/A
    details: The module only reads.
  idempotent:
    support: N/A
    details: The module only reads.
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
      - The number of one version. If unset, all are returned.
      - It cannot be combined with O(latest=true).
    type: str
  expand_replication:
    description: Whether to read the replication status. This takes one request per version.
    type: bool
    default: false
  latest:
    description: Whether to return only the latest version. This is the highest version that succeeded and is not
      excluded from the latest.
    type: bool
    default: false
seealso:
  - module: cloudimages.azure_gallery.image_version
    description: Create an image version from a managed image.
  - module: cloudimages.azure_gallery.image_definition_info
    description: Get image definitions.
  - module: cloudimages.azure_gallery.wait_for_replication
    description: Wait until image versions are replicated.
"""

EXAMPLES = r"""
# If a task has no credentials, they come from the environment (AZURE_CLIENT_ID and so on),
# from ~/.azure/credentials or from the Azure CLI.

- name: Get all versions of an image definition
  cloudimages.azure_gallery.image_version_info:
    resource_group: myResourceGroup
    gallery_name: myGallery
    image_definition_name: myImageDefinition
  register: found

- name: Show the source of each version
  ansible.builtin.debug:
    msg: "{{ item.name }} was created from {{ item.source_id }}"
  loop: "{{ found.image_versions }}"
  loop_control:
    label: "{{ item.name }}"

- name: Get one version with its replication status
  cloudimages.azure_gallery.image_version_info:
    resource_group: myResourceGroup
    gallery_name: myGallery
    image_definition_name: myImageDefinition
    name: 1.0.0
    expand_replication: true
  register: version

- name: Show its regions
  ansible.builtin.debug:
    var: version.image_versions[0].replication.regions

- name: Get the latest version
  cloudimages.azure_gallery.image_version_info:
    resource_group: myResourceGroup
    gallery_name: myGallery
    image_definition_name: myImageDefinition
    latest: true
  register: latest

- name: Give the credentials once, for all tasks of a block or play
  module_defaults:
    group/cloudimages.azure_gallery.azure:
      subscription_id: 00000000-0000-0000-0000-000000000000
      tenant: "{{ azure_tenant }}"
      client_id: "{{ azure_client_id }}"
      secret: "{{ azure_secret }}"
  block:
    - name: Get all versions of the image definition
      cloudimages.azure_gallery.image_version_info:
        resource_group: myResourceGroup
        gallery_name: myGallery
        image_definition_name: myImageDefinition
"""

RETURN = r"""
image_versions:
  description: The versions in ascending order; empty if there are none.
  returned: success
  type: list
  elements: dict
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
      description: The short name of the version's region, which is the region of its source.
      returned: always
      type: str
      sample: southcentralus
    source_id:
      description:
        - The ID of the source of the version, usually a managed image. The source may no longer exist.
        - V(null) if the version was created from disks or snapshots.
      returned: always
      type: str
      sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myResourceGroup/\
        providers/Microsoft.Compute/images/myImage"
    replica_count:
      description: The replica count of regions without one of their own.
      returned: always
      type: int
      sample: 1
    storage_account_type:
      description: The storage account type of regions without one of their own.
      returned: always
      type: str
      sample: Standard_LRS
    replication_mode:
      description: V(Full) or V(Shallow).
      returned: always
      type: str
      sample: Full
    exclude_from_latest:
      description: Whether the version is excluded from the latest version.
      returned: always
      type: bool
      sample: false
    end_of_life_date:
      description: The end of life in UTC. V(null) if unset.
      returned: always
      type: str
      sample: '2030-01-31T00:00:00Z'
    published_date:
      description: When the version was published, in UTC.
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
      description: The tags. Empty if there are none.
      returned: always
      type: dict
      sample:
        team: platform
    provisioning_state:
      description: The provisioning state of the version, such as V(Succeeded), V(Creating), V(Updating), V(Deleting)
        or V(Failed).
      returned: always
      type: str
      sample: Succeeded
    target_regions:
      description: The regions that the version is replicated to, in the format of the option
        O(cloudimages.azure_gallery.image_version#module:target_regions).
      returned: always
      type: list
      elements: dict
      contains:
        name:
          description: The short name of the region.
          returned: always
          type: str
          sample: eastus2
        regional_replica_count:
          description: The replica count of the region.
          returned: always
          type: int
          sample: 1
        storage_account_type:
          description: The storage account type of the replicas.
          returned: always
          type: str
          sample: Standard_ZRS
        exclude_from_latest:
          description: Whether the version is excluded from the latest version in this region. V(null) if unset.
          returned: always
          type: bool
          sample: false
        encryption:
          description: The encryption of the replicas with customer-managed keys. V(null) if unset.
          returned: always
          type: dict
          contains:
            os_disk:
              description: The encryption of the OS disk. V(null) if unset.
              returned: always
              type: dict
              contains:
                disk_encryption_set_id:
                  description: The ID of the disk encryption set. V(null) if unset.
                  returned: always
                  type: str
                  sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myResourceGroup/\
                    providers/Microsoft.Compute/diskEncryptionSets/myDiskEncryptionSet"
                security_type:
                  description: The encryption type for confidential virtual machines. V(null) if unset.
                  returned: always
                  type: str
                  sample: EncryptedVMGuestStateOnlyWithPmk
                secure_vm_disk_encryption_set_id:
                  description: The ID of the disk encryption set for confidential virtual machines. V(null) if unset.
                  returned: always
                  type: str
                  sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myResourceGroup/\
                    providers/Microsoft.Compute/diskEncryptionSets/mySecureSet"
            data_disks:
              description: The encryption of the data disks. Empty if unset.
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
                  description: The ID of the disk encryption set. V(null) if unset.
                  returned: always
                  type: str
                  sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myResourceGroup/\
                    providers/Microsoft.Compute/diskEncryptionSets/myDiskEncryptionSet"
    replication:
      description: The replication status. It is read only with O(expand_replication=true).
      returned: always
      type: dict
      contains:
        state:
          description: The aggregated state, one of V(Unknown), V(InProgress), V(Completed) and V(Failed). V(null) if
            it was not read.
          returned: always
          type: str
          sample: InProgress
        regions:
          description: The state of each region. Empty if it was not read.
          returned: always
          type: list
          elements: dict
          contains:
            name:
              description: The short name of the region.
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
              description: The progress of the replication in percent. V(null) if Azure does not report it.
              returned: always
              type: int
              sample: 60
            details:
              description: The reason of a failure. V(null) if Azure gives no reason.
              returned: always
              type: str
              sample: Failed with internal server error.
azure_error:
  description: The error that Azure returned.
  returned: failure, if Azure returned an error
  type: dict
  contains:
    status:
      description: The HTTP status.
      returned: when known
      type: int
      sample: 403
    code:
      description: The error code.
      returned: when known
      type: str
      sample: AuthorizationFailed
    message:
      description: The error message.
      returned: when known
      type: str
      sample: The client does not have authorization to perform the action.
    request_id:
      description: The request ID, which Azure support asks for.
      returned: when known
      type: str
      sample: 55555555-5555-5555-5555-555555555555
    target:
      description: The resource or property that caused the error.
      returned: when known
      type: str
      sample: galleryImage.properties.hyperVGeneration
progress:
  description:
    - The progress lines of a task that waited.
    - If the module runs inside Ansible's own process, the lines are displayed at once and not returned.
  returned: if the module ran in a process of its own and waited
  type: list
  elements: str
  sample:
    - 'myGallery/myImageDefinition/1.0.0: it is Creating (eastus2 60 %)'
"""

from ..module_utils._module import run_as_module
from ..module_utils._modules.image_version_info import SPEC


def main() -> None:
    """Run the task of this module."""
    run_as_module(SPEC)


if __name__ == "__main__":
    main()
