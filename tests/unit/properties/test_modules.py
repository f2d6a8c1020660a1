"""Whole tasks, as module and as action plugin, on an emulator: right, and with one option that is wrong.

For all options, check mode comes first and predicts the run; a run ends in a result that a second run leaves alone,
or in an error of ours; a refusal has written nothing.
"""

from __future__ import annotations

import functools
from pathlib import Path

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.errors import (
    GalleryError,
    InvalidRequest,
)

from support.harness import SECRET, Harness, Kept, Outcome
from support.module_specs import SPECS

from . import options as of
from .options import Options
from .words import check_words

# Tasks before the one that is looked at: nothing, a gallery, a definition in it, a version in that.
_GALLERY = {"resource_group": "rg", "name": "pics"}
_DEFINITION = {"resource_group": "rg", "gallery_name": "pics", "name": "web", "source": "web"}
_VERSION = {"resource_group": "rg", "gallery_name": "pics", "image_definition_name": "web", "name": "1.0.0"}
_STEPS: tuple[tuple[str, Options], ...] = (
    ("gallery", _GALLERY),
    ("image_definition", {**_DEFINITION, "publisher": "pub", "offer": "off", "sku": "web"}),
    ("image_version", {**_VERSION, "source": "web", "target_regions": ["southcentralus=1", "eastus2=1=standard_zrs"]}),
)
# Those that write more often.
_tasks = st.sampled_from([*sorted(SPECS), "image_definition", "image_version", "image_version", "clone_plan"])
_steps = st.sampled_from([0, 1, 2, 3, 3, 3])


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where reports may be written."""
    monkeypatch.chdir(tmp_path)


@functools.cache
def _after(steps: int) -> Kept:
    harness = Harness()
    for name, options in _STEPS[:steps]:
        assert harness.run(name, options).changed
    return harness.keep()


def _run_thrice(harness: Harness, task: str, options: Options, module: bool) -> Outcome:
    """Run in check mode, run, and run again; check what holds for all options."""
    predicted = harness.run(task, options, check=True, module=module)
    assert predicted.writes == [], "check mode wrote"
    done = harness.run(task, options, module=module)
    for outcome in (predicted, done):
        _check_outcome(task, outcome)
    event(f"{task}: {_ending(done)}")
    if isinstance(done.error, InvalidRequest) or done.invalid:
        assert done.writes == [], f"refused, and yet wrote: {done.message}"
        assert predicted.message == done.message, "check mode did not predict the refusal"
    if done.failed:
        return done
    assert not predicted.failed, f"check mode predicted: {predicted.message}"
    assert predicted.changed == done.changed or task == "fleet_report"
    assert bool(done.writes) == (done.changed and task != "fleet_report")
    if not _is_new_every_time(task, options):
        again = harness.run(task, options, module=module)
        assert (again.failed, again.changed, again.writes) == (False, False, []), again.result
    return done


def _ending(done: Outcome) -> str:
    if done.invalid:
        return "invalid"
    return type(done.error).__name__ if done.error else "changed" if done.changed else "unchanged"


def _is_new_every_time(task: str, options: Options) -> bool:
    return task == "image_version" and options.get("when_cloned") == "new" and options["name"].startswith("next_")


def _check_outcome(task: str, outcome: Outcome) -> None:
    """An outcome is a result or an expected error with a message."""
    if outcome.error is not None and not isinstance(outcome.error, GalleryError):
        raise AssertionError(f"{task} ended in {type(outcome.error).__name__}") from outcome.error
    assert SECRET not in str(outcome.result)
    assert "exception" not in outcome.result
    if outcome.error is not None:
        check_words(outcome.message)
        assert outcome.message == outcome.error.message
    for warning in outcome.result.get("warnings", ()):
        check_words(str(warning))


@pytest.mark.parametrize("module", [False, True], ids=["in_process", "module"])
@given(_tasks.flatmap(lambda task: st.tuples(st.just(task), of.options(task))), _steps)
def test_options_that_are_right(module: bool, case: tuple[str, Options], steps: int) -> None:
    _run_thrice(Harness(_after(steps)), *case, module)


@pytest.mark.parametrize("module", [False, True], ids=["in_process", "module"])
@given(_tasks.flatmap(lambda task: st.tuples(st.just(task), of.wrong_options(task))), _steps)
def test_one_option_that_is_wrong(module: bool, case: tuple[str, of.Wrong], steps: int) -> None:
    task, (right, wrong, names, value) = case
    done = _run_thrice(Harness(_after(steps)), task, wrong, module)
    if isinstance(done.error, InvalidRequest) and not Harness(_after(steps)).run(task, right, check=True).failed:
        assert any(name in done.message for name in names), done.message
        check_words(done.message, value)
