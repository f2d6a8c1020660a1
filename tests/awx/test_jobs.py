"""Jobs as AWX runs them: launched by survey, as a plan, with a limit, and with credentials that are none."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from controller_job import MAX_EVENT_RES, Job, arguments, azure_rm, extra_vars_file, job_environment, meta_variables
from jobs_fixtures import (
    FAST,
    FORKING,
    GALLERY,
    GALLERY_ID,
    PLUGIN,
    answers,
    controller,
    image,
    image_id,
    progress,
    projected,
    seed,
    sign_in_options,
    sound,
    versions,
    writes,
)

pytestmark = FORKING
RECORDED = Path(__file__).resolve().parents[3] / "shared/recordings/awx/awx-24.6-jobs.json"
FLEET = ("app-web-01", "app-web-02", "sql-2019")
LEGACY = {"name": "gen2", "gallery": "pics", "resource_group": "rg", "publisher": "p", "offer": "o", "sku": "s"}
IMAGES = seed(*FLEET, images=[image("gen2", hyper_v_generation="V2")], galleries=[GALLERY], definitions=[LEGACY])


def report(job: Job) -> dict[str, Any]:
    """What a fleet job leaves for those after it: in a key of its own, and nothing else."""
    assert list(job.artifacts) == [f"migrate_fleet_report_{job.id}"]
    kept: dict[str, Any] = job.artifacts[f"migrate_fleet_report_{job.id}"]
    return kept


def counted(job: Job) -> dict[str, int]:
    return {name: number for name, number in report(job)["counts"].items() if number}


def test_a_fleet(tmp_path: Path) -> None:
    """Plan, a part by limit, the whole; every variable is asked for, and nearly all answers are blank."""
    with controller(tmp_path, IMAGES) as awx:
        inventory = awx.imported({"plugin": PLUGIN, "galleries": [GALLERY]})
        inventory.add_host("localhost")  # as many inventories of AWX have one, without a connection
        at = {"inventory": inventory.script(), "own_variables": FAST}
        awx.emulator.clear_requests()

        asked = answers(migrate_fleet_hosts="all:!migration_verified")  # of the workflow; the group has no hosts
        plan = sound(awx.launch("migrate_fleet.yml", asked, check=True, diff=True, verbosity=1, **at).failed())
        assert writes(awx.emulator) == []
        assert counted(plan) == {"images": 5, "failed": 1, "migrated": 3, "skipped": 1}
        assert all("standard_zrs" in str(one["diff"]["after"]).lower() for one in plan.results("image_version"))
        assert plan.output.count("+++ after") == 2 * len(FLEET), "a definition and a version each"

        part = sound(awx.launch("migrate_fleet.yml", answers(), limit=":".join(FLEET), **at).ok())
        assert counted(part) == {"images": 3, "migrated": 3}
        assert versions(awx.emulator) == {f"{name}/1.0.0": name for name in FLEET}
        check_progress(part)
        check_sizes(part)

        awx.emulator.clear_requests()
        whole = sound(awx.launch("migrate_fleet.yml", answers(), verbosity=5, **at).failed())
        assert writes(awx.emulator) == []
        assert counted(whole) == {"images": 5, "failed": 1, "unchanged": 3, "skipped": 1}
        assert [failure["host"] for failure in report(whole)["failures"]] == ["gen2"]
        assert whole.stats["failures"] == {"gen2": 1}


def check_progress(job: Job) -> None:
    """Lines of the wait come while it waits, each as an event of its own, from one task alone."""
    lines = [line for line in progress(job) if line.startswith("pics/")]
    assert {line.partition(":")[0] for line in lines} == {f"pics/{name}/1.0.0" for name in FLEET}
    lines = [event["created"] for event in job.events if event["stdout"].startswith("pics/")]
    waits = [
        event for event in job.events if event["event_data"].get("task_action", "").endswith("wait_for_replication")
    ]
    assert lines[0] < lines[-1] < waits[-1]["created"], "they came at the end"
    assert len([event for event in waits if event["event"] == "runner_on_ok"]) == 1


def check_sizes(job: Job) -> None:
    """No result would be too large for an event with 1,000 images."""
    sizes = projected(job, len(FLEET))
    assert sizes, "nothing was measured"
    assert not {task: size for task, size in sizes.items() if size >= MAX_EVENT_RES}


def test_one_image(tmp_path: Path) -> None:
    asked = answers(
        source="",
        source_id=image_id("solo"),
        definition="",
        create_gallery="true",
        publisher="contoso",
        offer="base",
        sku="2019",
        replica_count=2,
        end_of_life_date="2030-12-31",
        tags="{team: platform, port: 0022}",
        wait_timeout=600,
        strict="false",
    )
    with controller(tmp_path, seed("solo")) as awx:
        job = sound(awx.launch("clone_managed_image.yml", asked, own_variables=FAST).ok())
        kept = job.artifacts.pop("cloned_image")
        assert job.artifacts == {}
        made_id = f"{GALLERY_ID}/images/solo/versions/1.0.0"
        found = (kept["version_id"], kept["changed"], kept["failed"], kept["check_mode"])
        assert found == (made_id, True, False, False)
        assert f"{made_id}: It is ready in every region." in job.output
        definition = awx.emulator.resource(f"{GALLERY_ID}/images/solo")["properties"]
        assert definition["identifier"] == {"publisher": "contoso", "offer": "base", "sku": "2019"}
        made = awx.emulator.resource(made_id)
        assert {name: made["tags"][name] for name in ("team", "port")} == {"team": "platform", "port": "0022"}
        profile = made["properties"]["publishingProfile"]
        assert profile["endOfLifeDate"].startswith("2030-12-31T00:00:00")
        assert [(one["name"], one["regionalReplicaCount"]) for one in profile["targetRegions"]] == [
            ("South Central US", 1),
            ("East US 2", 1),
        ]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, ["AZURE_CLIENT_ID is not set", "managed identity", "AZURE_AUTH_SOURCE"]),
        (
            {"username": "me@example.com", "password": "a-password-of-mine"},
            ["AZURE_AD_USER", "AZURE_PASSWORD", "signing in as a user is not supported"],
        ),
    ],
)
def test_a_credential_that_is_none(tmp_path: Path, fields: dict[str, str], words: list[str]) -> None:
    """Only a subscription, as for a managed identity, leaves blank variables for user and password."""
    with controller(tmp_path, seed("solo")) as awx:
        asked = answers(source_id=image_id("solo"))
        job = sound(awx.launch("clone_managed_image.yml", asked, credential=azure_rm(**fields)).failed())
        (message,) = [one["msg"] for one in job.results("clone_plan")]
        assert (job.artifacts["cloned_image"]["failed"], job.artifacts["cloned_image"]["message"]) == (True, message)
        assert not [word for word in words if word not in message], message
        assert "a-password-of-mine" not in repr(job.events)
        assert [one for one in awx.emulator.requests if one["kind"] != "metadata"] == []


# The jobs of this folder against those of AWX


def recorded() -> dict[str, Any]:
    """The recorded jobs; without them a skip, but a failure where everything must run."""
    if not RECORDED.is_file():
        text = "there are no recordings of AWX beside the repository (../shared/recordings)"
        pytest.fail(text) if os.environ.get("CI") else pytest.skip(text)
    loaded: dict[str, Any] = json.loads(RECORDED.read_text(encoding="utf-8"))
    return loaded


@pytest.mark.parametrize("number", ["10", "13", "17", "21", "25"])
def test_jobs_are_made_as_awx_made_them(number: str) -> None:
    job = recorded()[number]
    said = json.loads(job["job_args"])
    given = {"check": job["job_type"] == "check", "diff": job["diff_mode"], "limit": job["limit"]}
    made = arguments(**given, forks=job["forks"], verbosity=job["verbosity"])
    assert said[said.index("ansible-playbook") + 1 : -5] == made
    assert said[-5:] == ["-i", "/runner/inventory", "-e", "@/runner/env/extravars", "migrate_fleet.yml"]
    # Beside what the recorded job's own credentials, fact cache and ansible-runner have added.
    others = {name for name in job["job_env"] if name.startswith(("ANSIBLE_CACHE", "RUNNER_", "AZURE_CERTIFICATE"))}
    others |= {"ANSIBLE_STDOUT_CALLBACK", "ANSIBLE_CALLBACK_PLUGINS", "AWX_ISOLATED_DATA_DIR", "AZURE_AUTH_SOURCE"}
    signed_in = {"client": "cid", "tenant": "tid", "secret": "x"} if "AZURE_CLIENT_ID" in job["job_env"] else {}
    cloud = {"cloud_environment": job["job_env"].get("AZURE_CLOUD_ENVIRONMENT", "")}
    assert {*job_environment(10), *azure_rm(**signed_in, **cloud)} == {*job["job_env"]} - others


def test_variables_are_those_of_awx() -> None:
    variables = next(
        event["event_data"]["res"]["msg"]
        for event in recorded()["events_13"]
        if event["event"] == "runner_on_ok" and event["event_data"]["task"] == "awx and tower variables"
    )
    assert set(variables) == set(meta_variables(13, "Migrate fleet"))


def test_what_is_not_the_templates_own_is_marked() -> None:
    text = extra_vars_file({"own": "a", "changed": "{{ b }}", "list": ["x", {"k": 1}]}, {"own": "a", "changed": "b"})
    assert text == "own: a\n!unsafe 'changed': !unsafe '{{ b }}'\n!unsafe 'list':\n- !unsafe 'x'\n- !unsafe 'k': 1\n"


@pytest.mark.parametrize(
    ("authorities_of_image", "credential", "status"),
    [
        (True, sign_in_options(), "successful"),
        (False, sign_in_options(ca_bundle="PEM"), "successful"),
        (True, {"REQUESTS_CA_BUNDLE": ""}, "failed"),  # AWX's environment of a job wins, blank or not
    ],
)
def test_certificate_authorities(
    tmp_path: Path, authorities_of_image: bool, credential: dict[str, str], status: str
) -> None:
    """Of the image, or of the credential; a credential without them leaves the image's alone."""
    with controller(tmp_path, seed("web")) as awx:
        awx.image = awx.image if authorities_of_image else {}
        job = awx.launch(
            "clone_managed_image.yml",
            answers(source_id=image_id("web"), create_gallery="true", publisher="p", offer="o", sku="s"),
            own_variables=FAST,
            credential={**awx.credential, **credential},
            check=True,
        )
        assert job.status == status, job.output
        assert ("could not be verified" in job.output) == (status == "failed")
