"""Image versions: create, fill rules, update, refusals, failure, delete, recycle bin."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import COMPUTE, DEFINITION, GALLERY, VERSION, Azure, version_body


def created(azure: Azure, body: dict[str, Any] | None = None, version: str = "2024-03-03") -> Any:
    """Create a version and wait for it."""
    answer = azure.call("PUT", VERSION, body or version_body(), version)
    assert answer.status == 201, answer.body
    assert azure.wait(answer)["status"] == "Succeeded"
    return azure.get(VERSION, version)


def test_create_answers_as_recorded(azure: Azure) -> None:
    answer = azure.call("PUT", VERSION, version_body(regions=["eastus2"], replicaCount=1) | {"tags": {}})
    assert answer.status == 201
    assert answer.headers["Retry-After"] == "60"
    assert answer.headers["x-ms-request-id"] in answer.headers["Azure-AsyncOperation"]
    assert "Location" not in answer.headers
    body = answer.json()
    assert list(body) == ["name", "id", "type", "location", "tags", "properties"]
    assert body["properties"] == {
        "publishingProfile": {
            "targetRegions": [{"name": "East US 2", "regionalReplicaCount": 1, "storageAccountType": "Standard_LRS"}],
            "replicaCount": 1,
            "excludeFromLatest": False,
            "publishedDate": "2026-01-01T00:00:00+00:00",
            "storageAccountType": "Standard_LRS",
        },
        "storageProfile": {"source": {"id": f"{COMPUTE}/images/image"}},
        "safetyProfile": {"reportedForPolicyViolation": False, "allowDeletionOfReplicatedLocations": False},
        "validationsProfile": {"validationOperationStatus": "NotExecuted"},
        "provisioningState": "Creating",
    }
    assert list(body["properties"]["safetyProfile"]) == [
        "reportedForPolicyViolation",
        "allowDeletionOfReplicatedLocations",
    ]


def test_disks_appear_on_success(azure: Azure) -> None:
    storage = created(azure)["properties"]["storageProfile"]
    assert storage["osDiskImage"] == {"sizeInGB": 30, "hostCaching": "ReadWrite", "source": {}}
    assert storage["dataDiskImages"] == [{"lun": 0, "sizeInGB": 10, "hostCaching": "None"}]


def test_no_data_disks_no_key(azure: Azure) -> None:
    assert "dataDiskImages" not in created(azure, version_body("other"))["properties"]["storageProfile"]


def test_regions_omitted_is_the_own_one(azure: Azure) -> None:
    profile = created(azure)["properties"]["publishingProfile"]
    assert [region["name"] for region in profile["targetRegions"]] == ["East US 2"]
    assert profile["replicaCount"] == 1


def test_region_without_count_takes_replica_count_of_the_request(azure: Azure) -> None:
    created(azure, version_body(regions=["eastus2"]))
    update = version_body(regions=[{"name": "West US 2", "regionalReplicaCount": 1}, "eastus2"], replicaCount=2)
    answer = azure.call("PUT", VERSION, update)
    assert answer.status == 200
    properties = answer.json()["properties"]
    assert properties["provisioningState"] == "Updating"
    assert "validationsProfile" not in properties
    regions = properties["publishingProfile"]["targetRegions"]
    assert [(region["name"], region["regionalReplicaCount"]) for region in regions] == [
        ("West US 2", 1),
        ("East US 2", 2),
    ]
    azure.wait(answer)
    assert "validationsProfile" in azure.get(VERSION)["properties"]


@pytest.mark.parametrize("spelling", ["eastus2", "East US 2", "EASTUS2", "eastUS 2"])
def test_regions_in_any_spelling(azure: Azure, spelling: str) -> None:
    body = version_body(regions=[spelling]) | {"location": spelling}
    answer = azure.call("PUT", VERSION, body).json()
    assert answer["location"] == "eastus2"
    assert answer["properties"]["publishingProfile"]["targetRegions"][0]["name"] == "East US 2"


def test_dates_are_normalised_and_published_date_is_kept(azure: Azure) -> None:
    before = created(azure, version_body(endOfLifeDate="2026-12-31T12:59:59.000Z"))["properties"]["publishingProfile"]
    assert before["endOfLifeDate"] == "2026-12-31T12:59:59+00:00"
    azure.wait(azure.call("PUT", VERSION, version_body(replicaCount=3, regions=["eastus2"])))
    after = azure.get(VERSION)["properties"]["publishingProfile"]
    assert (after["publishedDate"], after["endOfLifeDate"]) == (before["publishedDate"], before["endOfLifeDate"])
    assert after["targetRegions"][0]["regionalReplicaCount"] == 3


def test_regions_take_the_versions_storage_type(azure: Azure) -> None:
    regions = ["eastus2", {"name": "westus2", "storageAccountType": "Standard_LRS"}]
    created(azure, version_body(regions=regions, storageAccountType="standard_zrs"))
    update = version_body(regions=[*regions, "northeurope"])
    azure.wait(azure.call("PUT", VERSION, update))
    targets = azure.get(VERSION)["properties"]["publishingProfile"]["targetRegions"]
    assert [one["storageAccountType"] for one in targets] == ["Standard_ZRS", "Standard_LRS", "Standard_ZRS"]


def test_update_without_source_keeps_it(azure: Azure) -> None:
    created(azure)
    update = {
        "location": "eastus2",
        "properties": {"storageProfile": {"osDiskImage": {"hostCaching": "ReadWrite", "source": {}}}},
    }
    assert azure.call("PUT", VERSION, update).json()["properties"]["storageProfile"]["source"]["id"].endswith("/image")


def test_tags_put_replaces_patch_keeps(azure: Azure) -> None:
    created(azure, version_body() | {"tags": {"a": "1"}})
    azure.wait(azure.call("PATCH", VERSION, {"properties": {}}))
    assert azure.get(VERSION)["tags"] == {"a": "1"}
    azure.wait(azure.call("PUT", VERSION, version_body()))
    assert "tags" not in azure.get(VERSION)


@pytest.mark.parametrize(
    ("version", "present", "absent"),
    [
        ("2021-07-01", (), ("safetyProfile", "validationsProfile")),
        ("2022-03-03", ("safetyProfile",), ("validationsProfile",)),
        ("2024-03-03", ("safetyProfile", "validationsProfile"), ()),
    ],
)
def test_properties_of_each_api_version(
    azure: Azure, version: str, present: tuple[str, ...], absent: tuple[str, ...]
) -> None:
    properties = azure.call("PUT", VERSION, version_body(), version).json()["properties"]
    assert all(name in properties for name in present)
    assert not any(name in properties for name in absent)


def test_2026_locks_deletion_for_six_months_by_default(azure: Azure) -> None:
    properties = created(azure, None, "2026-03-03")["properties"]
    assert properties["safetyProfile"]["blockDeletionBeforeEndOfLife"] is True
    assert properties["publishingProfile"]["endOfLifeDate"].startswith("2026-07-01T00:00:00")
    refused = azure.call("DELETE", VERSION)
    assert azure.error(refused) == (409, "DeleteGalleryImageVersionBlockedBeforeEndOfLife")
    azure.clock.advance(200 * 86400)
    assert azure.call("DELETE", VERSION).status == 202


@pytest.mark.parametrize("opt_out", ["date", "flag"])
def test_2026_lock_can_be_declined(azure: Azure, opt_out: str) -> None:
    body = version_body(endOfLifeDate="2027-01-01") if opt_out == "date" else version_body()
    if opt_out == "flag":
        body["properties"]["safetyProfile"] = {"blockDeletionBeforeEndOfLife": False}
    safety = created(azure, body, "2026-03-03")["properties"]["safetyProfile"]
    assert safety.get("blockDeletionBeforeEndOfLife") in (None, False)


REFUSALS: list[tuple[str, Any, int, str, str]] = [
    ("no source", {"location": "eastus2", "properties": {}}, 400, "InvalidParameter", "One and only one source type"),
    ("unknown source", version_body("absent"), 400, "InvalidParameter", "is not found"),
    ("source elsewhere", version_body("westerner"), 400, "InvalidParameter", "same region"),
    ("doubled", version_body(regions=["eastus2", "East US 2"]), 400, "InvalidParameter", "Duplicate regions"),
    ("own region missing", version_body(regions=["westus2"]), 400, "InvalidParameter", "'westus2' must contain the location of image version 'East US 2'"),  # noqa: E501
    ("past date", version_body(endOfLifeDate="2020-01-01"), 400, "InvalidParameter", "must be set to a future date"),
    ("no date", version_body(endOfLifeDate="soon"), 400, "InvalidParameter", "Could not convert string to DateTimeOffset: soon"),
    ("no replicas", version_body(replicaCount=0), 400, "InvalidParameter", "The value 0 of parameter replicaCount is out"),
    ("replicas", version_body(replicaCount=101), 400, "InvalidParameter", "between 1 and 100"),
    ("sum of replicas", version_body(regions=["eastus2", "westus2"], replicaCount=60), 400, "InvalidParameter", "120"),
    ("no such region", version_body(regions=["eastus2", "moon"]), 400, "InvalidParameter", "'moon'"),
    ("zones", version_body(regions=["eastus2", {"name": "westus", "storageAccountType": "Standard_ZRS"}]), 400, "InvalidParameter", "ZRS"),  # noqa: E501
    ("storage", version_body(storageAccountType="Fast_LRS"), 400, "InvalidParameter", "Fast_LRS"),
    ("shallow", version_body(regions=["eastus2", "westus2"], replicationMode="Shallow"), 400, "InvalidParameter", "Shallow"),
    ("no location", {"properties": {}}, 400, "LocationRequired", "location"),
    ("location", version_body() | {"location": "moon"}, 400, "LocationNotAvailableForResourceType", "moon"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "status", "code", "text"), [row[1:] for row in REFUSALS], ids=[row[0] for row in REFUSALS]
)
def test_create_refused(azure: Azure, body: Any, status: int, code: str, text: str) -> None:
    answer = azure.call("PUT", VERSION, body)
    assert azure.error(answer) == (status, code)
    assert text in answer.json()["error"]["message"]
    assert azure.call("GET", VERSION).status == 404


def test_past_date_has_the_recorded_body(azure: Azure) -> None:
    answer = azure.call("PUT", VERSION, version_body(endOfLifeDate="2024-12-01T00:00:00Z"))
    assert len(answer.body) == 174
    assert answer.json()["error"]["target"] == "galleryImage.properties.endOfLifeDate"


@pytest.mark.parametrize("name", ["1.0", "1.0.0.0", "latest", "1.0.2147483648", "v1.0.0"])
def test_names(azure: Azure, name: str) -> None:
    answer = azure.call("PUT", f"{DEFINITION}/versions/{name}", version_body())
    assert answer.status == 400
    assert answer.json()["error"]["target"] == "galleryImageVersionName"


@pytest.mark.parametrize(
    ("source", "code", "text"),
    [
        ("second-generation", "Conflict", "generation ['V2'] than the parent gallery image Hypervisor generation ['V1']."),
        ("windows", "Conflict", "different OS type ['Windows']"),
        ("specialized", "BadRequest", "OS state ['Specialized'] than the parent gallery image OS state ['Generalized']."),
    ],
)  # fmt: skip
def test_mismatch_is_accepted_and_fails_in_the_operation(azure: Azure, source: str, code: str, text: str) -> None:
    answer = azure.call("PUT", VERSION, version_body(source))
    assert answer.status == 201
    operation = azure.wait(answer)
    assert operation["status"] == "Failed"
    assert operation["error"]["code"] == code
    assert text in operation["error"]["message"]
    resource = azure.get(VERSION)
    assert resource["properties"]["provisioningState"] == "Failed"
    assert "error" not in resource["properties"]


def test_failed_create_must_be_deleted_first(azure: Azure) -> None:
    azure.wait(azure.call("PUT", VERSION, version_body("windows")))
    assert azure.call("PUT", VERSION, version_body("windows")).status == 409
    azure.wait(azure.call("DELETE", VERSION))
    assert created(azure)["properties"]["provisioningState"] == "Succeeded"


def test_too_large_a_disk_fails_in_replication(azure: Azure) -> None:
    operation = azure.wait(azure.call("PUT", VERSION, version_body("giant")))
    assert "exceeds the max size 2048 supported" in operation["error"]["message"]
    status = azure.get(f"{VERSION}?$expand=ReplicationStatus")["properties"]["replicationStatus"]
    assert status["aggregatedState"] == "Failed"
    assert "2520" in status["summary"][0]["details"]


def test_one_version_at_a_time_from_a_source(azure: Azure) -> None:
    first = azure.call("PUT", VERSION, version_body())
    second = azure.call("PUT", f"{DEFINITION}/versions/1.0.1", version_body())
    assert second.status == 429
    assert second.json()["error"]["message"].startswith("Too many requests on source '")
    assert azure.call("PUT", f"{DEFINITION}/versions/1.0.1", version_body("other")).status == 201
    azure.wait(first)
    assert azure.call("PUT", f"{DEFINITION}/versions/1.0.2", version_body()).status == 201


@pytest.mark.parametrize(
    ("change", "target"),
    [
        ({"storageProfile": {"source": {"id": f"{COMPUTE}/images/other"}}}, "storageProfile.source.id"),
        ({"storageProfile": {"osDiskImage": {"source": {"id": "/x"}}}}, "storageProfile.osDiskImage.source.id"),
        ({"publishingProfile": {"storageAccountType": "Premium_LRS"}}, "publishingProfile.storageAccountType"),
        ({"publishingProfile": {"replicationMode": "Shallow"}}, "publishingProfile.replicationMode"),
        (
            {"publishingProfile": {"targetRegions": [{"name": "eastus2", "storageAccountType": "Standard_ZRS"}]}},
            "publishingProfile.targetRegions.storageAccountType",
        ),
    ],
)
def test_immutable(azure: Azure, change: Any, target: str) -> None:
    created(azure)
    answer = azure.call("PUT", VERSION, {"location": "eastus2", "properties": change})
    assert azure.error(answer) == (409, "PropertyChangeNotAllowed")
    assert answer.json()["error"]["target"] == f"galleryImageVersion.properties.{target}"
    assert azure.get(VERSION)["properties"]["provisioningState"] == "Succeeded"


def test_location_is_immutable(azure: Azure) -> None:
    created(azure)
    answer = azure.call("PUT", VERSION, version_body() | {"location": "westus"})
    assert azure.error(answer) == (409, "InvalidResourceLocation")


@pytest.mark.parametrize(("allow", "status"), [(None, 200), (True, 200), (False, 409)])
def test_removal_of_regions(azure: Azure, allow: bool | None, status: int) -> None:
    body = version_body(regions=["eastus2", "westus2"])
    if allow is not None:
        body["properties"]["safetyProfile"] = {"allowDeletionOfReplicatedLocations": allow}
    created(azure, body)
    answer = azure.call("PUT", VERSION, version_body(regions=["eastus2"]))
    assert answer.status == status
    regions = azure.get(VERSION)["properties"]["publishingProfile"]["targetRegions"]
    assert len(regions) == (1 if status == 200 else 2)


def test_update_while_it_is_created(azure: Azure) -> None:
    azure.call("PUT", VERSION, version_body())
    assert azure.call("PUT", VERSION, version_body()).status == 409


def test_delete(azure: Azure) -> None:
    created(azure)
    answer = azure.call("DELETE", VERSION)
    assert (answer.status, answer.body) == (202, b"")
    assert answer.headers["Retry-After"] == "60"
    assert "monitor=true" in answer.headers["Location"]
    assert "Content-Type" not in answer.headers
    assert azure.poll(answer, "Location").status == 202
    assert azure.get(VERSION)["properties"]["provisioningState"] == "Deleting"
    assert azure.error(azure.call("PUT", VERSION, version_body())) == (409, "OperationNotAllowed")
    assert azure.call("DELETE", VERSION).headers["x-ms-request-id"] == answer.headers["x-ms-request-id"]
    assert azure.wait(answer)["status"] == "Succeeded"
    done = azure.poll(answer, "Location")
    assert (done.status, done.body) == (200, b"")
    assert azure.call("GET", VERSION).status == 404
    assert azure.call("DELETE", VERSION).status == 204


def test_delete_while_it_is_created_cancels(azure: Azure) -> None:
    answer = azure.call("PUT", VERSION, version_body())
    azure.wait(azure.call("DELETE", VERSION))
    assert azure.wait(answer)["status"] == "Canceled"


def test_parent_refuses_while_it_has_versions_and_a_while_longer(azure: Azure) -> None:
    created(azure)
    refused = azure.call("DELETE", DEFINITION)
    assert azure.error(refused) == (409, "CannotDeleteResource")
    nested = "Microsoft.Compute/galleries/gallery/images/definition/versions/1.0.0"
    assert f"IDs include: '{nested}'." in refused.json()["error"]["message"]
    azure.wait(azure.call("DELETE", VERSION))
    assert azure.error(azure.call("DELETE", DEFINITION)) == (409, "CannotDeleteResource")
    azure.clock.advance(20)
    assert azure.call("DELETE", DEFINITION).status == 202
    azure.clock.advance(1)
    assert azure.error(azure.call("DELETE", GALLERY)) == (409, "CannotDeleteResource")
    azure.clock.advance(20)
    assert azure.call("DELETE", GALLERY).status == 202


def test_recycle_bin(azure: Azure) -> None:
    policy = {"isSoftDeleteEnabled": True, "retentionPeriodInDays": 30, "gracePeriodInDays": 7}
    azure.call("PATCH", GALLERY, {"properties": {"softDeletePolicy": policy}}, "2026-03-03")
    before = created(azure)
    azure.wait(azure.call("DELETE", VERSION, None, "2026-03-03"))
    listed = azure.get(f"{GALLERY}/softdeletedartifacttypes/Images/artifacts/definition/versions", "2026-03-03")[
        "value"
    ]
    assert [entry["properties"]["resourceArmId"] for entry in listed] == [before["id"]]
    assert "/softDeletedArtifactTypes/Images/artifacts/definition/versions/1.0.0" in listed[0]["id"]
    assert azure.call("PUT", VERSION, version_body()).status == 409
    restored = azure.call("PUT", VERSION, {"location": "eastus2"})
    assert (restored.status, restored.json()["properties"]["provisioningState"]) == (200, "Updating")
    azure.wait(restored)
    published = azure.get(VERSION)["properties"]["publishingProfile"]["publishedDate"]
    assert published == before["properties"]["publishingProfile"]["publishedDate"]
    azure.wait(azure.call("DELETE", f"{VERSION}?bypassSoftDelete=true", None, "2026-03-03"))
    listed = azure.get(f"{GALLERY}/softdeletedartifacttypes/Images/artifacts/definition/versions", "2026-03-03")[
        "value"
    ]
    assert listed == []


def test_recycle_bin_empties_itself(azure: Azure) -> None:
    policy = {"isSoftDeleteEnabled": True, "retentionPeriodInDays": 7, "gracePeriodInDays": 3}
    azure.call("PATCH", GALLERY, {"properties": {"softDeletePolicy": policy}}, "2026-03-03")
    created(azure)
    azure.wait(azure.call("DELETE", VERSION, None, "2026-03-03"))
    azure.clock.advance(10 * 86400 + 1)
    path = f"{GALLERY}/softdeletedartifacttypes/Images/artifacts/definition/versions"
    assert azure.get(path, "2026-03-03")["value"] == []
    assert azure.call("PUT", VERSION, version_body()).status == 201


def test_lists_are_by_name_and_never_carry_replication_status(azure: Azure) -> None:
    for name, source in (("1.0.1", "other"), ("1.0.0", "image")):
        azure.wait(azure.call("PUT", f"{DEFINITION}/versions/{name}", version_body(source)))
    value = azure.get(f"{DEFINITION}/versions?$expand=ReplicationStatus")["value"]
    assert [entry["name"] for entry in value] == ["1.0.0", "1.0.1"]
    assert not any("replicationStatus" in entry["properties"] for entry in value)
    assert "replicationStatus" not in azure.get(VERSION)["properties"]


def test_a_version_as_source(azure: Azure) -> None:
    created(azure)
    body = version_body()
    body["properties"]["storageProfile"]["source"]["id"] = VERSION
    answer = azure.call("PUT", f"{DEFINITION}/versions/1.0.1", body)
    azure.wait(answer)
    assert (
        azure.get(f"{DEFINITION}/versions/1.0.1")["properties"]["storageProfile"]["dataDiskImages"][0]["sizeInGB"] == 10
    )


def test_missing_parents(azure: Azure) -> None:
    orphan = f"{COMPUTE}/galleries/absent/images/definition/versions/1.0.0"
    assert azure.error(azure.call("PUT", orphan, version_body())) == (404, "ParentResourceNotFound")
    assert azure.error(azure.call("GET", orphan)) == (404, "ParentResourceNotFound")
    missing = azure.call("GET", VERSION)
    assert azure.error(missing) == (404, "ResourceNotFound")
    assert missing.headers["x-ms-failure-cause"] == "gateway"
    assert "x-ms-ratelimit-remaining-resource" not in missing.headers
