"""Why an update of the content project failed, from the events of AWX."""

from __future__ import annotations

import re
import typing as t

Event = t.Mapping[str, t.Any]
REQUIREMENTS = "collections/requirements.yml"


def why(events: t.Iterable[Event], update: t.Any, url: str) -> str:
    """What failed in an update of the project, and what to do. `url` may hold a password, which is not shown."""
    failed = [(str(event["event_data"].get("task", "")), reason) for event in events for reason in _reasons(event)]
    reason = " ".join(dict.fromkeys(f"{text.rstrip('. ')}." for _task, text in failed if text))
    place = f"{re.sub(r'//[^/@]*@', '//', url)} (job {update} has the whole output): {reason or 'AWX gives no reason.'}"
    # The names of AWX's own tasks: "fetch galaxy collections from ..." and the like, after the one that runs git.
    if any("galaxy" in task.lower() for task, _text in failed):
        return (
            f"AWX could not install {REQUIREMENTS} of {place} If the execution environment has the collection, remove "
            f"{REQUIREMENTS} from the project, or the Galaxy credential from the organization, and run awx_setup again."
        )
    return (
        f"AWX could not fetch awx_setup_project_url {place} Correct awx_setup_project_url, awx_setup_project_branch or "
        "awx_setup_project_credential, or push the content of the collection's folder awx to it, and run awx_setup again."
    )


def _reasons(event: Event) -> t.Iterator[str]:
    """The reason of a failed task, or of each failed item of its loop."""
    result = event.get("event_data", {}).get("res") or {}
    for item in result.get("results") or [result]:
        text = item.get("stderr") or item.get("msg") or ""
        yield " ".join(str(text).split())
