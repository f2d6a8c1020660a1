"""The checks of awx_setup's variables: one row for each entry of the table, and what the argument spec's errors become."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._awx.variables import (
    CHECKS,
    PREFIX,
    given,
    name_problems,
    problems,
)

from support.collection_tree import ROOT

SPEC = yaml.safe_load((ROOT / "playbooks/vars/awx_setup_spec.yml").read_text(encoding="utf-8"))["__awx_setup_spec"]
GUID = "00000000-0000-0000-0000-000000000000"
RIGHT = {
    "organization": "Default",
    "project_url": "https://git.example.com/x.git",
    "gallery_name": "pics",
    "gallery_resource_group": "rg",
    "subscription_id": GUID,
    "tenant": GUID,
    "client_id": GUID,
    "secret": "not-to-be-seen",
    "job_slice_count": 1,
    "target_regions": ["eastus", "westus=2"],
    "image_resource_groups": "rg other",
    "schedule": "DTSTART:20270105T120000Z RRULE:FREQ=WEEKLY;INTERVAL=1;BYDAY=TU",
    "notification_url": "https://hooks.example.com/x",
}


def variables(**change: Any) -> dict[str, Any]:
    return {f"{PREFIX}{name}": value for name, value in {**RIGHT, **change}.items()}


def test_right_values_have_no_problems() -> None:
    assert problems(variables(), SPEC) == []
    assert problems(variables(job_slice_count=None, schedule="", client_id="", tenant="", secret=""), SPEC) == []
    assert problems(variables(gallery_name=2024, client_id="", secret="", auth_source="msi"), SPEC) == []
    assert problems(variables(secret="", auth_source="workload_identity"), SPEC) == []


# Each entry of CHECKS, in its order: values, and how the message begins or what it has.
CASES: list[tuple[dict[str, Any], str]] = [
    ({"subscription_id": "production"}, "awx_setup_subscription_id is production. Set it to the ID"),
    ({"auth_source": "msi"}, "awx_setup_auth_source is msi, and a managed identity has no client."),
    ({"auth_source": "workload_identity"}, "awx_setup_auth_source is workload_identity, which signs in with"),
    ({"secret": None}, "awx_setup_client_id has no secret."),
    ({"job_slice_count": 0}, "awx_setup_job_slice_count is 0. Set it to 1 or more."),
    ({"approval_timeout": "-5"}, "awx_setup_approval_timeout is -5. Set it to a number of seconds"),
    ({"schedule": "RRULE:FREQ=WEEKLY;INTERVAL=1"}, "awx_setup_schedule is RRULE:FREQ=WEEKLY;INTERVAL=1. Set it to"),
    ({"schedule": "DTSTART:20270105T120000Z RRULE:FREQ=WEEKLY"}, "AWX requires an interval. Add INTERVAL to the rule"),
    ({"retirement_schedule": "weekly"}, "awx_setup_retirement_schedule is weekly. Set it to"),
    ({"retirement_schedule": "DTSTART:20270105T120000Z RRULE:FREQ=WEEKLY"}, "AWX requires an interval. Add INTERVAL"),
    ({"notification_url": "hooks.example.com/x"}, "awx_setup_notification_url is not a URL."),
]


@pytest.mark.parametrize("number", range(len(CHECKS)))
def test_each_check(number: int) -> None:
    change, words = CASES[number]
    (found,) = problems(variables(**change), SPEC)
    assert words in found
    assert found.count(". ") < 3
    assert "not-to-be-seen" not in found
    assert "hooks.example.com" not in found


def test_all_are_reported_at_once() -> None:
    change = {name: value for case, _words in CASES[4:] for name, value in case.items()} | {"zone": 1}
    assert len(problems(variables(**change), SPEC, ["missing required arguments: awx_setup_x found in awx_setup"])) == 7


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("tenant", ["t"], "awx_setup_tenant is ['t']. Set it to a string."),
        ("gallery_name", True, "awx_setup_gallery_name is True. Set it to a string."),
        ("secret", {"a": "not-to-be-seen"}, "awx_setup_secret is not a string. Set it to a string."),
        ("target_regions", {"eastus": 1}, "awx_setup_target_regions is {'eastus': 1}. Set it to a list of strings"),
        ("image_resource_groups", [{"name": "rg"}], ". Set it to a list of strings, or a string with spaces"),
    ],
)
def test_types_that_ansible_converts_silently(name: str, value: Any, words: str) -> None:
    (found,) = problems(variables(**{name: value}), SPEC)
    assert words in found


def test_unknown_variables() -> None:
    found = name_problems(variables(organisation="Cloud", zzzqqq=1), SPEC)
    assert found == [
        "awx_setup_organisation is not a variable of awx_setup. Did you mean awx_setup_organization?",
        "awx_setup_zzzqqq is not a variable of awx_setup.",
    ]


@pytest.mark.parametrize("nothing", ["", " ", None])
def test_an_organization_needs_a_name(nothing: Any) -> None:
    (found,) = name_problems(variables(organization=nothing), SPEC)
    assert found.startswith("awx_setup_organization is blank.")


def test_blank_values_are_not_given() -> None:
    assert given(variables(schedule=" ", tenant=None, zzz=1), SPEC).keys() == variables().keys() - {
        "awx_setup_schedule",
        "awx_setup_tenant",
    }


@pytest.mark.parametrize(
    ("error", "readable"),
    [
        ("missing required arguments: awx_setup_x found in awx_setup", "Missing required arguments: awx_setup_x."),
        (
            "argument 'awx_setup_x' is of type <class 'T'> found in 'awx_setup'. and we were unable to convert to int: \"'two'\"",
            "awx_setup_x: 'two'.",
        ),
    ],
)
def test_errors_of_the_argument_spec(error: str, readable: str) -> None:
    assert problems(variables(), SPEC, [error]) == [readable]
