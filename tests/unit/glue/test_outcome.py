"""From a task to a result, whichever way it runs."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.errors import (
    Conflict,
    InvalidRequest,
)
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._run.context import Context
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._run.module_spec import ModuleSpec
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._run.runner import outcome


def run(work: Any, **context: Any) -> Any:
    return outcome(ModuleSpec("gallery", {}, work), Context({}, **context))


def test_a_result_says_whether_something_changed() -> None:
    assert run(lambda context: {"gallery": {}}) == ({"changed": False, "gallery": {}}, None)


def test_a_diff_is_for_diff_mode() -> None:
    result = {"changed": True, "diff": {"before": {}, "after": {}}}
    assert "diff" not in run(lambda context: result)[0]
    assert run(lambda context: result, diff_mode=True)[0] == result


def test_a_foreseen_failure() -> None:
    def work(context: Context) -> dict[str, Any]:
        raise Conflict("It is so.", status=409, code="X", gallery={"name": "g"})

    assert run(work) == (
        {
            "changed": False,
            "failed": True,
            "msg": "It is so.",
            "azure_error": {"status": 409, "code": "X"},
            "gallery": {"name": "g"},
        },
        None,
    )


def test_a_failure_may_say_that_something_changed() -> None:
    def work(context: Context) -> dict[str, Any]:
        raise InvalidRequest("Too late.", changed=True)

    assert run(work)[0]["changed"] is True


def test_an_unforeseen_failure_asks_for_a_report_and_shows_no_values() -> None:
    def work(context: Context) -> dict[str, Any]:
        raise KeyError("secret value")

    result, exception = run(work)
    assert result["failed"]
    assert "KeyError" in result["msg"]
    assert "-vvv" in result["msg"]
    assert "secret value" not in result["msg"]
    assert isinstance(exception, KeyError)


def test_the_end_of_a_process_is_not_swallowed() -> None:
    def work(context: Context) -> dict[str, Any]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(work)


@pytest.mark.parametrize("name", ["azure.core", "azure.identity", "msal", "urllib3"])
def test_the_loggers_of_the_sdk_keep_to_themselves(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    seen: list[str] = []

    class Root(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            seen.append(record.getMessage())

    handler = Root()
    logging.getLogger().addHandler(handler)
    try:
        run(lambda context: {})
        logging.getLogger(name).error("https://management.azure.com/?s=signature")
        logging.getLogger("other").error("heard")
    finally:
        logging.getLogger().removeHandler(handler)
    assert seen == ["heard"]
    assert "signature" not in capsys.readouterr().err
