"""Latest by region, and what a verification makes of a version. Nothing here reads or writes."""

from __future__ import annotations

import datetime
import typing as t

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.resource_id import parse_id
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._versions.latest import included, latest_in
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._versions.verify import to_boot, verify

DEFINITION = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute/galleries/g/images/web"
NOW = datetime.datetime(2026, 5, 1, 12, 0, tzinfo=datetime.UTC)
PUBLISHED = "2026-04-30T12:00:00.5000000+00:00"


def version(name: str, exclude: t.Any = None, state: str = "Succeeded", **regions: t.Any) -> dict[str, t.Any]:
    """`exclude` of the version, and by region that of each region."""
    targets = [
        {"name": region, **({} if own is None else {"excludeFromLatest": own})}
        for region, own in (regions or {"eastus": None, "westus": None}).items()
    ]
    publishing = {"excludeFromLatest": exclude, "targetRegions": targets, "publishedDate": PUBLISHED}
    place = {"id": f"{DEFINITION}/versions/{name}", "name": name, "location": "eastus"}
    return {**place, "properties": {"provisioningState": state, "publishingProfile": publishing}}


def verified(body: dict[str, t.Any], at: str, *regions: str) -> dict[str, t.Any]:
    tags = {"Verified_At": at, "verified_in": " ".join(regions), "verified_published": PUBLISHED, "team": "a"}
    return {**body, "tags": tags}


@pytest.mark.parametrize(
    ("versions", "latest"),
    [
        ([], None),
        ([version("1.9.0"), version("1.10.0")], "1.10.0"),
        ([version("1.9.0"), version("1.10.0", exclude=True)], "1.9.0"),
        ([version("1.9.0"), version("1.10.0", eastus=True, westus=False)], "1.9.0"),
        ([version("1.9.0"), version("1.10.0", westus=None)], "1.9.0"),
        ([version("1.9.0"), version("1.10.0", state="Updating")], "1.10.0"),
        ([version("1.9.0"), version("1.10.0", state="Creating"), version("1.11.0", state="Failed")], "1.9.0"),
    ],
)
def test_latest_in_a_region(versions: list[dict[str, t.Any]], latest: str | None) -> None:
    assert latest_in("eastus", versions) == latest


def test_an_included_version_is_excluded_nowhere() -> None:
    body, changes = included(version("1.0.0", exclude=True, eastus=True, westus=False))
    assert [change.path for change in changes] == ["exclude_from_latest", "target_regions.eastus.exclude_from_latest"]
    assert included(body) == (body, [])


@pytest.mark.parametrize(
    ("body", "again", "expected"),
    [
        (version("1.0.0"), False, ["eastus", "westus"]),
        (verified(version("1.0.0"), "2026-05-01T00:00:00Z", "eastus", "westus"), False, []),
        (verified(version("1.0.0"), "2026-05-01T00:00:00Z", "eastus"), False, ["westus"]),
        (verified(version("1.0.0"), "2026-05-01T00:00:00Z", "eastus"), True, ["eastus", "westus"]),
        (verified(version("1.0.0"), "2026-04-30T00:00:00Z", "eastus", "westus"), False, ["eastus", "westus"]),
        (verified(version("1.0.0"), "2026-05-01T12:06:00Z", "eastus", "westus"), False, ["eastus", "westus"]),
    ],
)
def test_where_a_version_has_to_boot(body: dict[str, t.Any], again: bool, expected: list[str]) -> None:
    assert to_boot(body, ("eastus", "westus"), NOW, again) == expected


@pytest.mark.parametrize(
    ("others", "promote", "excluded", "stays"),
    [
        ([], True, False, ""),
        ([version("0.9.0")], True, False, ""),
        ([version("1.0.1", exclude=True)], True, False, ""),
        ([version("1.0.1", westus=None)], True, True, "latest stays 1.0.1"),
        ([version("2.0.0", northeurope=None)], True, False, ""),
        ([version("0.9.0")], False, True, ""),
    ],
)
def test_what_is_promoted(others: list[dict[str, t.Any]], promote: bool, excluded: bool, stays: str) -> None:
    body = version("1.0.0", exclude=True)
    done = verify(parse_id(body["id"], "image_version"), body, others, NOW, ["eastus"], promote)
    assert (done.body["properties"]["publishingProfile"]["excludeFromLatest"], done.stays) == (excluded, stays)
    assert done.promotes is not excluded
    assert done.body["tags"]["verified_in"] == "eastus"
    assert body == version("1.0.0", exclude=True)


def test_a_verification_of_another_run_at_the_same_time_is_not_written_again() -> None:
    body = verified(version("1.0.0"), "2026-05-01T11:59:00Z", "eastus")

    def changes(since: datetime.datetime) -> list[str]:
        done = verify(parse_id(body["id"], "image_version"), body, [], NOW, ["eastus"], since=since)
        return [change.path for change in done.changes]

    assert changes(NOW - datetime.timedelta(minutes=5)) == []
    assert changes(NOW) == ["tags"]
