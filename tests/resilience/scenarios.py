"""What is run: each scenario's seed, its modules, and the state that it must end in."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field
from functools import partial

from .seeds import AWAY, HOME, IDENTITY, IMAGES, PARENTS, PLACE, Json, cloned
from .stage import Task

PREFIX = "clone_managed_image_"
GALLERY, DEFINITION = "galleries/pics", "galleries/pics/images/web"
VERSION = f"{DEFINITION}/versions/1.0.0"
SOURCES = ("web", "db")
WAIT = 900  # seconds; a version takes 150, and in the scenario `long` longer than a token lives


@dataclass(frozen=True)
class Scenario:
    """`steps` runs modules, by a function that gets a module's name and options; `on_failed` is passed on.

    `wants`: each resource that must exist at the end, with a version's regions; nothing else may exist. `writes`: how often each
    is written at most. `numbered`: the run chooses the version's number. `apart`: every module by itself, in a process of its
    own.
    """

    name: str
    seed: Json
    steps: t.Callable[..., None]
    wants: t.Mapping[str, tuple[str, ...]]
    numbered: bool = False
    apart: bool = False
    writes: t.Mapping[tuple[str, str], int] = field(default_factory=dict)


def clone(run: Task, on_failed: str = "fail", **pace: int) -> None:
    """The role: preflight, gallery, definition, version started without waiting, one wait."""
    variables = {
        "source": "web",
        "gallery": {"resource_group": "rg", "name": "pics"},
        "create_gallery": True,
        "definition": IDENTITY,
        "target_regions": [f"{HOME}=1", f"{AWAY}=1"],
        "on_failed": on_failed,
        "wait_timeout": WAIT,
    }
    plan = run("clone_plan", variables={PREFIX + name: value for name, value in variables.items()})["plan"]
    if not plan["needed"]:
        return
    if plan["gallery"]:
        run("gallery", **plan["gallery"])
    if plan["definition"]:
        run("image_definition", **plan["definition"])
    version = run("image_version", **plan["image_version"], wait=False)
    if version["update_pending"]:  # the failed region was removed, and is added again after the update
        run("image_version", **plan["image_version"])
    elif version["replication_pending"]:
        wait = {"id": version["image_version"]["id"], "wait_timeout": WAIT, **pace}
        run("wait_for_replication", versions=[wait])


def version_options(on_failed: str = "fail", **more: t.Any) -> Json:
    """Options of image_version for 1.0.0 of `web`, in two regions."""
    given = {**PLACE, "image_definition_name": "web", "name": "1.0.0", "source": "web", "wait_timeout": WAIT}
    return {**given, "target_regions": [HOME, AWAY], "on_failed": on_failed, **more}


def modules(run: Task, on_failed: str = "fail") -> None:
    """The same with the modules, one after another; the version waits for itself."""
    run("gallery", resource_group="rg", name="pics", description="pictures")
    run("image_definition", **PLACE, name="web", source="web", **IDENTITY)
    run("image_version", **version_options(on_failed))


def version(run: Task, on_failed: str = "fail", **more: t.Any) -> None:
    """The version alone."""
    run("image_version", **version_options(on_failed, **more))


def recreate(run: Task, on_failed: str = "recreate") -> None:
    run("image_version", **version_options(on_failed))


def retry_regions(run: Task, on_failed: str = "retry_regions") -> None:
    run("image_version", **version_options(on_failed))


def delete(run: Task, on_failed: str = "fail") -> None:
    """Everything, from the version up."""
    run("image_version", **version_options(on_failed), state="absent")
    run("image_definition", **PLACE, name="web", state="absent")
    run("gallery", resource_group="rg", name="pics", state="absent")


def two(run: Task, on_failed: str = "fail") -> None:
    """Two images into one definition, started one after the other, and one wait for both."""
    started = [
        run("image_version", **version_options(on_failed, source=source, name="next_patch", wait=False))
        for source in SOURCES
    ]
    for source, one in zip(SOURCES, started, strict=True):
        if one["update_pending"]:
            run("image_version", **version_options(on_failed, source=source, name="next_patch"))
    ids = [{"id": one["image_version"]["id"], "wait_timeout": WAIT} for one in started]
    run("wait_for_replication", versions=ids)


_CLONED = {GALLERY: (), DEFINITION: (), VERSION: (HOME, AWAY)}
_CREATED = {("PUT", name): 1 for name in _CLONED}
SCENARIOS = {
    scenario.name: scenario
    for scenario in (
        Scenario("clone", IMAGES, clone, _CLONED, numbered=True, writes=_CREATED),
        Scenario(
            "clone_apart",
            IMAGES,
            partial(clone, poll_interval=60),
            _CLONED,
            numbered=True,
            apart=True,
            writes=_CREATED,
        ),
        Scenario("modules", IMAGES, modules, _CLONED, writes=_CREATED),
        Scenario(
            "two",
            PARENTS,
            two,
            {**_CLONED, f"{DEFINITION}/versions/1.0.1": (HOME, AWAY)},
            numbered=True,
            writes={("PUT", VERSION): 1, ("PUT", f"{DEFINITION}/versions/1.0.1"): 1},
        ),
        Scenario("join", cloned("Creating", **{HOME: "Replicating", AWAY: "Replicating"}), clone, _CLONED),
        Scenario("nothing", cloned("Succeeded", **{HOME: "Completed", AWAY: "Completed"}), clone, _CLONED),
        Scenario("update", cloned("Succeeded", **{HOME: "Completed"}), version, _CLONED, writes={("PUT", VERSION): 1}),
        Scenario(
            "long",
            {**PARENTS, "token_seconds": 900, "replication_seconds": 1300, "retry_after": 300},
            partial(version, wait_timeout=7200),
            _CLONED,
            writes={("PUT", VERSION): 1},
        ),
        Scenario(
            "recreate",
            cloned("Failed", **{HOME: "Failed", AWAY: "Failed"}),
            recreate,
            _CLONED,
            writes={("DELETE", VERSION): 1, ("PUT", VERSION): 1},
        ),
        Scenario(
            "retry_regions",
            cloned("Failed", **{HOME: "Completed", AWAY: "Failed"}),
            retry_regions,
            _CLONED,
            writes={("PUT", VERSION): 2},
        ),
        Scenario(
            "delete",
            cloned("Succeeded", **{HOME: "Completed", AWAY: "Completed"}),
            delete,
            {},
            writes={("DELETE", name): 1 for name in _CLONED},
        ),
    )
}
