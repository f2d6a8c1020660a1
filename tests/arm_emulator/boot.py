"""How an image boots: the outcomes that a seed or a fault can order for machines made from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .messages import Json

OUTCOMES = (
    "boots",
    "agent_never_ready",
    "not_generalized",
    "provisioning_timed_out",
    "internal_error",
    "plan_needed",
    "quota",
    "sku_not_available",
    "allocation_failed",
    "vanishes",
)
EXECUTION_STATES = ("Succeeded", "Failed", "TimedOut", "Canceled")
_DEFAULT_OS = {"Linux": ("ubuntu", "22.04"), "Windows": ("Windows Server 2022 Datacenter", "10.0.20348.2700")}


class BootError(ValueError):
    """A boot specification with an unknown key or a wrong value; the message names it."""


@dataclass(frozen=True, slots=True)
class Command:
    """The result of a script. `seconds` None: the default duration."""

    exit_code: int = 0
    output: str = ""
    error: str = ""
    state: str = ""
    seconds: float | None = None

    @property
    def execution_state(self) -> str:
        """Succeeded or Failed by the exit code, unless another state is ordered."""
        return self.state or ("Failed" if self.exit_code else "Succeeded")


@dataclass(frozen=True, slots=True)
class Boot:
    """How a machine boots. `sizes` and `security_types` limit the outcome to machines that have one of them."""

    outcome: str = "boots"
    sizes: tuple[str, ...] = ()
    security_types: tuple[str, ...] = ()
    os_name: str = ""
    os_version: str = ""
    boot_log: str = ""
    agent_seconds: float | None = None
    run_command: Json = field(default_factory=dict)

    def on(self, size: str, security_type: str) -> Boot:
        """The same with outcome `boots` where its limits leave this machine out."""
        fits = not self.sizes or size.lower() in [name.lower() for name in self.sizes]
        fits = fits and (not self.security_types or security_type in self.security_types)
        return self if fits else replace(self, outcome="boots")

    def system(self, os_type: str) -> tuple[str, str]:
        """osName and osVersion as the agent reports them."""
        name, version = _DEFAULT_OS.get(os_type, _DEFAULT_OS["Linux"])
        return self.os_name or name, self.os_version or version

    def plain(self) -> Json:
        """For the state file; parse() reads it."""
        values: Json = {name: getattr(self, name) for name in self.__slots__}
        return {
            name: list(v) if isinstance(v, tuple) else v for name, v in values.items() if v not in ("", (), None, {})
        }


_TYPES: dict[str, type | tuple[type, ...]] = {
    "outcome": str,
    "sizes": list,
    "security_types": list,
    "os_name": str,
    "os_version": str,
    "boot_log": str,
    "agent_seconds": (int, float),
    "run_command": Mapping,
}
_COMMAND_TYPES: dict[str, type | tuple[type, ...]] = {
    "exit_code": int,
    "output": str,
    "error": str,
    "state": str,
    "seconds": (int, float),
}


def parse(value: Any) -> Boot:
    """A boot specification: the name of an outcome, or an object."""
    spec = {"outcome": value} if isinstance(value, str) else value
    _check(spec, _TYPES, "boot")
    if spec.get("outcome", "boots") not in OUTCOMES:
        raise BootError(f"boot.outcome: must be one of {', '.join(OUTCOMES)}, is '{spec['outcome']}'")
    command(spec.get("run_command", {}))
    values: Json = {name: tuple(v) if isinstance(v, list) else v for name, v in spec.items()}
    return Boot(**values)


def command(value: Any) -> Command:
    """The result of a run command."""
    _check(value, _COMMAND_TYPES, "run_command")
    if value.get("state", "Succeeded") not in EXECUTION_STATES:
        raise BootError(f"run_command.state: must be one of {', '.join(EXECUTION_STATES)}, is '{value['state']}'")
    return Command(**value)


def _check(spec: Any, types: dict[str, Any], place: str) -> None:
    if not isinstance(spec, Mapping):
        raise BootError(f"{place}: must be an object, is {type(spec).__name__} {spec!r}"[:160])
    for name, value in spec.items():
        if name not in types:
            raise BootError(f"{place}: unknown key '{name}' (known: {', '.join(types)})")
        if not isinstance(value, types[name]) or isinstance(value, bool):
            raise BootError(f"{place}.{name}: wrong type: {value!r}"[:160])
