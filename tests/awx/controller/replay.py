"""The recorded calls of awx.awx to a real AWX, made again to the fake controller."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .api import Api, install
from .kinds import KINDS
from .projects import Content, Pace

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
CHANCE = ("elapsed", "work_unit_id")
# What is not alike, and why. Each is met in the replay, or the list is stale.
KNOWN = {
    "job_args": "how AWX starts a container, which no client needs",
    "job_env": "the environment in it",
    "job_cwd": "the folder in it",
    "playbook_counts": "the moment in which a running update begins to count",
}


@dataclass
class Outcome:
    """`alike` are the numbers of calls without any difference; `known` counts the differences that KNOWN explains."""

    calls: int = 0
    alike: list[int] = field(default_factory=list)
    known: Counter[str] = field(default_factory=Counter)
    unexplained: list[str] = field(default_factory=list)


def load(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def replay(calls: list[dict[str, Any]]) -> Outcome:
    """Make the calls again in their order."""
    api, outcome = _as_it_was(calls), Outcome(len(calls))
    for number, call in enumerate(calls):
        answer = api.answer(call["method"], call["path"], call["request"])
        headers = {"Allow": answer.allow, "Location": answer.location}
        have = {"status": answer.status, "body": answer.body, **headers}
        recorded = {name: call["response_headers"].get(name) for name in headers}
        want = {"status": call["status"], "body": call["response"], **recorded}
        found = list(differences(_normal(want), _normal(have)))
        for path, text in found:
            known = KNOWN.keys() & path.split(".")
            outcome.known.update(known)
            outcome.unexplained += [] if known else [f"{number} {call['method']} {call['path']} {text}"]
        if not found:
            outcome.alike.append(number)
    return outcome


def _as_it_was(calls: list[dict[str, Any]]) -> Api:
    """A controller in the state in which the recorded one was: with its ids, and its project's repository."""
    first: dict[str, int] = {}
    for call in calls:
        if call["method"] == "POST" and call["status"] == 201 and "id" in call["response"]:
            first.setdefault(_sequence(call["response"]["type"]), call["response"]["id"])
    roles = next(call["response"] for call in calls if call["method"] == "POST" and "/organizations/" in call["path"])
    updates = [call["response"] for call in calls if "/project_updates/" in call["path"]]
    states = [("closing" if one["scm_revision"] else one["status"]) for one in updates[:-1]]
    url, revision = updates[-1]["scm_url"], updates[-1]["scm_revision"]
    api = Api(
        {url: Content(("migrate_fleet.yml",), revision)},
        Pace(*(states.count(state) for state in ("pending", "running", "closing"))),
        token=lambda: "recorded-token",
    )
    install(api.store)
    api.store.add("organizations", id=2, name="Cloud")
    api.store.add("execution_environments", id=3, name="Lab EE", organization=2, image="lab/ee:1", pull="missing")
    api.store.begin_at(
        {
            **first,
            "roles": min(role["id"] for role in roles["summary_fields"]["object_roles"].values()),
            "jobs": updates[0]["id"],
        }
    )
    return api


def _sequence(type_: str) -> str:
    kind = next(kind for kind in KINDS.values() if kind.type == type_)
    return kind.sequence or kind.endpoint


def _normal(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: "by chance" if name in CHANCE else _normal(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_normal(one) for one in value]
    if isinstance(value, str):
        return (
            "a uuid"
            if UUID.fullmatch(value)
            else value
            if value.startswith("2026-12-01")
            else TIME.sub("a time", value)
        )
    return value


def differences(want: Any, have: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Where two bodies differ, as a path and in words."""
    if isinstance(want, dict) and isinstance(have, dict):
        for name in sorted({*want, *have}):
            at = f"{path}.{name}" if path else name
            if name not in have or name not in want:
                yield at, f"{at}: {'missing' if name in want else 'too much'}"
            else:
                yield from differences(want[name], have[name], at)
    elif isinstance(want, list) and isinstance(have, list) and len(want) == len(have):
        for number, pair in enumerate(zip(want, have, strict=True)):
            yield from differences(*pair, f"{path}.{number}" if path else str(number))
    elif want != have:
        yield path, f"{path}: {want!r} was recorded, not {have!r}"
