"""The api-version of every request, in one table.

The SDK's own defaults differ from release to release, and with them what Azure does (the newest makes new versions
undeletable for months), so they are never used. A resource type stays on the version that its behaviour was checked with;
only what needs a newer one names it.
"""

from __future__ import annotations

GALLERY = "2024-03-03"
COMPUTE = "2024-07-01"  # the first with etags of virtual machines
NETWORK = "2024-05-01"

API_VERSIONS = {
    "gallery": GALLERY,
    "image_definition": GALLERY,
    "image_version": GALLERY,
    "managed_image": COMPUTE,
    "virtual_machine": COMPUTE,
    "run_command": COMPUTE,
    "scale_set": COMPUTE,
    "scale_set_instance": COMPUTE,
    "disk": "2023-04-02",
    "network_interface": NETWORK,
    "virtual_network": NETWORK,
    "subnet": NETWORK,
    "resource_group": "2024-11-01",
    "subscription": "2022-12-01",
    "resource": "2021-04-01",  # of any type: this list alone has creation times
    "lock": "2016-09-01",
    "permission": "2022-04-01",
    "roleAssignment": "2022-04-01",
}
# A delete that goes past the recycle bin, and the recycle bin's own list.
SOFT_DELETE = "2026-03-03"
# What a Resource Manager says about its cloud.
METADATA = "2022-09-01"
