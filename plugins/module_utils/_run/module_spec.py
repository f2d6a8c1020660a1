"""A module independent of Ansible: its options and its function."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

if t.TYPE_CHECKING:
    from .context import Context

ArgumentSpec = dict[str, dict[str, t.Any]]
# Options of the modules that create resources: `plan` is spread by their action plugin, `defaults` is for creating only.
CREATE_OPTIONS: ArgumentSpec = {"plan": {"type": "dict"}, "defaults": {"type": "dict"}}
STATE: ArgumentSpec = {"state": {"type": "str", "choices": ["present", "absent"], "default": "present"}}


def required(*names: str) -> ArgumentSpec:
    """Options that have to name something."""
    return {name: {"type": "str", "required": True} for name in names}


@dataclass(frozen=True)
class ModuleSpec:
    """A module's name, its argument spec with AnsibleModule's rules across options, and its function, which knows check mode.

    `run` returns the result of the module (`changed`, the resource, `diff` as {before, after}). It raises an error of
    _resources/errors.py to fail.
    """

    name: str
    options: ArgumentSpec
    run: t.Callable[[Context], dict[str, t.Any]]
    mutually_exclusive: list[t.Sequence[str]] | None = None
    required_one_of: list[t.Sequence[str]] | None = None

    def secrets(self, params: t.Mapping[str, t.Any]) -> set[str]:
        """The converted values of no_log options. Ansible knows only the values before conversion, such as a list."""
        names = [name for name, option in self.options.items() if option.get("no_log")]
        return {params[name] for name in names if params.get(name) and isinstance(params[name], str)}

    @property
    def rules(self) -> dict[str, t.Any]:
        """The rules across options, as arguments of AnsibleModule and ArgumentSpecValidator."""
        return {"mutually_exclusive": self.mutually_exclusive, "required_one_of": self.required_one_of}
