"""A task gives the same result inside ansible's worker and as a module, tried with ansible-playbook on the emulator."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

GROUP = "myResourceGroup"
SEED = {"resource_groups": [{"name": GROUP, "location": "southcentralus"}]}
SWITCH = "ANSIBLE_AZURE_GALLERY_IN_PROCESS"
INVOCATION = "ANSIBLE_INJECT_INVOCATION"  # since ansible-core 2.21; before, every result contains its options
GALLERY = {
    "resource_group": GROUP,
    "name": "g_{{ item }}",
    "tags": {"a": "{{ item }}", "day": "2030-01-02", "secret": "xx s3cret-value yy"},
}
TASKS: list[dict[str, Any]] = [
    {"name": "predicted", "gallery": GALLERY, "loop": [1, 2], "check_mode": True, "diff": True},
    {"name": "made", "gallery": GALLERY, "loop": [1, 2], "diff": True},
    {"name": "again", "gallery": GALLERY, "loop": [1, 2]},
    {"name": "all", "gallery_info": {"resource_group": GROUP}},
    {"name": "delegated", "gallery_info": {"resource_group": GROUP}, "delegate_to": "other"},
    {"name": "warned", "gallery_info": {"resource_group": "nope"}},
    {"name": "unknown option", "gallery_info": {"nonsense": 1}},
    {"name": "of azcollection", "gallery_info": {"ad_user": "me"}},
    {"name": "no such choice", "gallery": {"name": "x", "resource_group": "y", "state": "z"}},
    {"name": "missing options", "gallery": {"tags": {}}},
    {"name": "no such group", "gallery": {"name": "x", "resource_group": "nope", "location": "eastus"}},
    {"name": "no such cloud", "gallery_info": {"cloud_environment": "http://x"}},
    {
        "name": "own environment",
        "gallery_info": {"resource_group": GROUP, "profile": "{{ item }}"},
        "environment": {"HOME": "/nonexistent/{{ item }}"},
        "loop": ["a", "b"],
    },
    {"name": "removed", "gallery": {"resource_group": GROUP, "name": "g_1", "state": "absent"}, "check_mode": True},
]
PLAY = {
    "hosts": "all",
    "gather_facts": False,
    "connection": "local",
    "vars": {"ansible_python_interpreter": "{{ ansible_playbook_python }}"},
    "module_defaults": {
        "group/cloudimages.azure_gallery.azure": {"secret": "s3cret-value", "client_id": "c", "tenant": "t"}
    },
    "tasks": [
        {
            (f"cloudimages.azure_gallery.{key}" if key.startswith("gallery") else key): value
            for key, value in {**task, "ignore_errors": True}.items()
        }
        for task in TASKS
    ],
}


def results(run: Any) -> list[Any]:
    """What a user could register, without what differs from request to request."""
    found = []
    for one in run.results:
        text = json.dumps([one.task, one.host, one.status, one.result], sort_keys=True)
        text = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "guid", text)
        found.append(json.loads(re.sub(r"127\.0\.0\.1:\d+", "host", text)))
    return found


@pytest.mark.parametrize("arguments", [(), ("-vvv",)], ids=["quiet", "verbose"])
def test_results_are_the_same(emulator_factory: Any, run_playbook: Any, arguments: tuple[str, ...]) -> None:
    from support.playbook_runner import azure_environment

    runs = []
    for switch in ("1", "0"):
        with emulator_factory.manager(seed=SEED) as emulator:
            environment = {**azure_environment(emulator), SWITCH: switch, INVOCATION: str(bool(arguments))}
            runs.append(run_playbook([PLAY], *arguments, inventory="one,", env=environment, timeout=300))
    here, module = runs
    assert results(here) == results(module)
    assert len([one for one in here.results if not one.item]) == len(TASKS)
    assert "s3cret-value" not in here.output + module.output
    if arguments:
        assert here.output.count("runs in Ansible's process") == 18
        assert "runs as a module" not in here.output
        assert module.output.count("runs as a module because") == 18


@pytest.mark.emulator(seed=SEED)
def test_become_and_async_run_as_modules(emulator: Any, run_playbook: Any, tmp_path: Any) -> None:
    info = {"cloudimages.azure_gallery.gallery_info": {"resource_group": GROUP}}
    play = {
        **PLAY,
        "vars": {**PLAY["vars"], "ansible_async_dir": str(tmp_path / "async")},  # type: ignore[dict-item]
        "tasks": [{**info, "async": 30, "poll": 1}, {**info, "timeout": 30}],
    }
    run = run_playbook([play], "-vvv", inventory="one,").ok()
    assert "gallery_info: runs as a module because the task uses async" in run.output
    assert run.results[0].result["galleries"] == []
    assert run.output.count("runs in Ansible's process") == 1


@pytest.mark.emulator(seed=SEED)
def test_one_token_for_all_hosts_and_tasks(emulator: Any, run_playbook: Any) -> None:
    task = {"cloudimages.azure_gallery.gallery_info": {"resource_group": GROUP}}
    play = {**PLAY, "tasks": [task, {**task, "loop": [1, 2, 3]}]}
    hosts = ",".join(f"host{number}" for number in range(12))
    run_playbook([play], inventory=f"{hosts},").ok()
    tokens = [one for one in emulator.requests if "/oauth2/" in str(one)]
    assert len(tokens) == 1
