"""The verification of an image version: the plan of its canaries, then the record of what they showed, and the promotion."""

from __future__ import annotations

import typing as t

from .._arm.auth.options import AUTH_OPTIONS
from .._compute.canary_plan import tested
from .._compute.canary_request import Request, read_request
from .._resources.dates import format_time, parse_instant
from .._resources.diff import diff_of
from .._resources.errors import Conflict, GalleryError, InvalidRequest, NotFound, NotReady
from .._resources.fields import Body
from .._resources.image_version import profile, source_id
from .._resources.provisioning_state import is_busy
from .._resources.regions import short_region
from .._resources.resource_id import ResourceId, parse_id
from .._resources.verification import verified_at, verified_in
from .._role.host_version import host_version
from .._role.verification import (
    BOOTING,
    FAILED,
    IDS,
    PASSED,
    ROLE,
    UNVERIFIED,
    Entry,
    canary_in,
    fact,
    judge,
    leftovers,
    read_options,
)
from .._run import reads
from .._run.context import Context
from .._run.module_spec import ModuleSpec
from .._run.provisioning import warn_overruled
from .._versions.body import update_request
from .._versions.latest import included
from .._versions.poller import EXPAND, Watched, keep_pace, watch
from .._versions.verify import Verification, check_bootable, same_version, to_boot, verify

ATTEMPTS = 5  # at a write, while another run changes the version
_NO_ONE = "00000000-0000-0000-0000-000000000000"
_EXAMPLE = f"/subscriptions/{_NO_ONE}/resourceGroups/x/providers/Microsoft.Compute/galleries/x/images/x/versions/1.0.0"


def _run(ctx: Context) -> dict[str, t.Any]:
    if ctx.params["batch"] is not None:
        raise InvalidRequest(
            f"batch: {ctx.params['batch']!r} names results of other hosts, which only the task's action plugin can read. "
            "Leave the option out here."
        )
    plan = ctx.params["planned"]
    canaries, removals = ctx.params["canaries"] or [], ctx.params["removals"] or []
    known: Entry = dict(plan["verification"]) if plan else {}
    try:
        return _record(ctx, plan, canaries, removals) if plan else _plan(ctx, known)
    except GalleryError as error:
        known |= {key: error.details.pop(key) for key in IDS if key in error.details}
        verdict = error.details.pop("verdict", UNVERIFIED)
        error.details["verification"] = fact(known, error.message, verdict, canaries, removals, ctx.has_written)
        raise


# -- plan --------------------------------------------------------------------------------------------------------------
def _plan(ctx: Context, known: Entry) -> dict[str, t.Any]:
    """What has to be done; `known` gets the IDs as soon as they are known."""
    variables = ctx.params["variables"] or {}
    options = read_options(variables)
    for region in options["subnet_id"]:  # before any credentials are looked for
        _request(canary_in(options, region, _EXAMPLE), _NO_ONE)
    found = host_version(ctx, variables, ROLE)
    known |= {
        "source_id": str(found.source) if found.source else source_id(found.body),
        "definition_id": str(found.rid.parent),
        "version_id": str(found.rid),
        "version": found.rid.name,
    }
    for note in found.notes:
        ctx.warn(note)
    body = found.body
    if is_busy(body):  # a list has no replication status
        body = ctx.arm.get(found.rid, expand=EXPAND) or body
    regions, now = options["locations"] or [short_region(body["location"])], ctx.clock.now()
    check_bootable(found.rid, body, regions, f"{ROLE}_locations")
    boots = to_boot(body, regions, now, options["again"])
    whole = verify(found.rid, body, _versions(ctx, found.rid), now, boots, options["promote"])
    state = {**known, **_state(body, whole, now)}
    if boots or whole.changes:
        latest = {region: {**numbers, "after": numbers["before"]} for region, numbers in whole.latest.items()}
        verification = fact({**state, "latest": latest}, "It was not verified, because a task before that failed.")
    else:
        verification = fact(state, _words(whole, [], ctx.check_mode), PASSED)
    plan = {
        "needed": bool(boots or whole.changes),
        "canaries": [_canary(ctx, options, region, found.rid, body) for region in boots],
        "promote": options["promote"],
        "published": profile(body).get("publishedDate"),
        "version_source": source_id(body),
        "planned_at": format_time(now),
        "wait_timeout": options["wait_timeout"],
        "at_once": options["at_once"],
        "subscription_id": ctx.arm.subscription_id,
        "credentials": f"{ctx.arm.identity} {ctx.arm.subscription_id}",
        "verification": verification,
    }
    return {"changed": False, "plan": plan, "verification": verification}


def _request(canary: dict[str, t.Any], subscription_id: str) -> Request:
    """The options of a canary, without a request."""
    try:
        return read_request({"wait": True, **canary}, subscription_id, "present")
    except InvalidRequest as error:
        raise InvalidRequest(f"{ROLE}_{error.message}") from error


