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
  - Returns the versions of an image definition, all of them in the order of their numbers, one by its number, or the
    latest.
  - A version that does not exist is an empty list, not a failure. If its image definition does not exist, there is a
    warning as well.
extends_documentation_fragment:
  - cloudimages.azure_gallery.azure
  - cloudimages.azure_gallery.module
attributes:
  check_mode:
    support: full
    details: It changes nothing, and does the same in check mode.
  diff_mode:
    support: N/A
    details: It changes nothing.
  idempotent:
    support: N/A
    details: It changes nothing.
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
      - The number of one version. Unset, all are returned.
      - It cannot be combined with O(latest=true).
    type: str
  expand_replication:
    description: Whether to read how far the replication is. It costs a request for each version.
    type: bool
    default: false
  latest:
    description: Whether to return only the latest version. That is the one with the highest number among those that
      succeeded and are not excluded from the latest.
    type: bool
    default: false
seealso:
  - module: cloudimages.azure_gallery.image_version
    description: Clones a managed image into a version.
  - module: cloudimages.azure_gallery.image_definition_info
    description: Returns image definitions.
  - module: cloudimages.azure_gallery.wait_for_replication
    description: Waits for any number of versions at once.
"""

EXAMPLES = r"""
# Unless a task says more, the credentials come from the environment (AZURE_CLIENT_ID and so on),
# from ~/.azure/credentials or from the Azure CLI.

- name: Get all versions of an image definition
  cloudimages.azure_gallery.image_version_info:
    resource_group: myResourceGroup
    gallery_name: myGallery
    image_definition_name: myImageDefinition
  register: found

- name: Show what each was made from
  ansible.builtin.debug:
    msg: "{{ item.name }} was made from {{ item.source_id }}"
  loop: "{{ found.image_versions }}"
  loop_control:
    label: "{{ item.name }}"

- name: See how far the replication of one version is
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
  description: The versions, in the order of their numbers; empty when there is none.
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
      description: The regions that the version is replicated to, in the form that the option
        O(cloudimages.azure_gallery.image_version#module:target_regions) takes.
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
      description: How far the replication is. It is read only with O(expand_replication=true).
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
from ..module_utils._modules.image_version_info import SPEC


def main() -> None:
    """Run the task of this module."""
    run_as_module(SPEC)


if __name__ == "__main__":
    main()
