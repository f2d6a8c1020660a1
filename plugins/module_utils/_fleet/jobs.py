"""What a report of a fleet run is about: the jobs, each with its outcomes, the keys of its entries and its columns. Data.

Another playbook over a fleet is another row of JOBS, with the fact in which its role leaves the result of a host. The fact has
`source_id`, `definition_id`, `version_id`, `version`, `changed`, `failed` and `message`, like `clone_managed_image_result`.
"""

from __future__ import annotations

import typing as t

Mapping = t.Mapping[str, t.Any]


class Outcome(t.NamedTuple):
    """What happened to an image, in a report and in a plan.

    `look` is its class on the page. With `heading`, its images are listed with their reasons, under this word.
    """

    label: str
    planned: str
    look: str
    heading: str = ""


class Job(t.NamedTuple):
    """`outcomes` are in the order of the report.

    `outcome` and `own` are of a host's result: its outcome (with whether the run was a check run), and the keys that an entry has
    beside those of every job. `columns` show these: heading and key.
    `advice` is what to do about an outcome with a heading, beside correcting what the message names. `table` are the columns of a
    CSV file (table.py).
    """

    name: str
    title: str
    plan_title: str
    fact: str
    outcomes: dict[str, Outcome]
    outcome: t.Callable[[Mapping, bool], str]
    own: t.Callable[[Mapping], dict[str, t.Any]] = lambda _result: {}
    columns: tuple[tuple[str, str], ...] = ()
    advice: t.Mapping[str, str] = {}
    table: tuple[tuple[str, str], ...] = ()


_FAILED = Outcome("failed", "would fail", "failed", "FAILED")
_REFUSED = Outcome("refused", "would be refused", "pending", "REFUSED")
_SKIPPED = Outcome("skipped", "skipped", "skipped")


def _migrated(result: Mapping, check_mode: bool) -> str:
    if result.get("failed"):
        return "failed"
    replication: Mapping = result.get("replication") or {}
    # A version that an earlier run started and this run waited for was not there already.
    done = "migrated" if result.get("changed") or replication.get("timeline") else "unchanged"
    regions = replication.get("regions") or ()
    under_way = any(region.get("state") != "Completed" for region in regions)
    if check_mode:
        return "pending" if under_way and not result.get("changed") else done
    if under_way or not result.get("version_id"):
        return "pending"
    # A version that was started and not waited for has no replication yet; an existing one without any is Shallow.
    unseen = not regions and replication.get("state") is None and bool(result.get("changed"))
    return "pending" if unseen else done


def _verified(result: Mapping, check_mode: bool) -> str:
    if result.get("failed"):
        return "failed" if result.get("verdict") == "Failed" else "unverified"
    changed = bool(result.get("changed"))
    return "verified" if changed or (check_mode and result.get("verdict") == "Booting") else "unchanged"


def _of_verification(result: Mapping) -> dict[str, t.Any]:
    latest: Mapping = result.get("latest") or {}
    return {
        "verified_at": result.get("verified_at"),
        "verified_in": list(result.get("verified_in") or ()),
        "vm_size": result.get("vm_size"),
        "security_type": result.get("security_type"),
        "promoted": result.get("promoted"),
        "latest": [
            {"region": str(region), "before": numbers.get("before"), "after": numbers.get("after")}
            for region, numbers in latest.items()
        ],
    }


def _repointed(result: Mapping, _check_mode: bool) -> str:
    if result.get("failed"):
        return "failed"
    if result.get("refused"):
        return "refused"
    return "repointed" if result.get("changed") else "unchanged"


def _of_repointing(result: Mapping) -> dict[str, t.Any]:
    scale_sets = result.get("scale_sets") or ()
    return {
        "new_id": result.get("image") if result.get("verified") else None,  # for templates
        "scale_sets": [f"{one['name']} ({one['state']})" for one in scale_sets],
        "upgrade_commands": [one["upgrade_command"] for one in scale_sets if one.get("upgrade_command")],
    }


def _retired(result: Mapping, _check_mode: bool) -> str:
    if result.get("failed"):
        return "failed"
    return {"planned": "retired", "gone": "unchanged"}.get(str(result.get("outcome")), str(result.get("outcome")))


def _of_retirement(result: Mapping) -> dict[str, t.Any]:
    record: Mapping = result.get("record") or {}
    return {
        "reasons": [one["reason"] for one in result.get("refusals") or ()],
        "deleted_at": record.get("deleted_at"),
    }


MIGRATE = Job(
    "migrate",
    "Fleet report",
    "Fleet plan",
    "clone_managed_image_result",
    {
        "failed": _FAILED,
        "pending": Outcome("still replicating", "would wait", "pending"),
        "migrated": Outcome("migrated", "would be migrated", "migrated"),
        "unchanged": Outcome("already there", "already there", "unchanged"),
        "skipped": _SKIPPED,
    },
    _migrated,
)
VERIFY = Job(
    "verify",
    "Verification report",
    "Verification plan",
    "verify_image_version_result",
    {
        "failed": _FAILED,
        "unverified": Outcome("not verified", "could not be verified", "pending", "NOT VERIFIED"),
        "verified": Outcome("verified", "would be verified", "migrated"),
        "unchanged": Outcome("verified already", "verified already", "unchanged"),
        "skipped": _SKIPPED,
    },
    _verified,
    _of_verification,
    (("Verified in", "verified_in"), ("VM size", "vm_size"), ("Security type", "security_type"), ("Latest", "latest")),
    {"failed": "Correct the image, clone it again as a new version, and verify that version."},
)
REPOINT = Job(
    "repoint",
    "Repointing report",
    "Repointing plan",
    "repoint_scale_sets_result",
    {
        "failed": _FAILED,
        "refused": _REFUSED,
        "repointed": Outcome("repointed", "would be repointed", "migrated"),
        "unchanged": Outcome("unchanged", "unchanged", "unchanged"),
        "skipped": _SKIPPED,
    },
    _repointed,
    _of_repointing,
    (("Scale sets", "scale_sets"), ("Upgrade instances", "upgrade_commands")),
    {"refused": "Do what the message says, or wait until the reason has ended. Then run the playbook again."},
    (("old_id", "source_id"), ("new_id", "new_id"), ("host", "host"), ("outcome", "outcome")),
)
RETIRE = Job(
    "retire",
    "Retirement report",
    "Retirement plan",
    "retire_managed_image_result",
    {
        "failed": _FAILED,
        "refused": _REFUSED,
        "left": Outcome("left for the next run", "left for the next run", "pending"),
        "retired": Outcome("deleted", "would be deleted", "migrated"),
        "unchanged": Outcome("deleted already", "deleted already", "unchanged"),
        "skipped": _SKIPPED,
    },
    _retired,
    _of_retirement,
    (("Reasons", "reasons"), ("Deleted at", "deleted_at")),
    {"refused": "Do what the message says, or wait until the reasons have ended. Then run the playbook again."},
)
JOBS = {job.name: job for job in (MIGRATE, VERIFY, REPOINT, RETIRE)}


def job_of(report: Mapping) -> Job:
    """The job of a report or summary; those of an earlier version of the collection do not name it."""
    return JOBS[report.get("job", MIGRATE.name)]
