"""The variables of the playbooks over a fleet: their names, and the values that the plays use."""

from __future__ import annotations

import re
import typing as t

from .._resources.errors import InvalidRequest
from .._resources.text import nearest
from .._role.coercion import typed

DEFAULT_PLAYBOOK = "migrate_fleet"
RULE = f"{DEFAULT_PLAYBOOK}_"
_ALL = ("hosts", "batch", "report", "report_plan")
# The variables of each playbook over a fleet, without its name.
OPTIONS = {
    DEFAULT_PLAYBOOK: (*_ALL, "definition_name", "publisher", "offer", "sku"),
    "verify_fleet": (*_ALL, "at_once"),
    "repoint_fleet": _ALL,
    "retire_fleet": ("hosts", "max", "plan", "report", "report_plan", "unplanned"),
}
# What a playbook registers, and what it and fleet_report leave for later jobs.
_KEPT = re.compile(r"(reported|(report|records)_(\d+|local|all))")
_SIZE = re.compile(r"0*([1-9]\d{0,9})(%?)", re.ASCII)


def refuse_unknown(variables: t.Iterable[str], playbook: str = DEFAULT_PLAYBOOK) -> None:
    """InvalidRequest for unknown variables with the prefix of the playbook."""
    prefix = f"{playbook}_"
    known = {prefix + name for name in OPTIONS[playbook]}
    given = sorted(name for name in map(str, variables) if name.startswith(prefix) and name not in known)
    unknown = [name for name in given if not _KEPT.fullmatch(name.removeprefix(prefix))]
    if unknown:
        listed = (f"{name} is not a variable of the playbook {playbook}.{nearest(name, known)}" for name in unknown)
        raise InvalidRequest(" ".join(listed))


def fleet_batch(value: t.Any, playbook: str = DEFAULT_PLAYBOOK) -> list[int | str]:
    """The sizes of batches, as `serial` takes them."""
    where = f"{playbook}_batch"
    if isinstance(value, str):
        value = re.sub(r"\s+%", "%", value)
    elif value is not None and not isinstance(value, (list, tuple)):
        value = [value]
    sizes = typed(value, {"type": "list", "elements": "raw"}, where)
    return [_size(size, where) for size in sizes or ["100%"]]


def _size(value: t.Any, where: str) -> int | str:
    size = _SIZE.fullmatch(str(value))
    if not size or (size[2] and int(size[1]) > 100):
        raise InvalidRequest(
            f"{where}: {value!r} is not a number of hosts. It takes a whole number from 1 on, a percentage from 1% to 100%, "
            "or a list of those; blank is all hosts at once."
        )
    return f"{size[1]}%" if size[2] else int(size[1])


def fleet_hosts(value: t.Any, playbook: str = DEFAULT_PLAYBOOK) -> str | list[str]:
    """The pattern of hosts, or several, as `hosts` takes them."""
    where = f"{playbook}_hosts"
    if not isinstance(value, (list, tuple)):
        return _pattern(value, where) or "all"
    return [pattern for item in value if (pattern := _pattern(item, where))] or "all"


def _pattern(value: t.Any, where: str) -> str | None:
    return t.cast("str | None", typed(value, {"type": "str"}, where))
