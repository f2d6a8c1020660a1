"""The oracle of every trial: whether a run, and what it left in Azure and in files, is right. Every complaint is a sentence."""

from __future__ import annotations

import re
import typing as t
from collections import Counter
from pathlib import Path

from arm_emulator import Emulator

from .fault import Ending
from .scenarios import Scenario
from .seeds import Json
from .stage import SECRET, Run

Complaints = t.Iterator[str]
NEVER = (
    "Traceback (most",
    'File "',
    "Unexpected error in module",
    "errantly",
    SECRET,
    "Bearer ey",
    "&s=",
    "&c=",
    "eyJ",
)
SLOWER = 400.0  # seconds by which a fault may prolong a run, in addition to what Azure asks for
SHOWN = 10.0  # seconds; a longer pause is shown to the user
# A time is different in every run.
_TIMES = ("publishedDate", "start", "end")
_TOKEN = re.compile(rb"eyJ[\w-]{20,}\.[\w-]{20,}")


# A run in this process -----------------------------------------------------------------------------------------------


def state(emulator: Emulator, scenario: Scenario, ending: Ending) -> Complaints:
    """What must exist, and nothing else: each Succeeded, each version in every region."""
    found = described(emulator)
    wants = dict(scenario.wants)
    if ending.renumbered:
        wants = _moved(wants, found)
    for name in sorted(set(found) ^ set(wants)):
        yield f"{name} {'exists' if name in found else 'is missing'}"
    for name in sorted(set(found) & set(wants)):
        resource = found[name]
        if resource["provisioning_state"] != "Succeeded":
            yield f"{name} is {resource['provisioning_state']}"
        regions = {region["region"]: region["outcome"] for region in resource["regions"]}
        if regions != dict.fromkeys(wants[name], "Completed"):
            yield f"{name} has the regions {regions}"


def _moved(wants: dict[str, t.Any], found: t.Mapping[str, Json]) -> dict[str, t.Any]:
    """Another client took a number, or deleted a version: there may be one of the next number, beside the others or for one."""
    versions = [name for name in wants if "/versions/" in name]
    following = f"{versions[0].rpartition('.')[0]}.{len(versions)}"
    if following not in found:
        return wants
    return {name: wants[name] for name in wants if name in found} | {following: wants[versions[0]]}


def success(run: Run) -> Complaints:
    """The run reports success, and for a version that it is ready in every region."""
    if run.failed:
        yield f"the run failed: {run.message}"
        return
    name, last = run.results[-1]
    if name == "wait_for_replication":
        if [one["state"] for one in last["results"]] != ["Completed"] * len(last["results"]):
            yield f"the wait returns {last['results']}"
    elif name == "clone_plan":
        if not last["plan"]:
            yield f"the plan returns {last}"
    elif name == "image_version" and last["image_version"]:
        regions = {one["name"]: one["state"] for one in last["image_version"]["replication"]["regions"]}
        if last["replication_pending"] or set(regions.values()) != {"Completed"}:
            yield f"image_version returns {regions}, pending {last['replication_pending']}"


def failure(run: Run, ending: Ending, resource: str) -> Complaints:
    """A clear error: which resource, what Azure said, what to do."""
    if not run.failed:
        yield f"the run did not fail with {ending.words}"
        return
    message = str(run.last["msg"])
    for words in ending.words:
        if words not in message:
            yield f"the message does not say {words!r}: {message}"
    if ending.names and resource.lower() not in message.lower():
        yield f"the message does not name {resource}: {message}"
    if run.results[-1][0] == "wait_for_replication" and not run.last.get("results"):
        yield "the wait does not return the state of each version"


def manners(run: Run, scenario: Scenario, ending: Ending) -> Complaints:
    """In every run: no secret is shown, no error is unexpected, nothing is written twice, and nothing after a refusal."""
    if run.unexpected is not None:
        yield f"unexpected: {run.unexpected!r}"
    shown = "\n".join([str(run.results), *run.said])
    for words in NEVER:
        if words in shown:
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
        yield f"a pause of {retry_after} s was not shown"
    yield from promptness(run, plain, SLOWER + 3 * retry_after)


def promptness(run: Run, plain: Run, slower: float = SLOWER) -> Complaints:
    """It ends soon enough; a refusal is not waited out."""
    if run.seconds - plain.seconds > slower:
        yield f"it took {run.seconds:.0f} s instead of {plain.seconds:.0f} s"


