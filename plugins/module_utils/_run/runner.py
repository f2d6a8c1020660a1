"""Run a module function and build its result, for modules and action plugins alike."""

from __future__ import annotations

import logging
import traceback
import typing as t

from .._resources.errors import GalleryError
from .context import Context
from .module_spec import ModuleSpec

# Loggers of the SDK and its libraries write URLs and headers, which must not reach log files.
_LOGGERS = ("azure", "msal", "urllib3", "requests")


def quiet_loggers() -> None:
    """Disable the SDK's loggers in this process. Context.debug reports what is useful."""
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        logger.propagate = False
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())


def outcome(task: ModuleSpec, context: Context) -> tuple[dict[str, t.Any], Exception | None]:
    """The result of running a task, and the exception if it was unexpected.

    A failure has `failed`, `msg` and the details of its error. `changed` is true if Azure had accepted a write before.
    """
    quiet_loggers()
    try:
        result = dict(task.run(context))
    except GalleryError as exc:
        return {"changed": context.has_written, **exc.details, "failed": True, "msg": exc.message}, None
    except Exception as exc:  # noqa: BLE001  users get no traceback
        trace = "".join(traceback.format_exception(exc))
        return {"changed": context.has_written, "failed": True, "msg": _unforeseen(task, exc), "exception": trace}, exc
    finally:
        context.close()
    result.setdefault("changed", False)
    if not context.diff_mode:
        result.pop("diff", None)
    return result, None


def _unforeseen(task: ModuleSpec, exc: Exception) -> str:
    return (
        f"Unexpected error in module {task.name} ({type(exc).__name__}). Report it at "
        "https://github.com/cloudimages/azure_gallery/issues with the task and its output of -vvv."
    )
