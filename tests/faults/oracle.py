# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a run, and what it left behind, is as it has to be. Every complaint is a sentence."""

from __future__ import annotations

import typing as t

from .fault import Ending
from .scenarios import Scenario
from .stage import SECRET, Json, Run, Stage

Complaints = t.Iterator[str]
NEVER = ("Traceback (most", 'File "', "Please report this", "errantly", SECRET, "Bearer ey", "&s=", "&c=", "eyJ")
SLOWER = 400.0  # seconds by which a fault may prolong a run, beside what Azure asks for itself


SHOWN = 10.0  # seconds; a longer pause is told to whoever waits


def state(stage: Stage, scenario: Scenario, ending: Ending) -> Complaints:
    """What is there, and nothing else: each Succeeded, each version in every region."""
    found = stage.describe()
    wants = dict(scenario.wants)
    if ending.renumbered:
        wants = _moved(wants, found)
    for name in sorted(set(found) ^ set(wants)):
        yield f"{name} {'is there' if name in found else 'is missing'}"
    for name in sorted(set(found) & set(wants)):
        resource = found[name]
        if resource["provisioning_state"] != "Succeeded":
            yield f"{name} is {resource['provisioning_state']}"
        regions = {region["region"]: region["outcome"] for region in resource["regions"]}
        if regions != dict.fromkeys(wants[name], "Completed"):
            yield f"{name} has the regions {regions}"


def _moved(wants: dict[str, t.Any], found: t.Mapping[str, Json]) -> dict[str, t.Any]:
    """Somebody else has a number, or took a version away: there may be one of the next number, beside the others or for one."""
    versions = [name for name in wants if "/versions/" in name]
    following = f"{versions[0].rpartition('.')[0]}.{len(versions)}"
    if following not in found:
        return wants
    return {name: wants[name] for name in wants if name in found} | {following: wants[versions[0]]}


def success(run: Run) -> Complaints:
    """The run says that it is done, and of a version that it is ready in every region."""
    if run.failed:
        yield f"the run failed: {run.last['msg']}"
        return
    name, last = run.results[-1]
    if name == "wait_for_replication":
        if [one["state"] for one in last["results"]] != ["Completed"] * len(last["results"]):
            yield f"the wait returns {last['results']}"
    elif name == "clone_plan":
        if last["result"] is None or last["result"]["failed"]:
            yield f"the plan returns {last['result']}"
    elif name == "image_version" and last["image_version"]:
        regions = {one["name"]: one["state"] for one in last["image_version"]["replication"]["regions"]}
        if last["replication_pending"] or set(regions.values()) != {"Completed"}:
            yield f"image_version returns {regions}, pending {last['replication_pending']}"


def failure(run: Run, ending: Ending, resource: str) -> Complaints:
    """A clear error: which resource, what Azure said, what to do."""
    if not run.failed:
        yield f"the run did not fail, where {ending.words} was to be told"
        return
    message = str(run.last["msg"])
    for words in ending.words:
        if words not in message:
            yield f"the message does not say {words!r}: {message}"
    if ending.names and resource.lower() not in message.lower():
        yield f"the message does not name {resource}: {message}"
    if run.results[-1][0] == "wait_for_replication" and not run.last.get("results"):
        yield "the wait does not tell what became of each version"


def manners(run: Run, scenario: Scenario, ending: Ending) -> Complaints:
    """Whatever happened: nothing secret said, nothing foreseen missed, nothing written twice, and nothing after a refusal."""
    if run.unforeseen is not None:
        yield f"unforeseen: {run.unforeseen!r}"
    told = "\n".join([str(run.results), *run.said])
    for words in NEVER:
        if words in told:
            yield f"it says {words!r}"
    acted: dict[tuple[str, str], int] = {}
    for request in run.requests:
        if request["acted"]:
            key = (request["method"], request["path"].rpartition("Microsoft.Compute/")[2])
            acted[key] = acted.get(key, 0) + 1
    for key, times in acted.items():
        if times > scenario.writes.get(key, ending.renumbered):
            yield f"{' '.join(key)} acted {times} times"
    if not ending.survives:
        yield from _silence(run)


def _silence(run: Run) -> Complaints:
    """After the first refusal that is final, nothing is written."""
    final = next(
        (place for place, one in enumerate(run.requests) if one["status"] in (400, 403) or _conflict(one)), None
    )
    if final is None:
        return
    for request in run.requests[final + 1 :]:
        if request["method"] in ("PUT", "DELETE"):
            yield f"{request['method']} {request['path']} after the refusal"


def _conflict(request: Json) -> bool:
    return bool(request["method"] in ("PUT", "DELETE") and request["status"] == 409)


def patience(run: Run, plain: Run, retry_after: float) -> Complaints:
    """Azure's Retry-After is obeyed, and no fault that passes makes the run wait much longer than that."""
    for before, after in zip(run.requests, run.requests[1:], strict=False):
        same = (before["method"], before["path"]) == (after["method"], after["path"])
        if retry_after and before["status"] in (429, 503) and same:
            waited = after["at"] - before["at"]
            if waited < retry_after - 0.01:
                yield f"{after['method']} {after['path']} came {waited:.1f} s after the answer that asked for {retry_after} s"
    if retry_after > SHOWN and not any("the next try is in" in line for line in run.said):
        yield f"nobody was told of a pause of {retry_after} s"
    yield from promptness(run, plain, SLOWER + 3 * retry_after)


def promptness(run: Run, plain: Run, slower: float = SLOWER) -> Complaints:
    """It is over when it has to be; a refusal is not waited out."""
    if run.seconds - plain.seconds > slower:
        yield f"it took {run.seconds:.0f} s instead of {plain.seconds:.0f} s"


def idle(run: Run) -> Complaints:
    """A run of what is done already writes nothing, and says that nothing changed."""
    yield from success(run)
    yield from untouched(run)


def untouched(run: Run) -> Complaints:
    """Nothing was written, and nothing is said to have changed."""
    written = [f"{one['method']} {one['path']}" for one in run.requests if one["method"] in ("PUT", "DELETE")]
    changed = [name for name, result in run.results if result.get("changed")]
    if written or changed:
        yield f"it wrote {written} and reports a change by {changed}"
