"""Variables of the host as a task of the role reads them, and the action of a module that takes them as one option."""

from __future__ import annotations

import os
import typing as t

from ansible.errors import AnsibleError

from ..module_utils._fleet.naming import INPUTS, fleet_names
from ..module_utils._fleet.options import DEFAULT_PLAYBOOK, refuse_unknown
from ..module_utils._resources.errors import GalleryError, InvalidRequest
from ..module_utils._role.coercion import unset
from ..module_utils._role.variables import PREFIX, RESULTS
from ..module_utils._run.files import unwritable
from .in_process import ActionFailed, InProcessAction
from .survey_answers import as_written

# The name of the playbook in a play over a fleet. There definitions are named by the rule of migrate_fleet, and a host without a
# source is skipped.
PLAYBOOK = "__fleet_playbook"
SOURCES = (PREFIX + "source", PREFIX + "source_id")


class HostVariables:
    """The variables of one host, templated when they are read."""

    def __init__(self, templar: t.Any, variables: t.Mapping[str, t.Any]) -> None:
        self._templar, self._variables = templar, variables

    def of_version(self, role: str, *more: str) -> dict[str, t.Any] | None:
        """The variables of a role that follows the copy, and those by which _role/host_version.py finds the host's version.

        `more` are variables of the role without its prefix. None for a host of a fleet that has no source, and no
        `<role>_version_id`.
        """
        prefix = f"{role}_"
        results = {prefix + name for name in RESULTS}
        own = self._read(
            name for name in self._variables if name in more or (name.startswith(prefix) and name not in results)
        )
        if not unset(own.get(f"{prefix}version_id")):
            self._check_playbook()
            return own
        clone = self.of_role()
        return None if clone is None else {**clone, **own}

    def of_role(self) -> dict[str, t.Any] | None:
        """The role's variables by their full names; None for a host of a fleet that has no source."""
        results = {PREFIX + name for name in RESULTS}
        found = self._read(name for name in self._variables if name.startswith(PREFIX) and name not in results)
        if not self._variables.get(PLAYBOOK):
            return found
        if all(unset(found.get(name)) for name in SOURCES):
            return None
        self._check_playbook()
        try:
            return {**found, **self._names()}
        except GalleryError as error:
            raise ActionFailed(error.message, result={"result": None}) from error

    def _check_playbook(self) -> None:
        """The variables of the playbook over a fleet that runs, and the folder of its report."""
        playbook = self._variables.get(PLAYBOOK)
        if not playbook:
            return
        report = f"{playbook}_report"
        try:
            for name in dict.fromkeys((playbook, DEFAULT_PLAYBOOK)):
                refuse_unknown(self._variables, name)
            for folder in self._read(name for name in (report,) if name in self._variables).values():
                if not unset(folder) and (why := unwritable(os.path.expandvars(str(folder)))):
                    raise InvalidRequest(
                        f"{report}: the report cannot be written to {folder}: {why}. Set {report} to another folder. "
                        "Nothing was written."
                    )
        except GalleryError as error:
            raise ActionFailed(error.message, result={"result": None}) from error

    def _names(self) -> dict[str, t.Any]:
        """The image definition by the rule of migrate_fleet."""
        found = self._read(name for name in INPUTS if name in self._variables)
        names = fleet_names(found, str(self._variables["inventory_hostname"]))
        return {f"{PREFIX}definition": names["definition"], f"{PREFIX}definition_defaults": names["defaults"]}

    def _read(self, names: t.Iterable[str]) -> dict[str, t.Any]:
        return {name: self._value(name) for name in names}

    def _value(self, name: str) -> t.Any:
        """A variable, templated where its text may be a template; None for omit."""
        try:
            # in a mapping, since ansible-core 2.19 removes an omitted value from one, and 2.18 returns a placeholder
            value = self._templar.template({name: self._variables[name]}).get(name)
        except AnsibleError as error:
            raise ActionFailed(f"{name}: {error}", result={"result": None}) from error
        return None if isinstance(value, str) and value == self._variables.get("omit") else as_written(value)


class HostAction(InProcessAction):
    """Subclasses set the `role` that follows the copy, with `more` variables of it; without one, the copy's own are read.

    A host of a fleet without a source is skipped, and `without_source` is added to its result.
    """

    role = ""
    more: tuple[str, ...] = ()
    without_source: t.ClassVar[dict[str, t.Any]] = {}

    def run(self, tmp: t.Any = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Fill the option `variables`, unless the task has the option `planned` instead, and run."""
        variables = task_vars or {}
        if not self._task.args.get("planned"):
            reader = HostVariables(self._templar, variables)
            found = reader.of_version(self.role, *self.more) if self.role else reader.of_role()
            if found is None:
                return {"changed": False, "skipped": True, "msg": "The host has no source.", **self.without_source}
            self._task.args = self._arguments(found, variables)
        return super().run(tmp, task_vars)

    def _arguments(self, found: dict[str, t.Any], variables: dict[str, t.Any]) -> dict[str, t.Any]:
        given = self._task.args
        return {**given, "variables": {**found, **(given.get("variables") or {})}}
