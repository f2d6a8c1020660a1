"""Which api-versions exist, and which of them brought what."""

from __future__ import annotations

import re

from .errors import ArmError
from .resource_types import RESOURCE_TYPES

_DATE = re.compile(r"\d{4}-\d\d-\d\d(-preview)?\Z")

ARCHITECTURE = "2021-07-01"
SAFETY_PROFILE = "2022-03-03"
VIRTUAL_MACHINE_ID = "2023-07-03"
VALIDATIONS_PROFILE = "2024-03-03"
TRUSTED_LAUNCH_DEFAULT = "2025-03-03"
DELETION_LOCK_DEFAULT = "2026-03-03"
SOFT_DELETE = "2026-03-03"
OLDEST = "2018-06-01"


def missing() -> ArmError:
    """General Resource Manager behaviour."""
    text = "The api-version query parameter (?api-version=) is required for all requests."
    return ArmError(400, "MissingApiVersionParameter", text, gateway=True)


def check(kind: str, version: str | None) -> str:
    """The api-version of a request, or the refusal for that type of resource.

    An api-version that Azure has nowhere: 400. One of another resource type: 404 (both seen in public issues).
    """
    if not version:
        raise missing()
    known = RESOURCE_TYPES.get(kind)
    if known is None or not known.versions:
        if _DATE.match(version):
            return version
        raise _invalid(version, ())
    if version in known.versions:
        return version
    if any(version in other.versions for other in RESOURCE_TYPES.values()):
        text = (
            f"The resource type could not be found in the namespace '{known.namespace}' for api version "
            f"'{version}'. The supported api-versions are '{','.join(known.versions)}'."
        )
        raise ArmError(404, "InvalidResourceType", text, gateway=True)
    raise _invalid(version, known.versions)


def _invalid(version: str, listed: tuple[str, ...]) -> ArmError:
    text = f"The api-version '{version}' is invalid. The supported versions are '{','.join(listed)}'."
    return ArmError(400, "InvalidApiVersionParameter", text, gateway=True)
