"""Failures and skipped hosts on the screen, and messages without what Ansible puts before them."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._fleet import report, report_text

from support import report_samples as samples

FINAL = "Task failed: Finalization of task args for 'ansible.builtin.set_fact' failed: "
VALUE = "Error while resolving value for 'migrate_fleet_names': "


def shown(images: list[dict[str, Any]], hosts: tuple[str, ...] = (), check_mode: bool = False) -> list[str]:
    """The lines after the headline."""
    return report_text.lines(report.summary(report.document(images, hosts, check_mode=check_mode)))[1:]


def test_a_reason_of_many_images_is_shown_once() -> None:
    same = [samples.refused(f"web-{number}", "resource_group is missing") for number in range(7)]
    other = samples.refused("db", "no room")
    assert shown([*same[:2], other]) == [
        "FAILED 2 images: resource_group is missing",
        "Hosts: web-0, web-1",
        f"What to do: {report_text.rerun(['web-0', 'web-1'])}",
        "FAILED db to golden/db: no room",
        "What to do: Correct what the message names, then run the playbook again with --limit db (in AWX: Limit of the job).",
    ]
    assert shown(same) == [
        "FAILED 7 images: resource_group is missing",
        "Hosts: web-0, web-1, web-2, web-3, web-4 and 2 more",
        "What to do: Correct what the message names, then run the playbook again.",
    ]
    assert shown(same[:2], check_mode=True)[2].startswith("What to do: Correct it before the run")


@pytest.mark.parametrize(
    ("messages", "groups"),
    [
        (["managed image web-0: no room (HTTP 500)", "managed image web-1: no room (HTTP 500)"], 1),
        (["not ready after 601 seconds", "not ready after 640 seconds"], 1),
        ([f"x ({n}1111111-aaaa-4bbb-8ccc-222222222222)" for n in (1, 2)], 1),
        (["the generation is V1", "the generation is V2"], 2),
        (["web-0-b has no room", "web-1-b has no room"], 2),  # another image's name
        (["no room in eastus2", "no room in westus3"], 2),
    ],
)
def test_the_same_reason(messages: list[str], groups: int) -> None:
    images = [samples.refused(f"web-{number}", message) for number, message in enumerate(messages)]
    found = [line for line in shown(images) if line.startswith("FAILED")]
    assert len(found) == groups
    if groups == 1:
        assert found[0] == f"FAILED 2 images, for example web-0 to golden/web-0: {messages[0]}"


def test_one_reason_with_different_advice() -> None:
    """A version that failed as a whole is created again; otherwise only its failed regions are."""
    failed = {"failed": True, "message": "no capacity"}
    whole = samples.image("a", took=9, states=dict.fromkeys(samples.REGIONS, "Failed"), result=failed)
    partly = samples.image("b", took=9, states={"eastus2": "Failed"}, result=failed)
    advice = [line for line in shown([whole, partly]) if line.startswith("What to do: ")]
    assert len(advice) == 2
    assert "recreate" in "".join(advice)
    assert "retry_regions" in "".join(advice)


def test_skipped_hosts_are_named() -> None:
    hosts = tuple(f"machine-{number}" for number in range(7))
    why = "(no source, or not reached)"
    assert shown([], hosts) == [
        f"SKIPPED 7 hosts {why}: machine-0, machine-1, machine-2, machine-3, machine-4 and 2 more"
    ]
    assert shown([], hosts[:1]) == [f"SKIPPED 1 host {why}: machine-0"]
    slices = [report.summary(report.document([], hosts[place::2])) for place in range(2)]
    assert report_text.lines(report.merged(slices))[1].endswith(
        "machine-0, machine-2, machine-4, machine-6, machine-1 and 2 more"
    )


@pytest.mark.parametrize(
    ("message", "own"),
    [
        (f"{FINAL}{VALUE}The filter plugin 'a.b.fleet_names' failed: sku: give text", "sku: give text"),
        (f"{FINAL}{VALUE}The lookup plugin 'a.b.c' failed: sku: give text", "sku: give text"),
        (f"{FINAL}{VALUE}'nam' is undefined", "'nam' is undefined"),
        ("Task failed: Module failed: no room", "no room"),
        ("Task failed: ", "Task failed:"),
        ("The region said: Task failed: x", "The region said: Task failed: x"),
    ],
)
def test_ansibles_own_words_are_left_out(message: str, own: str) -> None:
    assert report.entry({"host": "a", "reason": message})["message"] == own
