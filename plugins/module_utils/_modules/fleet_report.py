# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of a fleet run: counts and failures in the result; a page and the same as JSON in a folder. Azure is not asked."""

from __future__ import annotations

import json
import re
import typing as t

from .._fleet import report, report_folder
from .._fleet import report_text as report_words
from .._fleet.awx_artifacts import decode, encode
from .._fleet.merge import incomplete
from .._fleet.report_html import page
from .._resources.errors import GalleryError, InvalidRequest
from .._run.context import Context
from .._run.module_spec import ModuleSpec

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_SUMMARY = ("counts", "failures", "failures_left_out", "incomplete")


def _run(ctx: Context) -> dict[str, t.Any]:
    params = ctx.params
    if not _NAME.fullmatch(params["name"]):
        raise InvalidRequest(
            f"name: {params['name']!r} is not the name of a file. It takes letters, digits, '.', '_' and '-'."
        )
    planned = ctx.check_mode if params["planned"] is None else params["planned"]
    if params["reports"] is not None:
        if not params["reports"]:
            raise InvalidRequest("reports: there is none to add up.")
        return dict(_read(lambda given: _merged(given, planned), params["reports"], "reports"))
    if params["images"] is None:
        raise InvalidRequest("images: null is no list. Give the images of a run, or the reports of several.")
    document = _read(
        lambda given: report.document(given, params["hosts"] or (), check_mode=planned),
        params["images"],
        "images",
    )
    result = _result(report.summary(document))
    if not params["folder"] or ctx.check_mode:
        return result
    try:
        return {**result, **_write(params["folder"], params["name"], document)}
    except (OSError, ValueError, RecursionError) as error:  # the latter for a name that no file can have
        why = getattr(error, "strerror", None) or "a file cannot be called so"
        message = f"{result['msg']} The report could not be written to {params['folder']}: {why}."
        raise GalleryError(message, **{key: result[key] for key in (*_SUMMARY, "lines", "report")}) from error


def _read(make: t.Callable[[list[t.Any]], t.Any], given: list[t.Any], option: str) -> t.Any:
    """What `make` makes of an option; InvalidRequest, naming the item, for one that has another shape than what is returned."""
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
                    f"{option}[{index}]: {item!r} is not what the role, its modules and the inventory return. {why}".strip()
                ) from error
        raise


def _merged(given: list[t.Any], planned: bool) -> dict[str, t.Any]:
    """The sum. A workflow that plans first hands the plan's report on too: it tells what the others have to be about."""
    reports = [_checked(one) for one in given]
    plans = [one for one in reports if one.get("check_mode")]
    runs = [one for one in reports if not one.get("check_mode")]
    return _result(report.merged(runs or plans, None if planned and not runs else incomplete(plans, runs)))


def _checked(one: t.Mapping[str, t.Any]) -> t.Mapping[str, t.Any]:
    """A report of an earlier run, from what this module returned as `report`."""
    if not isinstance(one.get("counts"), dict) or not isinstance(one.get("failures"), list):
        raise InvalidRequest("It is no `report` that this module returned: it has no counts and failures.")
    if one.get("schema") != report.SCHEMA:
        raise InvalidRequest(f"It is of schema {one.get('schema')}; this version reads {report.SCHEMA}.")
    return decode(one)


def _result(summary: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    return {
        "changed": False,
        "msg": " ".join(filter(None, [report_words.headline(summary), summary["incomplete"]])),
        "lines": report_words.lines(summary),
        **{key: summary[key] for key in _SUMMARY},
        "report": encode(summary),
        "files": [],
    }


def _write(folder: str, name: str, document: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    texts = {
        f"{name}.html": page(document),
        f"{name}.json": json.dumps(document, indent=1) + "\n",
    }
    changed, files = report_folder.write(folder, texts)
    return {"changed": changed, "files": files}


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
                "waited": {"type": "list", "elements": "dict"},
                "reason": _TEXT,
                "started": _TEXT,
                "ended": _TEXT,
            },
        },
        "hosts": {"type": "list", "elements": "str"},
        "reports": {"type": "list", "elements": "dict"},
        "planned": {"type": "bool"},
        "folder": {"type": "path"},
        "name": {"type": "str", "default": "fleet_report"},
    },
    run=_run,
    mutually_exclusive=[["images", "reports"], ["folder", "reports"]],
    required_one_of=[["images", "reports"]],
)
