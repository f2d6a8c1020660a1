"""The verification of an image version: the plan of its canaries, then the record of what they showed, and the promotion."""

from __future__ import annotations

import typing as t

from .._arm.auth.options import AUTH_OPTIONS
from .._compute.canary_request import read_request
from .._resources.dates import format_time, parse_instant
from .._resources.diff import diff_of
from .._resources.errors import Conflict, GalleryError, InvalidRequest, NotFound, NotReady
from .._resources.fields import Body
from .._resources.image_version import profile, source_id
from .._resources.provisioning_state import is_busy
from .._resources.regions import short_region
from .._resources.resource_id import parse_id
from .._resources.verification import verified_at, verified_in
from .._role.host_version import HostVersion, host_version
from .._role.verification import ROLE, Options, read_options
from .._role.verification_result import BOOTING, FAILED, PASSED, UNVERIFIED, judge, leftovers
from .._run import reads
from .._run.context import Context
from .._run.module_spec import ModuleSpec
from .._run.policy_tags import warn_overruled
from .._versions.body import update_request
from .._versions.latest import included
from .._versions.poller import EXPAND, Watched, keep_pace, watch
from .._versions.verify import Verification, Wish, check_version, same_version, to_boot, verify

ATTEMPTS = 5  # at a write, while another run changes the version
_NO_ONE = "00000000-0000-0000-0000-000000000000"


def _run(ctx: Context) -> dict[str, t.Any]:
    if ctx.params["batch"] is not None:
        raise InvalidRequest(
            f"batch: {ctx.params['batch']!r} names results of other hosts, which only the task's action plugin can read. "
            "Leave the option out here."
        )
    if ctx.params["planned"] is not None:
        return _record(ctx, ctx.params["planned"], ctx.params["canaries"] or [])
    variables = ctx.params["variables"] or {}
    options = read_options(variables)
    _check_canary(options, _NO_ONE)  # before any credentials are looked for
    found = host_version(ctx, variables, ROLE)
    try:
        return _plan(ctx, options, found)
    except GalleryError as error:
        for key, value in _ids(found).items():
            error.details.setdefault(key, value)
        raise


def _check_canary(options: Options, subscription_id: str) -> None:
    """The options of the canaries, without a request."""
    example = (
        f"/subscriptions/{_NO_ONE}/resourceGroups/x/providers/Microsoft.Compute/galleries/x/images/x/versions/1.0.0"
    )
    for subnet in options.subnets.values():
        given = {"wait": True, **options.canary, "version": example, "subnet_id": subnet}
        try:
            read_request(given, subscription_id, "present")
        except InvalidRequest as error:
            raise InvalidRequest(f"{ROLE}_{error.message}") from error


def _ids(found: HostVersion) -> dict[str, t.Any]:
    return {
        "source_id": str(found.source) if found.source else source_id(found.body),
        "definition_id": str(found.rid.parent),
        "version_id": str(found.rid),
        "version": found.rid.name,
    }


# -- plan --------------------------------------------------------------------------------------------------------------
def _plan(ctx: Context, options: Options, found: HostVersion) -> dict[str, t.Any]:
    for note in found.notes:
        ctx.warn(note)
    body = found.body
    if is_busy(body):  # a list has no replication status
        body = ctx.arm.get(found.rid, expand=EXPAND) or body
    regions = options.regions or (short_region(body["location"]),)
    wish = Wish(found.rid, regions, options.promote, options.again)
    check_version(wish, body)
    now = ctx.clock.now()
    others = _versions(ctx, wish)
    boots = to_boot(wish, body, now)
    whole = verify(wish, body, others, now, boots)
    plan = {
        **_ids(found),
        "needed": bool(boots or whole.changes),
        "boots": bool(boots),
        "canaries": [options.canary_in(region, str(found.rid)) for region in boots],
        "regions": list(regions),
        "promote": options.promote,
        "again": options.again,
        "published": profile(body).get("publishedDate"),
        "version_source": source_id(body),
        "planned_at": format_time(now),
        "wait_timeout": options.wait_timeout,
        "at_once": options.at_once,
        "subscription_id": ctx.arm.subscription_id,
        "credentials": f"{ctx.arm.identity} {ctx.arm.subscription_id}",
        **_state(body, whole, now),
        "message": _words(whole, [], ctx.check_mode),
    }
    return {"changed": False, "plan": plan}


