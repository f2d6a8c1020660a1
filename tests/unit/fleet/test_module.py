"""The module: its files and its result."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._fleet.jobs import JOBS, MIGRATE
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._modules.fleet_report import SPEC
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._run.context import Context
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._run.runner import outcome

from support import report_samples as samples
from support.collection_tree import ROOT


def run(*, check: bool = False, **options: Any) -> dict[str, Any]:
    checked = ArgumentSpecValidator(SPEC.options, **SPEC.rules).validate(options)
    if checked.error_messages:
        return {"failed": True, "msg": " ".join(checked.error_messages)}
    result, unforeseen = outcome(SPEC, Context(params=checked.validated_parameters, check_mode=check))
    assert unforeseen is None, unforeseen
    return result


def test_both_files(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    old = os.umask(0o027)
    try:
        result = run(images=samples.of_twelve(), hosts=["no-source"], folder=str(folder), name="fleet_report_17")
    finally:
        os.umask(old)
    assert result["changed"]
    assert result["files"] == [f"{folder}/fleet_report_17.html", f"{folder}/fleet_report_17.json"]
    assert sorted(path.name for path in folder.iterdir()) == ["fleet_report_17.html", "fleet_report_17.json"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o640}
    found = json.loads((folder / "fleet_report_17.json").read_text(encoding="utf-8"))
    assert (found["schema"], found["counts"], found["counts"]["images"]) == (1, result["counts"], 14)
    assert {"started", "ended", "images"} <= set(found)
    assert "erp-db-win" in (folder / "fleet_report_17.html").read_text(encoding="utf-8")
    again = run(images=samples.of_twelve(), hosts=["no-source"], folder=str(folder), name="fleet_report_17")
    assert (again["changed"], again["files"]) == (False, result["files"])


def test_hostile_names_are_in_the_files_as_they_are(tmp_path: Path) -> None:
    run(images=samples.hostile(), folder=str(tmp_path))
    found = json.loads((tmp_path / "fleet_report.json").read_text(encoding="ascii"))
    assert {image["host"] for image in found["images"]} == set(samples.HOSTILE)


def test_check_mode_writes_nothing(tmp_path: Path) -> None:
    result = run(check=True, images=samples.of_twelve(), folder=str(tmp_path / "new"))
    assert (result["changed"], result["files"]) == (False, [])
    assert result["msg"].startswith("Plan, nothing was written: 13 images")
    assert list(tmp_path.iterdir()) == []
    run(images=samples.of_twelve(), folder=str(tmp_path), planned=True)
    assert "Plan: nothing was written." in (tmp_path / "fleet_report.html").read_text(encoding="utf-8")


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    """The counts and failures are there all the same."""
    (tmp_path / "file").write_text("")
    result = run(images=samples.of_twelve(), folder=str(tmp_path / "file"))
    assert result["failed"]
    assert result["msg"].endswith(f"The report could not be written to {tmp_path / 'file'}: File exists.")
    assert result["counts"]["failed"] == len(result["failures"]) == 3
    assert result["lines"][0].startswith("13 images: 3 failed")
    assert "files" not in result


def test_nothing_stays_of_a_file_that_could_not_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_paths: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    assert "No space left" in run(images=[], folder=str(tmp_path))["msg"]
    assert list(tmp_path.iterdir()) == []


def test_reports_are_added_up() -> None:
    other = [{**image, "host": f"other-{image['host']}"} for image in samples.of_twelve()]
    one, two = (run(images=images)["report"] for images in (samples.of_twelve(), other))
    total = run(reports=[one, json.loads(json.dumps(two))])
    assert total["msg"] == "26 images: 6 failed, 14 migrated, 6 already there, in 10 min 40 s."
    assert len(total["failures"]) == 6


def test_a_plan_is_not_added_to_what_came_of_it() -> None:
    """In a workflow that plans first, the last node is handed the plan's report too."""
    plan = run(images=samples.of_twelve(), planned=True)["report"]
    done = run(images=samples.of_twelve())["report"]
    assert run(reports=[plan, done])["report"] == run(reports=[done, done])["report"] == run(reports=[done])["report"]
    assert run(reports=[plan, plan], planned=True)["report"]["check_mode"]


def test_a_plan_alone_is_not_what_came_of_it() -> None:
    """Unless a plan is all that is wanted, as in check mode."""
    plan = run(images=samples.of_twelve(), planned=True)["report"]
    alone = run(reports=[plan])
    assert alone["lines"][0] == alone["incomplete"] == alone["report"]["incomplete"]
    assert alone["lines"][1].startswith("Plan: 13 images")
    assert alone["msg"].startswith("Migrate left no report, only the plan is known")
    assert "nothing was written" not in alone["msg"], "the canceled job may have written"
    assert [run(reports=[plan], **wanted)["incomplete"] for wanted in ({"planned": True}, {"check": True})] == [
        None
    ] * 2


def test_what_was_planned_and_not_reported() -> None:
    """As the variables come back from AWX, also where a run beside the plan was all that failed."""
    plan = run(images=samples.of_twelve(), planned=True)["report"]
    part = yaml.safe_load(yaml.safe_dump(run(images=samples.of_twelve()[:-2])["report"]))
    found = run(reports=[plan, part], planned=True)
    assert "11 of the 13 planned images were reported; missing: legacy-gen2, sap-huge." in found["lines"][1]
    assert found["counts"]["images"] == 11


def test_reports_that_ansible_has_read_again() -> None:
    """A job's artifacts come back as variables in which dates are dates and some numbers are numbers."""
    one = run(images=samples.of_twelve())["report"]
    one["failures"][0]["version"] = 1.1
    again = yaml.safe_load(yaml.safe_dump(one).replace(f"'{one['started']}'", one["started"]))
    assert not isinstance(again["started"], str)
    assert run(reports=[again])["counts"] == one["counts"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"images": [], "name": "../x"}, "is not the name of a file"),
        ({"images": [], "name": ""}, "is not the name of a file"),
        ({"reports": []}, "the list is empty"),
        ({"reports": [{}]}, "not a `report` that this module returned"),
        ({"reports": [{"counts": {}, "failures": [], "schema": 2}]}, "schema is 2"),
        ({}, "images, hosts, reports"),
        ({"hosts": [], "reports": []}, "mutually exclusive"),
        ({"images": [], "reports": []}, "mutually exclusive"),
        ({"images": [{}]}, "host"),
    ],
)
def test_refusals(options: dict[str, Any], words: str) -> None:
    result = run(**options)
    assert result["failed"]
    assert words in result["msg"]


def test_all_that_is_returned_is_documented() -> None:
    source = (ROOT / "plugins/modules/fleet_report.py").read_text(encoding="utf-8")
    found = yaml.safe_load(source.partition('RETURN = r"""')[2].partition('"""')[0])
    result = run(images=samples.of_twelve())
    assert set(found) == set(result) - {"changed"}
    counted = dict.fromkeys([*result["counts"], *(key for job in JOBS.values() for key in job.outcomes)])
    assert list(found["counts"]["contains"]) == list(counted)
    assert list(result["counts"]) == ["images", *MIGRATE.outcomes]
    assert set(found["failures"]["contains"]) == set(result["failures"][0])
