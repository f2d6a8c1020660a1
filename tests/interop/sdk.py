"""azure-mgmt-compute as it is: its clients, models, api-versions and pollers, from 33 to 39.

Run by a Python that has it, `python sdk.py URL [SECONDS]`; prints each operation that it did. SECONDS is the pollers'
interval where the service names none, by default the SDK's own.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from azure.core.exceptions import HttpResponseError
from azure.core.polling.base_polling import LocationPolling
from azure.identity import ClientSecretCredential
from azure.mgmt.compute import ComputeManagementClient, models
from azure.mgmt.core.polling.arm_polling import ARMPolling

SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"
GROUP = "rg"
COMPUTE = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}/providers/Microsoft.Compute"

# What the emulator must hold for it.
FAILURE = {"code": "InternalServerError", "message": "An ordered failure."}
SEED = {
    "resource_groups": [{"name": GROUP, "location": "eastus"}],
    "page_size": 1,
    "faults": [
        {"resource": "/galleries/fails$", "operation_fails": FAILURE},
        {"resource": "/galleries/canceled$", "operation_cancelled": True},
    ],
}


class Walk:
    """Every operation on the four kinds of resource, each answer checked."""

    def __init__(self, url: str, interval: float | None = None, say: Callable[[str], Any] = print) -> None:
        credential = ClientSecretCredential(SUBSCRIPTION, "me", "any", authority=url, disable_instance_discovery=True)
        options = {} if interval is None else {"polling_interval": interval}
        self.compute = ComputeManagementClient(
            credential, SUBSCRIPTION, base_url=url, credential_scopes=[f"{url}/.default"], **options
        )
        self.say = say

    def __call__(self) -> None:
        for part in (self.galleries, self.definitions, self.images, self.versions, self.deletions, self.failures):
            part()

    def do(self, name: str, *arguments: Any, **options: Any) -> Any:
        """An operation such as galleries.get; waits for those that begin something."""
        group, method = name.split(".")
        answer = getattr(getattr(self.compute, group), method)(GROUP, *arguments, **options)
        if method.startswith("begin_"):
            answer = answer.result()
        self.say(name)
        return answer

    def names(self, name: str, *arguments: Any) -> list[str]:
        """What a listing lists."""
        return [one.name for one in self.do(name, *arguments)]

    def galleries(self) -> None:
        gallery = models.Gallery(location="East US", description="one", tags={"a": "b"})
        made = self.do("galleries.begin_create_or_update", "g", gallery)
        assert made.id == f"{COMPUTE}/galleries/g", made.id
        assert (made.location, made.description, made.tags) == ("eastus", "one", {"a": "b"})
        assert made.provisioning_state == "Succeeded", made.provisioning_state
        assert made.identifier.unique_name == f"{SUBSCRIPTION}-G"
        changed = self.do("galleries.begin_update", "g", models.GalleryUpdate(description="two"))
        assert (changed.description, changed.tags) == ("two", {"a": "b"})
        assert self.do("galleries.get", "g").description == "two"
        self.resumed("second")
        assert self.names("galleries.list_by_resource_group") == ["g", "second"]
        assert sorted(one.name for one in self.compute.galleries.list()) == ["g", "second"]
        self.say("galleries.list")

    def resumed(self, name: str) -> None:
        """Another poller goes on where one stopped."""
        gallery = models.Gallery(location="eastus")
        token = self.compute.galleries.begin_create_or_update(GROUP, name, gallery).continuation_token()
        made = self.do("galleries.begin_create_or_update", name, gallery, continuation_token=token)
        assert (made.name, made.provisioning_state) == (name, "Succeeded")

    def definitions(self) -> None:
        identifier = models.GalleryImageIdentifier(publisher="p", offer="o", sku="s")
        definition = models.GalleryImage(
            location="eastus",
            os_type="Linux",
            os_state="Generalized",
            hyper_v_generation="V1",
            identifier=identifier,
            features=[models.GalleryImageFeature(name="SecurityType", value="Standard")],
            recommended=models.RecommendedMachineConfiguration(v_cp_us=models.ResourceRange(min=1, max=4)),
        )
        made = self.do("gallery_images.begin_create_or_update", "g", "d", definition)
        assert (made.os_type, made.os_state, made.hyper_v_generation) == ("Linux", "Generalized", "V1")
        assert (made.identifier.publisher, made.identifier.offer, made.identifier.sku) == ("p", "o", "s")
        assert (made.architecture, made.recommended.v_cp_us.max) == ("x64", 4)
        assert [(one.name, one.value) for one in made.features] == [("SecurityType", "Standard")]
        update = models.GalleryImageUpdate(
            os_type="Linux", os_state="Generalized", identifier=identifier, description="new"
        )
        assert self.do("gallery_images.begin_update", "g", "d", update).description == "new"
        assert self.do("gallery_images.get", "g", "d").provisioning_state == "Succeeded"
        assert self.names("gallery_images.list_by_gallery", "g") == ["d"]

    def images(self) -> None:
        disks = models.ImageStorageProfile(
            os_disk=models.ImageOSDisk(
                os_type="Linux", os_state="Generalized", managed_disk=models.SubResource(id=f"{COMPUTE}/disks/os")
            ),
            data_disks=[models.ImageDataDisk(lun=3, snapshot=models.SubResource(id=f"{COMPUTE}/snapshots/data"))],
        )
        image = models.Image(location="eastus", hyper_v_generation="V1", storage_profile=disks)
        made = self.do("images.begin_create_or_update", "i", image)
        assert (made.provisioning_state, made.hyper_v_generation) == ("Succeeded", "V1")
        assert (made.storage_profile.os_disk.disk_size_gb, made.storage_profile.data_disks[0].lun) == (30, 3)
        assert self.do("images.begin_update", "i", models.ImageUpdate(tags={"a": "b"})).tags == {"a": "b"}
        assert self.do("images.get", "i").storage_profile.os_disk.managed_disk.id.endswith("/disks/os")
        assert self.names("images.list_by_resource_group") == ["i"]

    def versions(self) -> None:
        wanted = [
            models.TargetRegion(name="eastus"),
            models.TargetRegion(name="East US 2", regional_replica_count=1, storage_account_type="Standard_ZRS"),
        ]
        profile = models.GalleryImageVersionPublishingProfile(target_regions=wanted, replica_count=2)
        version = models.GalleryImageVersion(
            location="eastus", publishing_profile=profile, storage_profile=self.source(), safety_profile=unlocked()
        )
        made = self.do("gallery_image_versions.begin_create_or_update", "g", "d", "1.0.0", version)
        assert made.provisioning_state == "Succeeded", made.provisioning_state
        found = [
            (one.name, one.regional_replica_count, one.storage_account_type)
            for one in made.publishing_profile.target_regions
        ]
        assert found == [("East US", 2, "Standard_LRS"), ("East US 2", 1, "Standard_ZRS")], found
        assert made.storage_profile.os_disk_image.size_in_gb == 30
        assert [disk.lun for disk in made.storage_profile.data_disk_images] == [3]
        assert made.publishing_profile.published_date.tzinfo is not None
        read = self.do("gallery_image_versions.get", "g", "d", "1.0.0", expand="ReplicationStatus").replication_status
        assert read.aggregated_state == "Completed"
        summary = [(one.region, one.state, one.progress) for one in read.summary]
        assert summary == [("eastus", "Completed", 100), ("eastus2", "Completed", 100)], summary
        update = models.GalleryImageVersionUpdate(tags={"a": "b"})
        assert self.do("gallery_image_versions.begin_update", "g", "d", "1.0.0", update).tags == {"a": "b"}
        assert self.names("gallery_image_versions.list_by_gallery_image", "g", "d") == ["1.0.0"]

    @staticmethod
    def source() -> Any:
        full = models.GalleryArtifactVersionFullSource(id=f"{COMPUTE}/images/i")
        return models.GalleryImageVersionStorageProfile(source=full)

    def deletions(self) -> None:
        """The version by what Location says alone, the others by the SDK's first choice, Azure-AsyncOperation."""
        by_location = ARMPolling(lro_algorithms=[LocationPolling()])
        assert self.do("gallery_image_versions.begin_delete", "g", "d", "1.0.0", polling=by_location) is None
        for name, arguments in (("gallery_images", ("g", "d")), ("images", ("i",)), ("galleries", ("g",))):
            self.do(f"{name}.begin_delete", *arguments)
            assert self.refusal(f"{name}.get", *arguments)[:2] == (404, "ResourceNotFound"), name
        self.do("galleries.begin_delete", "g")

    def failures(self) -> None:
        gallery = models.Gallery(location="eastus")
        create = "galleries.begin_create_or_update"
        assert self.refusal(create, "with-a-dash", gallery)[:2] == (400, "InvalidParameter")
        # The failure of an operation that could be polled: its status is 200.
        assert self.refusal(create, "fails", gallery) == (200, *FAILURE.values())
        assert self.refusal(create, "canceled", gallery)[0] == 200

    def refusal(self, name: str, *arguments: Any) -> tuple[int | None, str | None, str | None]:
        """Status, code and message of an operation that must fail."""
        try:
            self.do(name, *arguments)
        except HttpResponseError as error:
            self.say(name)
            code, message = (error.error.code, error.error.message) if error.error else (None, None)
            return error.status_code, code, message
        raise AssertionError(f"{name} {arguments} was not refused")


def unlocked() -> Any:
    """Since 2026-03-03 a version cannot be deleted for six months, unless it is made so; older models cannot say it."""
    try:
        return models.GalleryImageVersionSafetyProfile(block_deletion_before_end_of_life=False)
    except TypeError:
        return None


if __name__ == "__main__":
    Walk(sys.argv[1], float(sys.argv[2]) if sys.argv[2:] else None)()
