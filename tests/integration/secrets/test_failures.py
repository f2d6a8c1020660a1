"""Runs that fail, by servers that repeat to the client what it sent, show and leave no secret."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import ansible_runner
import pytest
from plays import DEFINITION, GALLERY, SEED, SUBSCRIPTION, VERSION, VERSION_ID, keep, play, task
from rogue_servers import RogueServer, trusted
from watched import ENVIRONMENT, EXTRA_VARS, MODULE_PAYLOAD, RUN_MEMORY, Watch, WatchedRuns
from witness import echo, error

from arm_emulator.messages import Answer, Request, one_line
from support.playbook_runner import CALLBACKS

BROKEN = {"resource": "/versions/", "operation_fails": {"code": "Broken", "message": "It broke."}, "times": 0}
pytestmark = pytest.mark.emulator(seed={**SEED, "faults": [BROKEN]}, replication_seconds=0.3, operation_seconds=0.05)

# Each task but the first two ends badly, and answers_… in a path says how.
TASKS: dict[str, tuple[str, dict[str, Any]]] = {
    "made": ("gallery", {"resource_group": "rg", "name": "pics"}),
    "defined": ("image_definition", DEFINITION),
    "bad request": ("gallery", {"resource_group": "rg", "name": "answers_400"}),
    "forbidden": ("gallery_info", {"resource_group": "answers_403"}),
    "expired midway": ("image_definition_info", {**GALLERY, "gallery_name": "answers_401"}),
    "conflict": ("image_definition", {**DEFINITION, "name": "answers_409"}),
    "operation failed": ("image_version", {**VERSION, "wait": True, "poll_interval": 1}),
    "forbidden in a wait": ("wait_for_replication", {"versions": [VERSION_ID.replace("1.0.0", "403.0.0")]}),
    "nothing but text": ("managed_image_info", {"resource_group": "answers_text"}),
    "led astray": ("managed_image_info", {"resource_group": "answers_astray"}),
    "no such choice": ("gallery", {"resource_group": "rg", "name": "pics", "state": "odd"}),
    "no such option": ("gallery_info", {"secrets": "odd", "secret": "{{ the_secret }}"}),
    "a list": ("gallery_info", {"secret": ["{{ the_secret }}"]}),
    "a mapping": ("gallery_info", {"secret": {"it": "{{ the_secret }}"}}),
    "wrong secret": ("gallery_info", {"client_id": "wrong", "tenant": SUBSCRIPTION, "secret": "{{ the_secret }}"}),
    "hidden": ("gallery", {"resource_group": "rg", "name": "answers_400"}),
}
AS_MODULES = ("operation failed", "a list", "wrong secret")


def hostile(request: Request, known: str, elsewhere: str) -> Answer | None:
    """The answer to a request that asks for a bad one. The server knows the secret of the sign-in, and repeats it too."""
    if b"client_id=wrong" in request.body:
        text = f"AADSTS7000215: Invalid client secret: {echo(request)}"
        return one_line(401, {"error": "invalid_client", "error_description": text})
    if "capsoperations" in request.path.lower():
        return one_line(200, {**error(200, request, known).json(), "status": "Failed", "name": "operation"})
    if "answers_astray" in request.path:
        return one_line(200, {"value": [], "nextLink": f"{elsewhere}?{known}"})
    if "answers_text" in request.path:
        return one_line(200, {"value": [request.headers["authorization"], known]})
    found = re.search(r"answers_(\d+)|versions/(403)", request.path)
    return error(int(found[1] or found[2]), request, known) if found else None


def failing(*names: str) -> list[dict[str, Any]]:
    tasks = []
    for name in names:
        module, options = TASKS[name]
        hidden = {"no_log": True} if name == "hidden" else {}
        tasks.append(task(module, options, name.replace(" ", "_"), ignore_errors=True, **hidden))
    return play(*tasks, *keep(*(one["register"] for one in tasks)))


def failed(watch: Watch) -> set[str]:
    """The tasks that failed, as they do: with a message that has something of the server's in it."""
    return {one.task.replace("_", " ") for one in watch.run.ok().results if one.failed}


def test_every_kind_of_failure(emulator: Any, watched: WatchedRuns) -> None:
    variables = {"the_secret": watched.secret("option secret")}
    runner = Path(ansible_runner.__file__).parent / "display_callback" / "callback"
    screen = {
        "ANSIBLE_STDOUT_CALLBACK": "awx_display",
        "ANSIBLE_CALLBACK_PLUGINS": f"{CALLBACKS}:{runner}",
        "AWX_ISOLATED_DATA_DIR": str(watched.folder),
    }
    with RogueServer(trusted(emulator)) as rogue:
        known, elsewhere = watched.secret("environment secret"), f"https://127.0.0.1:{rogue.port}/x"
        watched.witness.responders.append(lambda request: hostile(request, known, elsewhere))

        here = watched.play(failing(*TASKS), "-vvvv", diff=True, extra_vars=variables, env=screen)
        here.only(ENVIRONMENT, EXTRA_VARS, RUN_MEMORY)
        assert failed(here) == set(TASKS) - {"made", "defined"}
        assert "(token)" in here.run.task("bad_request")["msg"]
        assert "(hidden)" in here.run.task("operation_failed")["msg"]
        assert any(name.startswith("job_events/") for name in here.probe.files)

        TASKS["operation failed"][1]["name"] = "1.0.1"
        switch = {"ANSIBLE_AZURE_GALLERY_IN_PROCESS": "0"}
        modules = watched.play(failing(*AS_MODULES), "-vvvv", extra_vars=variables, env=switch)
        modules.only(ENVIRONMENT, EXTRA_VARS, RUN_MEMORY, MODULE_PAYLOAD)
        assert failed(modules) == set(AS_MODULES)
        assert "(hidden)" in modules.run.task("wrong_secret")["msg"]
        assert rogue.connections == 0