def _canary(ctx: Context, options: dict[str, t.Any], region: str, version: ResourceId, body: Body) -> dict[str, t.Any]:
    """The options of canary_vm, with the name by which the canary is found whatever becomes of the version."""
    canary = canary_in(options, region, str(version))
    request = _request(canary, ctx.arm.subscription_id)
    definition = {} if request.security_type else reads.read(ctx, version.parent) or {}
    return {**canary, "name": tested(request, body, definition).name}


def _versions(ctx: Context, version: ResourceId) -> list[Body]:
    """All versions of its definition, which latest chooses from."""
    try:
        return ctx.arm.list(version.parent, "image_version")
    except NotFound:
        return []


def _state(body: Body, whole: Verification, now: t.Any) -> dict[str, t.Any]:
    """How the version is: when and where it booted, whether latest may be it, and latest by region before and after."""
    at = verified_at(body, now)
    return {
        "verified_at": format_time(at) if at else None,
        "verified_in": sorted(verified_in(body)) if at else [],
        "promoted": not included(body)[1],
        "latest": whole.latest,
    }


# -- record ------------------------------------------------------------------------------------------------------------
def _record(
    ctx: Context, plan: dict[str, t.Any], canaries: list[dict[str, t.Any]], removals: list[dict[str, t.Any]]
) -> dict[str, t.Any]:
    """Write what the canaries showed, if all passed."""
    rid = parse_id(plan["verification"]["version_id"], "image_version", where="planned.verification.version_id")
    verdict, reasons = judge(canaries)
    named = {one["canary"]["name"] for one in canaries if one.get("canary")}
    if verdict in (PASSED, BOOTING) and not named.issuperset(canary["name"] for canary in plan["canaries"]):
        verdict, reasons = UNVERIFIED, f"{rid.words} has no verdict of {len(plan['canaries'])} canaries. Run it again."
    left = leftovers(removals, reasons)
    if verdict in (FAILED, UNVERIFIED) or (verdict == BOOTING and not ctx.check_mode):
        raise NotReady(f"{reasons} {left}".strip(), verdict=verdict if verdict == FAILED else UNVERIFIED)
    if left:
        ctx.warn(left)
    done, wait = _promoted(ctx, rid, plan, {one["canary"]["version_published"] for one in canaries})
    state = {**plan["verification"], **_state(done.body, done, ctx.clock.now())}
    message = f"{_words(done, canaries, ctx.check_mode)} {left}".strip()
    changed = bool(done.changes)
    return {
        "changed": changed,
        "verification": fact(state, message, verdict, canaries, removals, changed),
        "changes": [change.returned() for change in done.changes],
        "wait": wait,
        "diff": diff_of(rid, done.changes),
    }


def _promoted(
    ctx: Context, rid: ResourceId, plan: t.Mapping[str, t.Any], published: set[str]
) -> tuple[Verification, dict[str, t.Any] | None]:
    """The version as it is now, and what to wait for; decided again if another run changes it meanwhile."""
    booted, since = [canary["location"] for canary in plan["canaries"]], parse_instant(plan["planned_at"]).at
    attempt = 0
    while True:
        attempt += 1
        body = _settled(ctx, rid, plan["wait_timeout"])
        if not same_version(body, plan["published"], plan["version_source"]) or published - {plan["published"]}:
            raise NotReady(
                f"{rid.words} could not be verified: it was deleted or created again while its canary booted. This says "
                "nothing about the image; run it again."
            )
        now, others = ctx.clock.now(), _versions(ctx, rid)
        done = verify(rid, t.cast("Body", body), others, now, booted, plan["promote"], since)
        if not done.changes or ctx.check_mode:
            return done, None
        sent = update_request(done.body)
        try:
            accepted = ctx.arm.put(rid, sent, before=body)
        except Conflict as error:
            if attempt == ATTEMPTS:
                raise
            ctx.debug(f"{error.message}; deciding again")
            continue
        keep_pace(ctx, rid, accepted.retry_after)
        warn_overruled(ctx, rid, sent, accepted.body)
        return done, {"id": str(rid), "wait_timeout": plan["wait_timeout"]}


def _settled(ctx: Context, rid: ResourceId, timeout: float) -> Body | None:
    """The version, read now; another run that changes it is waited for."""
    body = ctx.arm.get(rid, expand=EXPAND)
    if body is None or not is_busy(body) or ctx.check_mode:
        return body
    item = Watched(rid, timeout, seen=True)
    watch(ctx, [item])
    return item.body or body


def _words(done: Verification, booted: t.Sequence[t.Any], predicted: bool) -> str:
    """How it ended, in one line."""
    parts = ["It booted and is verified" if booted else "It was verified already"]
    if booted and predicted:
        parts = ["It would be booted and verified"]
    if done.promotes:
        parts.append(f"it {'would be' if predicted else 'is'} included in latest")
    if done.stays:
        parts.append(done.stays)
    return f"{'; '.join(parts)}."


_MAPPING, _RESULTS = {"type": "dict"}, {"type": "list", "elements": "dict"}
SPEC = ModuleSpec(
    name="image_verification",
    options={
        **AUTH_OPTIONS,
        "variables": _MAPPING,
        "batch": {"type": "str"},
        "planned": _MAPPING,
        "canaries": _RESULTS,
        "removals": _RESULTS,
    },
    run=_run,
)