def idle(run: Run) -> Complaints:
    """A run without anything left to do writes nothing, and reports no change."""
    yield from success(run)
    yield from untouched(run)


def untouched(run: Run) -> Complaints:
    """Nothing was written, and no change is reported."""
    written = [f"{one['method']} {one['path']}" for one in run.requests if one["method"] in ("PUT", "DELETE")]
    changed = [name for name, result in run.results if result.get("changed")]
    if written or changed:
        yield f"it wrote {written} and reports a change by {changed}"


# What exists, and what was written on the way ------------------------------------------------------------------------
def described(emulator: Emulator) -> dict[str, Json]:
    """Galleries, definitions and versions as they are now, by what follows the provider in their ids."""
    kinds = ("gallery", "image_definition", "image_version")
    return {
        one["id"].rpartition("Microsoft.Compute/")[2]: one
        for one in emulator.service.describe_state()
        if one["kind"] in kinds
    }


def resources(state: list[Json], numbers: bool = True) -> dict[str, Json]:
    """By id and without times; versions by definition and source where their numbers do not count."""
    found = {}
    for one in state:
        key = one["id"].lower()
        if one["kind"] == "image_version" and not numbers:
            key = f"{key.rpartition('/')[0]} of {_source_of(one)}"
            one = {**one, "id": key}
        assert key not in found, f"two of {key}"
        found[key] = _timeless(one)
    return found


def _timeless(value: t.Any) -> t.Any:
    if isinstance(value, dict):
        return {name: _timeless(item) for name, item in value.items() if name not in _TIMES}
    return [_timeless(item) for item in value] if isinstance(value, list) else value


def _source_of(version: Json) -> str:
    """The id of the image that a version was created from."""
    return str(version["properties"]["storageProfile"]["source"]["id"]).lower()


def difference(good: dict[str, Json], found: dict[str, Json]) -> Complaints:
    """Each resource that is not as an undisturbed run leaves it."""
    for key in sorted(set(good) | set(found)):
        if good.get(key) != found.get(key):
            yield f"{key}: {found.get(key, 'is missing')} instead of {good.get(key, 'nothing')}"


def unsettled(emulator: Emulator) -> Complaints:
    """What is not, or not yet, Succeeded."""
    for one in emulator.service.describe_state():
        if one["provisioning_state"] != "Succeeded" or one["job"] is not None:
            yield f"not complete: {one['id'].lower()}: {one['provisioning_state']}"


def unready(emulator: Emulator) -> Complaints:
    """Versions that a run which waits must not have left."""
    return (f"not waited for: {complaint}" for complaint in unsettled(emulator) if "/versions/" in complaint)


def versions(emulator: Emulator, count: int) -> Complaints:
    """So many versions, none of which was created twice."""
    found: Counter[tuple[str, str]] = Counter()
    for key, one in resources(emulator.service.describe_state()).items():
        if one["kind"] == "image_version":
            found[key.rsplit("/", 2)[0], _source_of(one)] += 1
    if found.total() != count:
        yield f"{found.total()} versions, not {count}: {dict(found)}"
    yield from (f"created twice: {path}" for path, times in created(emulator.requests).items() if times > 1)


def writes(requests: list[Json]) -> Counter[str]:
    """The requests that are not reads and were accepted."""
    return Counter(
        f"{one['method']} {one['path'].lower()}"
        for one in requests
        if one["method"] != "GET" and one["kind"] != "token" and (one["status"] or 0) < 400
    )


def written(found: Counter[str], good: Counter[str]) -> Complaints:
    """A disturbed run and the next one write together what an undisturbed run writes."""
    if found != good:
        yield f"written in both runs {dict(found)}, and by an undisturbed one {dict(good)}"


def created(requests: list[Json]) -> Counter[str]:
    """What Azure says it has created, and how often."""
    return Counter(one["path"].lower() for one in requests if one["method"] == "PUT" and one["status"] == 201)


def secrets_in(folder: Path, secret: str) -> Complaints:
    """Files that hold a token or the secret."""
    for path in folder.rglob("*"):
        try:
            content = path.read_bytes() if path.is_file() else b""
        except FileNotFoundError:  # deleted meanwhile
            continue
        if secret.encode() in content or _TOKEN.search(content):
            yield f"{path.relative_to(folder)} holds a token or the secret"
