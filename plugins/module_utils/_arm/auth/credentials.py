"""Which credentials a task signs in with: one source, taken as a whole.

An empty text counts as unset everywhere. Values of two sources are never combined, such as the client id of one and the secret of
another.
"""

from __future__ import annotations

import configparser
import os
import shutil
import typing as t
from dataclasses import dataclass, field

from ..._resources.errors import SignInFailed
from ..._resources.text import read_bool
from .options import AUTH_SOURCES, ENVIRONMENT

# What makes up an application's credentials; the subscription and the cloud are chosen one by one.
IDENTITY = ("tenant", "client_id", "secret", "x509_certificate_path", "certificate_password", "federated_token_file")
_PROOFS = {"secret": "secret", "x509_certificate_path": "certificate", "federated_token_file": "workload_identity"}
Values = dict[str, t.Any]


@dataclass(frozen=True)
class Chosen:
    """The credentials that were chosen.

    `kind` is secret, certificate, workload_identity, managed_identity or cli; `source` names where `values` (of IDENTITY) are
    from. `subscription_id` is None if only az knows it; `tried` lists the sources without credentials.
    """

    kind: str
    values: Values
    source: str
    subscription_id: str | None = None
    cloud_environment: str | None = None
    disable_instance_discovery: bool = False
    tried: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Chosen({self.kind!r}, source={self.source!r})"


@dataclass
class Surroundings:
    """What resolve() reads besides the options: the environment, the credential file, and whether `az` is installed."""

    environ: t.Mapping[str, str] = field(default_factory=lambda: os.environ)
    credential_file: str = field(default_factory=lambda: os.path.join("~", ".azure", "credentials"))
    has_az: t.Callable[[], bool] = lambda: shutil.which("az") is not None

    def variable(self, option: str) -> str | None:
        """The first variable of an option that holds more than blanks."""
        for name in ENVIRONMENT[option]:
            value = (self.environ.get(name) or "").strip()
            if value:
                return value
        return None

    def profiles(self) -> dict[str, Values]:
        """The sections of the credential file; empty without a file. SignInFailed if it cannot be read."""
        path = os.path.expanduser(self.credential_file)
        parser = configparser.ConfigParser(interpolation=None, strict=False, default_section="\0none")
        try:
            with open(path, encoding="utf-8") as text:
                parser.read_file(text)
        except FileNotFoundError:
            return {}
        except (OSError, UnicodeDecodeError) as exc:
            raise SignInFailed(f"The credential file {path} cannot be read: {type(exc).__name__}.") from exc
        except configparser.Error as exc:
            line = getattr(exc, "lineno", None)
            where = f" (line {line})" if line else ""
            raise SignInFailed(f"The credential file {path} is not an INI file{where}.") from exc
        return {name: {key: value for key, value in parser[name].items() if value} for name in parser.sections()}


def _given(values: t.Mapping[str, t.Any], name: str) -> t.Any:
    """A value, or None where it is unset, empty or blank."""
    value = values.get(name)
    return None if value is None or (isinstance(value, str) and not value.strip()) else value


def _identity(values: t.Mapping[str, t.Any]) -> Values:
    return {name: _given(values, name) for name in IDENTITY if _given(values, name) is not None}


def _complete(values: Values) -> str | None:
    """The kind of credentials that `values` make up by themselves, or None."""
    if "client_id" not in values or "tenant" not in values:
        return None
    return next((kind for name, kind in _PROOFS.items() if name in values), None)


def _missing(values: Values) -> str:
    """What would complete the values, in words."""
    lacks = [name for name in ("client_id", "tenant") if name not in values]
    if not any(name in values for name in _PROOFS):
        lacks.append("one of secret, x509_certificate_path, federated_token_file")
    return " and ".join(lacks)


def _spelled(option: str) -> str:
    return " or ".join(ENVIRONMENT[option])


