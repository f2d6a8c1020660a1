"""The report of a fleet run: counts and failures in the result, a page and the same data as JSON in a folder.

It runs on the controller only, where the template of the page is found; it does not read Azure.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import typing as t

from .._fleet import report
from .._fleet.awx_artifacts import decode, encode
from .._fleet.jobs import JOBS, MIGRATE
from .._fleet.merge import incomplete, latest
from .._fleet.page import page
from .._fleet.report_text import lines, opening
from .._fleet.table import table
from .._resources.errors import GalleryError, InvalidRequest
from .._run import files
from .._run.context import Context
from .._run.module_spec import ModuleSpec

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
FACTS = {name: job.fact for name, job in JOBS.items()}  # the variable with the result of a host, by the option `job`
_SUMMARY = ("counts", "failures", "failures_left_out", "incomplete")


def _run(ctx: Context) -> dict[str, t.Any]:
    params = ctx.params
    if not _NAME.fullmatch(params["name"]):
        raise InvalidRequest(
            f"name: {params['name']!r} is not the name of a file. Use letters, digits, '.', '_' and '-'."
        )
    planned = ctx.check_mode if params["planned"] is None else params["planned"]
    if params["reports"] is not None:
        if not params["reports"]:
            raise InvalidRequest("reports: the list is empty. Give the reports of one or more runs.")
        return dict(_read(lambda given: _merged(given, planned), params["reports"], "reports"))
    if params["images"] is None and params["hosts"] is None:
        raise InvalidRequest(
            "images: null is not a list. Give images or hosts of a run, or the reports of several runs."
        )
    document = _read(
        lambda given: report.document(given, params["hosts"] or (), check_mode=planned, job=JOBS[params["job"]]),
        params["images"] or [],
        "images",
    )
    result = _result(report.summary(document))
    if not params["folder"] or ctx.check_mode:
        return result
    try:
        return {**result, **_write(params["folder"], params["name"], document)}
    except (OSError, ValueError, RecursionError) as error:  # the latter for a name that no file can have
        why = getattr(error, "strerror", None) or "this is not a possible path"
        message = f"{result['msg']} The report could not be written to {params['folder']}: {why}."
        raise GalleryError(message, **{key: result[key] for key in (*_SUMMARY, "lines", "report")}) from error


def _read(make: t.Callable[[list[t.Any]], t.Any], given: list[t.Any], option: str) -> t.Any:
    """The result of `make` for an option; InvalidRequest, naming the item, if an item is not what a task returned."""
    misshapen = (AttributeError, KeyError, TypeError, ValueError, OverflowError, InvalidRequest)
    try:
        return make(given)
    except misshapen:
        for index, item in enumerate(given):
            try:
                make([item])
            except misshapen as error:
                why = error.message if isinstance(error, InvalidRequest) else ""
                raise InvalidRequest(
                    f"{option}[{index}]: {item!r} is not a result of the role, its modules or the inventory. {why}".strip()
                ) from error
        raise


def _merged(given: list[t.Any], planned: bool) -> dict[str, t.Any]:
    """The sum. The plan of a workflow that plans first names the images that the other reports must cover."""
    reports = [_checked(one) for one in given]
    jobs = sorted({str(one.get("job", MIGRATE.name)) for one in reports})
    if len(jobs) > 1 or jobs[0] not in JOBS:
        raise InvalidRequest(
            f"reports: reports of {' and '.join(jobs)} cannot be added up. Give those of one playbook."
        )
    plans = [one for one in reports if one.get("check_mode")]
    runs = latest([one for one in reports if not one.get("check_mode")])
    return _result(report.merged(runs or plans, None if planned and not runs else incomplete(plans, runs)))


def _checked(one: t.Mapping[str, t.Any]) -> t.Mapping[str, t.Any]:
    """A report of an earlier run, as this module returned it in `report`."""
    if not isinstance(one.get("counts"), dict) or not isinstance(one.get("failures"), list):
        raise InvalidRequest("It is not a `report` that this module returned: counts or failures are missing.")
    if one.get("schema") != report.SCHEMA:
        raise InvalidRequest(
            f"Its schema is {one.get('schema')}; this version of the collection reads schema {report.SCHEMA}."
        )
    return decode(one)


def _result(summary: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    return {
        "changed": False,
        "msg": " ".join(opening(summary)),
        "lines": lines(summary),
        **{key: summary[key] for key in _SUMMARY},
        "report": encode(summary),
        "files": [],
    }


def _write(folder: str, name: str, document: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    texts = {
        f"{name}.html": page(document),
        f"{name}.json": json.dumps(document, indent=1) + "\n",
    }
    if (rows := table(document)) is not None:
        texts[f"{name}.csv"] = rows
    os.makedirs(folder, exist_ok=True)
    changed = [_replace(os.path.join(folder, file), text.encode()) for file, text in texts.items()]
    return {"changed": any(changed), "files": [os.path.join(folder, file) for file in texts]}


def _replace(path: str, content: bytes) -> bool:
    """Write the file if its content differs."""
    with contextlib.suppress(FileNotFoundError), open(path, "rb") as file:
        if file.read() == content:
            return False
    files.replace(path, content)
    return True


_TEXT, _MAPPING = {"type": "str"}, {"type": "dict"}
SPEC = ModuleSpec(
    name="fleet_report",
    options={
        "images": {
            "type": "list",
            "elements": "dict",
            "options": {
                "host": {"type": "str", "required": True},
                "managed_image": _MAPPING,
                "source": {"type": "raw"},
                "size_gb": {"type": "int"},
                "result": _MAPPING,
                "reason": _TEXT,
                "started": _TEXT,
                "ended": _TEXT,
            },
        },
        "hosts": {"type": "list", "elements": "str"},
        "reports": {"type": "list", "elements": "dict"},
        "job": {"type": "str", "choices": list(JOBS), "default": MIGRATE.name},
        "planned": {"type": "bool"},
        "folder": {"type": "path"},
        "name": {"type": "str", "default": "fleet_report"},
    },
    run=_run,
    mutually_exclusive=[["images", "reports"], ["hosts", "reports"], ["folder", "reports"]],
    required_one_of=[["images", "hosts", "reports"]],
)
