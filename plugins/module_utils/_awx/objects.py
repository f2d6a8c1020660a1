"""What AWX has, compared with what the playbooks awx_setup and awx_teardown are going to write or delete.

`found` are objects as AWX's API returns them; one may be in it twice.
"""

from __future__ import annotations

import typing as t

Object = t.Mapping[str, t.Any]
Objects = t.Iterable[Object]
Names = t.Mapping[str, t.Sequence[str]]

MARK = "Made by cloudimages.azure_gallery.awx_setup."  # at the end of each description
SIGN_IN, WEB_HOOK = "Azure gallery sign-in", "Azure gallery web hook"
# Types that belong to no organization, or whose names are unique in all of AWX.
_GLOBAL = ("organization", "credential_type")


# Objects that awx_setup uses and does not always create: the type, the variable that names one, and what to do without it.
_REFERENCES = (
    (
        "execution_environment",
        "execution_environment",
        "Set awx_setup_execution_environment to one that exists, or awx_setup_execution_environment_image to create it.",
    ),
    (
        "credential",
        "credential",
        "Set awx_setup_credential to one that exists, or create one with awx_setup_client_id or awx_setup_auth_source.",
    ),
    ("credential", "project_credential", "Set awx_setup_project_credential to one that exists."),
)


class Found:
    """The objects of AWX, and which of them are of the organization that is set up."""

    def __init__(self, found: Objects) -> None:
        self._all = list({(one["type"], one["id"]): one for one in found}.values())
        self._organizations = {one["id"] for one in self.of("organization")}

    def of(self, kind: str, name: str | None = None) -> list[Object]:
        """Objects of a type, in any organization."""
        return [one for one in self._all if one["type"] == kind and name in (None, one["name"])]

    def here(self, kind: str, name: str | None = None) -> list[Object]:
        """Objects of a type in the organization, or that belong to none by their type."""
        return [one for one in self.of(kind, name) if kind in _GLOBAL or self.is_here(one)]

    def is_here(self, one: Object) -> bool:
        return one.get("organization") in self._organizations

    def meant(self, kind: str, name: str) -> list[Object]:
        """The objects that a name may refer to: those of the organization come first."""
        return self.here(kind, name) or self.of(kind, name)


def plan(found: Objects, wanted: Names, text: t.Mapping[str, str]) -> dict[str, t.Any]:
    """What awx_setup has to know of AWX before it writes.

    `wanted` has the names of the objects that it creates, by type; `text` the variables as text, blank if not set. The result
    has `problems`, `missing` (names that would be created) and what the lists of objects refer to.
    """
    awx = Found(found)
    flows = {one["id"] for one in awx.here("workflow_job_template")}
    return {
        "problems": [*_conflicts(awx, wanted), *_unresolved(awx, wanted, text)],
        "missing": [name for kind, names in wanted.items() for name in names if not awx.here(kind, name)],
        "credential": _id(awx, wanted, text["credential"]),
        "project_credential": _id(awx, wanted, text["project_credential"]),
        "project_failed": any(one.get("status") in ("failed", "error") for one in awx.here("project")),
        "inputs": {one["name"]: one.get("inputs", {}) for one in awx.here("credential") if is_ours(one)},
        "web_hook": any(map(is_ours, awx.here("notification_template", WEB_HOOK))),
        "scheduled": [one["name"] for one in awx.of("schedule") if one["unified_job_template"] in flows],
    }


def is_ours(one: Object) -> bool:
    """Whether awx_setup created an object."""
    return str(one.get("description") or "").endswith(MARK)


def _id(awx: Found, wanted: Names, name: str) -> t.Any:
    """The id of a credential that exists, since credentials of other organizations may have its name; else the name."""
    found = [] if name in wanted["credential"] else awx.meant("credential", name)
    return found[0]["id"] if name and len(found) == 1 else name


def _conflicts(awx: Found, wanted: Names) -> list[str]:
    problems = [
        f"The execution environment {one['name']} belongs to another organization or to none, and its name is unique in AWX. "
        "Set awx_setup_execution_environment to another name."
        for one in awx.of("execution_environment")
        if one["name"] in wanted["execution_environment"] and not awx.is_here(one)
    ]
    others = [
        f"{one['name']} ({one['url']})"
        for kind, names in wanted.items()
        for one in awx.here(kind)
        if one["name"] in names and kind != "organization" and not is_ours(one)
    ]
    if others:
        problems.append(
            f"AWX has objects of these names that awx_setup did not create: {', '.join(others)}. Rename them, or set "
            f"awx_setup_organization to another organization. If awx_setup did create them, restore the end of their "
            f'description: "{MARK}"'
        )
    return problems


def _unresolved(awx: Found, wanted: Names, text: t.Mapping[str, str]) -> list[str]:
    problems = []
    for kind, variable, advice in _REFERENCES:
        name, words = text[variable], kind.replace("_", " ")
        number = 1 if not name or name in wanted[kind] else len(awx.meant(kind, name))
        if number == 0:
            problems.append(f"AWX has no {words} {name}. {advice}")
        elif number > 1:
            problems.append(f"AWX has {number} {words}s with the name {name}, in several organizations. {advice}")
    return list(dict.fromkeys(problems))


# Jobs that keep AWX from deleting an object: the type, the endpoint of the jobs, and the field that names the object.
_USES = (
    ("workflow_job_template", "workflow_jobs", "workflow_job_template__in"),
    ("job_template", "jobs", "job_template__in"),
    ("inventory", "jobs", "inventory__in"),
    ("inventory", "inventory_updates", "inventory_source__inventory__in"),
    ("project", "jobs", "project__in"),
    ("project", "project_updates", "project__in"),
)


def job_queries(existing: t.Mapping[str, t.Sequence[Object]]) -> list[tuple[str, dict[str, str]]]:
    """What to ask AWX for the active jobs of objects, given by type: endpoints and their parameters."""
    return [
        (
            endpoint,
            {field: ",".join(str(one["id"]) for one in existing[kind]), "status__in": "new,pending,waiting,running"},
        )
        for kind, endpoint, field in _USES
        if existing.get(kind)
    ]


def removal_problems(jobs: Objects) -> list[str]:
    """Why awx_teardown cannot delete anything, if there are active jobs."""
    active = ", ".join({job["id"]: f"{job['name']} (job {job['id']}, {job['status']})" for job in jobs}.values())
    advice = "Cancel these jobs or wait until they end, then run awx_teardown again."
    return [f"AWX does not delete objects while their jobs run: {active}. {advice}"] if active else []
