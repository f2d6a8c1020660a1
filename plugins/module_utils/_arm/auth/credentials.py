"""Which credentials a task signs in with: one source, taken as a whole.

An empty text counts as unset everywhere. Values of two sources are never combined, such as the client id of one and the secret of
another.
"""

from __future__ import annotations

import configparser
import dataclasses
import functools
import os
import shutil
import typing as t

from ..._resources.errors import SignInFailed
from ..._resources.text import read_bool
from .options import AUTH_SOURCES, ENVIRONMENT

CREDENTIAL_FILE = os.path.join("~", ".azure", "credentials")
# What makes up an application's credentials; the subscription and the cloud are chosen one by one.
IDENTITY = ("tenant", "client_id", "secret", "x509_certificate_path", "certificate_password", "federated_token_file")
_PROOFS = {"secret": "secret", "x509_certificate_path": "certificate", "federated_token_file": "workload_identity"}
Values = dict[str, t.Any]


@dataclasses.dataclass(frozen=True)
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


Source = tuple[t.Callable[[], "Chosen | str"], bool]


def resolve(options: t.Mapping[str, t.Any]) -> Chosen:
    """Choose the credentials; SignInFailed lists what was tried. Nothing is asked and no program is started."""
    auth_source = _given(options, "auth_source") or _variable("auth_source") or "auto"
    if auth_source not in AUTH_SOURCES:
        raise SignInFailed(f"auth_source {auth_source!r} is not one of {', '.join(AUTH_SOURCES)}.")
    tried: list[str] = []
    for source, required in _Search(options).sources(auth_source):
        found = source()
        if isinstance(found, Chosen):
            return dataclasses.replace(found, tried=tuple(tried))
        if required:
            raise SignInFailed(f"{found[:1].upper()}{found[1:]}.")
        tried.append(found)
    raise SignInFailed(
        "No credentials for Azure were found. Tried "
        + "; ".join(tried)
        + ". Give client_id, tenant and secret as options or in the environment (AZURE_CLIENT_ID, AZURE_TENANT, AZURE_SECRET), "
        "or sign in with 'az login'. On a machine with a managed identity set auth_source: msi, or AZURE_AUTH_SOURCE=msi in the "
        "environment."
    )


class _Search:
    """One search for credentials. Each source returns them, or why it has none."""

    def __init__(self, options: t.Mapping[str, t.Any]) -> None:
        self._given = options
        self._options = _identity(options)
        self._environment = _identity({name: _variable(name) for name in IDENTITY})

    def sources(self, auth_source: str) -> list[Source]:
        """The sources to try in turn, each with whether it must have credentials."""
        profile = _given(self._given, "profile") or _variable("profile")
        from_profile = functools.partial(self._from_profile, profile or "default")
        in_file: list[Source] = [(self._from_environment, False), (from_profile, bool(profile))]
        sources: dict[str, list[Source]] = {
            "env": [(self._from_environment, False)],
            "credential_file": [(from_profile, True)],
            "cli": [(self._from_cli, True)],
            "msi": [(self._from_managed_identity, False)],
            "workload_identity": [(self._from_workload_identity, False)],
            "auto": [
                (self._from_options, False),
                *(reversed(in_file) if profile else in_file),
                (self._from_workload_identity, False),
                (self._from_cli, False),
            ],
        }
        return sources[auth_source]

    def _chosen(self, kind: str, values: Values, source: str, section: t.Mapping[str, t.Any] | None = None) -> Chosen:
        def single(name: str) -> t.Any:
            """The option, else its variable, else the value of the profile."""
            given = _given(self._given, name)
            if given is None:
                given = _variable(name)
            return given if given is not None else _given(section or {}, name)

        discovery = bool(read_bool(single("disable_instance_discovery")))
        return Chosen(kind, values, source, single("subscription_id"), single("cloud_environment"), discovery)

    def _from_options(self) -> Chosen | str:
        kind = _complete(self._options)
        if kind:
            return self._chosen(kind, self._options, "the task's options")
        if set(self._options) - {"tenant"}:
            raise SignInFailed(
                f"The task's options give {', '.join(sorted(self._options))} but not {_missing(self._options)}. "
                "Credentials are taken from one source as a whole: give all of them as options, or none."
            )
        return "options: no client_id is given"

    def _from_profile(self, name: str) -> Chosen | str:
        sections = _profiles()
        section = next((sections[known] for known in sections if known.lower() == name.lower()), None)
        if section is None:
            there = f"it has {', '.join(sorted(sections))}" if sections else "there is no such file, or it is empty"
            path = "/" in name or name.startswith("~")
            hint = "; give the name of a section of that file, not a path" if path else ""
            return f"profile {name!r}: not in {CREDENTIAL_FILE} ({there}){hint}"
        values = _identity(section)
        kind = _complete(values)
        if kind:
            return self._chosen(kind, values, f"profile {name!r} of {CREDENTIAL_FILE}", section)
        user = " (ad_user and password, signing in as a user, are not supported)" if "ad_user" in section else ""
        return f"profile {name!r} of {CREDENTIAL_FILE}: {_missing(values)} is missing{user}"

    def _from_environment(self) -> Chosen | str:
        kind = _complete(self._environment)
        if kind:
            return self._chosen(kind, self._environment, "the environment")
        if set(self._environment) & {"client_id", "tenant", *_PROOFS}:
            known = [name for option in IDENTITY for name in ENVIRONMENT[option]]
            names = ", ".join(sorted(name for name in known if os.environ.get(name, "").strip()))
            problem = f"environment: {names} set, but not {_missing(self._environment)}"
        else:
            problem = f"environment: {ENVIRONMENT['client_id'][0]} is not set"
        if os.environ.get("AZURE_AD_USER") and os.environ.get("AZURE_PASSWORD"):
            problem += (
                "; environment: AZURE_AD_USER and AZURE_PASSWORD are set, but signing in as a user is not supported"
            )
        return problem

    def _from_workload_identity(self) -> Chosen | str:
        """The token file's group, from the options or else the environment, whatever other proofs lie beside it."""
        for values, source in ((self._options, "the task's options"), (self._environment, "the environment")):
            if "federated_token_file" not in values:
                continue
            if _complete(values):
                return self._chosen("workload_identity", values, f"workload identity of {source}")
            return f"workload identity: {source} lack {_missing(values)}"
        return f"workload identity: {' or '.join(ENVIRONMENT['federated_token_file'])} is not set"

    def _from_managed_identity(self) -> Chosen:
        client_id = self._options.get("client_id") or self._environment.get("client_id")
        if client_id:
            source = f"the managed identity with client id {client_id}"
            return self._chosen("managed_identity", {"client_id": client_id}, source)
        return self._chosen("managed_identity", {}, "the system-assigned managed identity")

    def _from_cli(self) -> Chosen | str:
        if not shutil.which("az"):
            return "az: the Azure CLI is not installed, or not in PATH"
        tenant = self._options.get("tenant")
        return self._chosen("cli", {"tenant": tenant} if tenant else {}, "az (the Azure CLI)")


def _variable(option: str) -> str | None:
    """The first environment variable of an option that holds more than blanks."""
    return next(filter(None, (os.environ.get(name, "").strip() for name in ENVIRONMENT[option])), None)


def _profiles() -> dict[str, Values]:
    """The sections of the credential file; empty without a file. SignInFailed if it cannot be read."""
    path = os.path.expanduser(CREDENTIAL_FILE)
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
