"""The role retire_managed_image: its variables, and the fact that it ends with. Pure."""

from __future__ import annotations

import dataclasses
import typing as t

from .._resources.errors import InvalidRequest
from .variables import read_own_variables

Mapping = t.Mapping[str, t.Any]

ROLE = "retire_managed_image"
# How it ended for an image. `planned` only in check mode, `left` for one beyond retire_fleet_max.
RETIRED, PLANNED, GONE, REFUSED, LEFT, FAILED = "retired", "planned", "gone", "refused", "left", "failed"
INTENDED = "intended"  # the state of a record whose delete may not have been sent
_TEXT, _FLAG = {"type": "str"}, {"type": "bool"}
VARIABLES: dict[str, dict[str, t.Any]] = {
    "records": _TEXT,
    "after_days": {"type": "int", "default": 7},
    "require_verified": {**_FLAG, "default": True},
    "subscriptions": {"type": "list", "elements": "str"},
}


@dataclasses.dataclass(frozen=True)
class Options:
    """What the variables say."""

    records: str
    after_days: int
    require_verified: bool
    subscriptions: tuple[str, ...] | None


def read_options(variables: Mapping) -> Options:
    """The variables, by their full names, as Options; InvalidRequest for unknown names and invalid values."""
    values = read_own_variables(variables, ROLE, VARIABLES)
    if values["records"] is None:
        raise InvalidRequest(
            f"{ROLE}_records is not set. Set it to a folder for the records of deleted images, or to job. Nothing was deleted."
        )
    given = values["subscriptions"]
    return Options(values["records"], values["after_days"], values["require_verified"], tuple(given) if given else None)


def result(returned: Mapping | None) -> dict[str, t.Any]:
    """The fact, from what image_retirement returned, which may be an error without a result."""
    known = returned or {}
    found = known.get("result")
    if found:
        return dict(found)
    return {
        **{key: known.get(key) for key in ("source_id", "definition_id", "version_id", "version")},
        "outcome": FAILED,
        "refusals": known.get("refusals") or [],
        "record": None,
        "plan": None,
        "changed": bool(known.get("changed")),
        "failed": True,
        "message": str(known.get("msg") or "The retirement was not planned."),
    }