def _versions(ctx: Context, wish: Wish) -> list[Body]:
    """All versions of its definition, which latest chooses from."""
    try:
        return reads.children(ctx, wish.rid.parent, "image_version")
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
def _record(ctx: Context, plan: t.Mapping[str, t.Any], canaries: list[dict[str, t.Any]]) -> dict[str, t.Any]:
    """Write what the canaries showed, if all passed."""
    rid = parse_id(plan["version_id"], "image_version", where="planned.version_id")
    verdict, reasons = judge(canaries)
    if len(canaries) < len(plan["canaries"]):
        verdict, reasons = UNVERIFIED, f"{rid.words} has no verdict of {len(plan['canaries'])} canaries. Run it again."
    if verdict in (FAILED, UNVERIFIED) or (verdict == BOOTING and not ctx.check_mode):
        raise NotReady(f"{reasons} {leftovers(canaries)}".strip(), verdict=verdict if verdict == FAILED else UNVERIFIED)
    left = leftovers(canaries)
    if left:
        ctx.warn(left)
    since = parse_instant(plan["planned_at"]).at
    wish = Wish(rid, tuple(plan["regions"]), plan["promote"], plan["again"], since)
    booted = [canary["location"] for canary in plan["canaries"]]
    published = [one["canary"]["version_published"] for one in canaries]
    for _attempt in range(ATTEMPTS):
        body = _settled(ctx, wish, plan["wait_timeout"])
        if not same_version(body, plan["published"], plan["version_source"]) or set(published) - {plan["published"]}:
            raise NotReady(
                f"{rid.words} could not be verified: it was deleted or created again while its canary booted. This says nothing "
                "about the image; run it again.",
                verdict=UNVERIFIED,
            )
        now = ctx.clock.now()
        done = verify(wish, t.cast("Body", body), _versions(ctx, wish), now, booted)
        try:
            return _written(ctx, wish, t.cast("Body", body), done, plan, left)
        except Conflict as error:
            ctx.debug(f"{error.message}; deciding again")
            refusal = error
    raise refusal


def _settled(ctx: Context, wish: Wish, timeout: float) -> Body | None:
    """The version, read now; another run that changes it is waited for."""
    body = ctx.arm.get(wish.rid, expand=EXPAND)
    if body is None or not is_busy(body) or ctx.check_mode:
        return body
    item = Watched(wish.rid, timeout, seen=True)
    watch(ctx, [item])
    return item.body or body


def _written(
    ctx: Context, wish: Wish, body: Body, done: Verification, plan: t.Mapping[str, t.Any], left: str
) -> dict[str, t.Any]:
    wait = None
    if done.changes and not ctx.check_mode:
        sent = update_request(done.body)
        accepted = ctx.arm.put(wish.rid, sent, before=body)
        keep_pace(ctx, wish.rid, accepted.retry_after)
        warn_overruled(ctx, wish.rid, sent, accepted.body)
        wait = {"id": str(wish.rid), "wait_timeout": plan["wait_timeout"]}
    verdict = PASSED if not plan["canaries"] or not ctx.check_mode else BOOTING
    state = _state(done.body, done, ctx.clock.now())
    message = f"{_words(done, plan['canaries'], ctx.check_mode)} {left}".strip()
    shown = {"verdict": verdict, **state, "message": message}
    changes = [change.returned() for change in done.changes]
    return {
        "changed": bool(done.changes),
        "verification": shown,
        "changes": changes,
        "wait": wait,
        "diff": diff_of(wish.rid, done.changes),
    }


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


_MAPPING = {"type": "dict"}
SPEC = ModuleSpec(
    name="image_verification",
    options={
        **AUTH_OPTIONS,
        "variables": _MAPPING,
        "batch": {"type": "str"},
        "planned": _MAPPING,
        "canaries": {"type": "list", "elements": "dict"},
    },
    run=_run,
)