class _Search:
    """One search for credentials: the options, the surroundings, and what was passed over so far."""

    def __init__(self, options: t.Mapping[str, t.Any], around: Surroundings) -> None:
        self.options = _identity(options)
        self.environment = _identity({name: around.variable(name) for name in IDENTITY})
        self.profile = _given(options, "profile") or around.variable("profile")
        self.around = around
        self.tried: list[str] = []

    def from_options(self) -> tuple[str, Values, str] | None:
        kind = _complete(self.options)
        if kind:
            return kind, self.options, "the task's options"
        if set(self.options) - {"tenant"}:
            raise SignInFailed(
                f"The task's options give {', '.join(sorted(self.options))} but not {_missing(self.options)}. "
                "Credentials are taken from one source as a whole: give all of them as options, or none."
            )
        self.tried.append("options: no client_id is given")
        return None

    def from_profile(self, name: str, required: bool) -> tuple[str, Values, str] | None:
        path = self.around.credential_file
        sections = self.around.profiles()
        section = next((sections[known] for known in sections if known.lower() == name.lower()), None)
        if section is None:
            there = f"it has {', '.join(sorted(sections))}" if sections else "there is no such file, or it is empty"
            problem = f"profile {name!r}: not in {path} ({there})"
            if "/" in name or name.startswith("~"):
                problem += "; give the name of a section of that file, not a path"
        else:
            values = _identity(section)
            kind = _complete(values)
            if kind:
                return kind, {**values, "_section": section}, f"profile {name!r} of {path}"
            problem = f"profile {name!r} of {path}: {_missing(values)} is missing"
            if "ad_user" in section:
                problem += " (ad_user and password, signing in as a user, are not supported)"
        if required:
            raise SignInFailed(_capital(problem) + ".")
        self.tried.append(problem)
        return None

    def from_environment(self) -> tuple[str, Values, str] | None:
        kind = _complete(self.environment)
        if kind:
            return kind, self.environment, "the environment"
        if set(self.environment) & {"client_id", "tenant", *_PROOFS}:
            names = ", ".join(sorted(self._variables_set()))
            self.tried.append(f"environment: {names} set, but not {_missing(self.environment)}")
        else:
            self.tried.append(f"environment: {ENVIRONMENT['client_id'][0]} is not set")
        if self.around.environ.get("AZURE_AD_USER") and self.around.environ.get("AZURE_PASSWORD"):
            self.tried.append(
                "environment: AZURE_AD_USER and AZURE_PASSWORD are set, but signing in as a user is not supported"
            )
        return None

    def _variables_set(self) -> list[str]:
        names = [name for option in IDENTITY for name in ENVIRONMENT[option]]
        return [name for name in names if (self.around.environ.get(name) or "").strip()]

    def from_workload_identity(self) -> tuple[str, Values, str] | None:
        """The token file's group, from the options or else the environment, whatever other proofs lie beside it."""
        for values, source in ((self.options, "the task's options"), (self.environment, "the environment")):
            if "federated_token_file" not in values:
                continue
            if _complete(values):
                return "workload_identity", values, f"workload identity of {source}"
            self.tried.append(f"workload identity: {source} lack {_missing(values)}")
            return None
        self.tried.append(f"workload identity: {_spelled('federated_token_file')} is not set")
        return None

    def from_managed_identity(self) -> tuple[str, Values, str]:
        client_id = self.options.get("client_id") or self.environment.get("client_id")
        source = (
            f"the managed identity with client id {client_id}" if client_id else "the system-assigned managed identity"
        )
        return "managed_identity", {"client_id": client_id} if client_id else {}, source

    def from_cli(self, required: bool) -> tuple[str, Values, str] | None:
        if self.around.has_az():
            tenant = self.options.get("tenant")
            return "cli", {"tenant": tenant} if tenant else {}, "az (the Azure CLI)"
        problem = "az: the Azure CLI is not installed, or not in PATH"
        if required:
            raise SignInFailed(_capital(problem) + ".")
        self.tried.append(problem)
        return None


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _failed(tried: list[str]) -> SignInFailed:
    return SignInFailed(
        "No credentials for Azure were found. Tried "
        + "; ".join(tried)
        + ". Give client_id, tenant and secret as options or in the environment (AZURE_CLIENT_ID, AZURE_TENANT, AZURE_SECRET), "
        "or sign in with 'az login'. On a machine with a managed identity set auth_source: msi, or AZURE_AUTH_SOURCE=msi in the "
        "environment."
    )


def _auto(search: _Search) -> tuple[str, Values, str] | None:
    return (
        search.from_options()
        or (search.from_profile(search.profile, required=True) if search.profile else None)
        or search.from_environment()
        or (search.from_profile("default", required=False) if not search.profile else None)
        or search.from_workload_identity()
        or search.from_cli(required=False)
    )


def _by_source(search: _Search, auth_source: str) -> tuple[str, Values, str] | None:
    if auth_source == "env":
        return search.from_environment()
    if auth_source == "credential_file":
        return search.from_profile(search.profile or "default", required=True)
    if auth_source == "cli":
        return search.from_cli(required=True)
    if auth_source == "msi":
        return search.from_managed_identity()
    if auth_source == "workload_identity":
        return search.from_workload_identity()
    return _auto(search)


def resolve(options: t.Mapping[str, t.Any], around: Surroundings | None = None) -> Chosen:
    """Choose the credentials; SignInFailed lists what was tried. Nothing is asked and no program is started."""
    around = around or Surroundings()
    auth_source = _given(options, "auth_source") or around.variable("auth_source") or "auto"
    if auth_source not in AUTH_SOURCES:
        raise SignInFailed(f"auth_source {auth_source!r} is not one of {', '.join(AUTH_SOURCES)}.")
    search = _Search(options, around)
    found = _by_source(search, auth_source)
    if found is None:
        raise _failed(search.tried)
    kind, values, source = found
    section = values.pop("_section", {})

    def single(name: str) -> t.Any:
        given = _given(options, name)
        if given is None:
            given = around.variable(name)
        return given if given is not None else _given(section, name)

    return Chosen(
        kind=kind,
        values=values,
        source=source,
        subscription_id=single("subscription_id"),
        cloud_environment=single("cloud_environment"),
        disable_instance_discovery=bool(read_bool(single("disable_instance_discovery"))),
        tried=tuple(search.tried),
    )
