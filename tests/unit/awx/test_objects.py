"""What awx_setup decides by what AWX has: conflicts, references, what to keep; and when awx_teardown must not delete."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._awx.objects import (
    MARK,
    job_queries,
    plan,
    removal_problems,
)

WANTED: dict[str, list[str]] = {
    "organization": ["Cloud"],
    "credential_type": ["Azure sign-in options"],
    "credential": ["Azure gallery"],
    "execution_environment": ["Azure gallery EE"],
    "notification_template": ["Azure gallery web hook"],
    "project": ["Azure gallery content"],
    "inventory": ["Managed images"],
    "job_template": ["Migrate fleet"],
    "workflow_job_template": ["Fleet migration"],
}
TEXT = {"execution_environment": "Azure gallery EE", "credential": "Azure gallery", "project_credential": ""}
CLOUD = {"type": "organization", "id": 2, "name": "Cloud"}


def thing(kind: str, name: str, organization: int | None = 2, **more: Any) -> dict[str, Any]:
    own = {"type": kind, "id": 7, "name": name, "organization": organization, "url": f"/api/v2/{kind}s/7/"}
    return {**own, "description": MARK, **more}


def decided(*found: dict[str, Any], wanted: Any = None, **text: str) -> dict[str, Any]:
    return plan([CLOUD, *found], {**WANTED, **(wanted or {})}, {**TEXT, **text})


def test_an_empty_awx_lacks_everything() -> None:
    empty = plan([], WANTED, TEXT)
    assert empty["problems"] == []
    assert empty["missing"] == [name for names in WANTED.values() for name in names]
    assert (empty["credential"], empty["scheduled"], empty["web_hook"]) == ("Azure gallery", [], False)


@pytest.mark.parametrize("kind", [kind for kind in WANTED if kind != "organization"])
def test_an_object_without_the_mark_is_a_conflict(kind: str) -> None:
    (name,) = WANTED[kind]
    (problem,) = decided(thing(kind, name, description="theirs"))["problems"]
    assert f"{name} (/api/v2/{kind}s/7/)" in problem
    assert problem.count(". ") == 2
    assert decided(thing(kind, name))["problems"] == []
    if kind not in ("credential_type", "execution_environment"):
        assert decided(thing(kind, name, organization=9, description="theirs"))["problems"] == []


@pytest.mark.parametrize("organization", [9, None])
def test_the_name_of_an_execution_environment_is_unique(organization: int | None) -> None:
    (problem,) = decided(thing("execution_environment", "Azure gallery EE", organization))["problems"]
    assert problem.endswith("Set awx_setup_execution_environment to another name.")


REFERENCES = {"wanted": {"credential": [], "execution_environment": []}, "credential": "Ours"}


def test_references_that_do_not_exist() -> None:
    found = decided(**REFERENCES, execution_environment="EE", project_credential="Git")["problems"]
    assert [problem.partition(". ")[0] for problem in found] == [
        "AWX has no execution environment EE",
        "AWX has no credential Ours",
        "AWX has no credential Git",
    ]


def test_a_reference_is_that_of_the_organization_or_the_only_one() -> None:
    environment = thing("execution_environment", "Azure gallery EE")
    here, there = thing("credential", "Ours", id=3), thing("credential", "Ours", organization=9, id=4)
    other = thing("credential", "Ours", organization=8, id=5)
    assert decided(environment, here, there, **REFERENCES)["credential"] == 3
    assert decided(environment, there, **REFERENCES)["credential"] == 4
    both = decided(environment, there, other, **REFERENCES)
    assert both["problems"][0].startswith("AWX has 2 credentials with the name Ours, in several organizations.")
    assert decided(environment, there, there, **REFERENCES)["problems"] == [], "the same one, read twice"


def test_what_is_kept() -> None:
    flow = thing("workflow_job_template", "Fleet migration", id=30)
    schedule = {"type": "schedule", "id": 1, "name": "Weekly", "unified_job_template": 30}
    sign_in = thing("credential", "Azure gallery sign-in", inputs={"auth_source": "env"})
    found = decided(flow, schedule, sign_in, thing("notification_template", "Azure gallery web hook"))
    assert (found["scheduled"], found["web_hook"]) == (["Weekly"], True)
    assert found["inputs"] == {"Azure gallery sign-in": {"auth_source": "env"}}
    assert not decided({**schedule, "unified_job_template": 31}, flow)["scheduled"]


@pytest.mark.parametrize(("status", "failed"), [("failed", True), ("error", True), ("successful", False)])
def test_a_project_that_could_not_be_updated(status: str, failed: bool) -> None:
    assert decided(thing("project", "Azure gallery content", status=status))["project_failed"] is failed


# Teardown


def test_the_jobs_to_ask_for() -> None:
    existing = {"job_template": [{"id": 1}, {"id": 2}], "inventory": [{"id": 3}], "credential": [{"id": 4}]}
    active = {"status__in": "new,pending,waiting,running"}
    assert job_queries(existing) == [
        ("jobs", {"job_template__in": "1,2", **active}),
        ("jobs", {"inventory__in": "3", **active}),
        ("inventory_updates", {"inventory_source__inventory__in": "3", **active}),
    ]


def test_active_jobs_are_named_once() -> None:
    job = {"id": 8, "name": "Migrate fleet", "status": "running"}
    (problem,) = removal_problems([job, job])
    assert problem.startswith(
        "AWX does not delete objects while their jobs run: Migrate fleet (job 8, running). Cancel"
    )
    assert removal_problems([]) == []
