# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which api-versions exist, and which of them brought what."""

from __future__ import annotations

import re

from .errors import ArmError

# Registered for galleries (recorded: provider listing of 2026-04), and the two that came after it.
GALLERIES: tuple[str, ...] = (
    "2026-03-03",
    "2025-12-03",
    "2025-03-03",
    "2024-03-03",
    "2023-07-03",
    "2022-08-03",
    "2022-03-03",
    "2022-01-03",
    "2021-10-01",
    "2021-07-01",
    "2021-03-01",
    "2020-09-30",
    "2019-12-01",
    "2019-07-01",
    "2019-03-01",
    "2018-06-01",
)
# Compute's own versions, as far as clients are known to use them for images.
IMAGES: tuple[str, ...] = (
    "2026-04-01",
    "2026-03-01",
    "2025-11-01",
    "2025-04-01",
    "2024-11-01",
    "2024-07-01",
    "2024-03-01",
    "2023-09-01",
    "2023-07-01",
    "2023-03-01",
    "2022-11-01",
    "2022-08-01",
    "2022-03-01",
    "2021-11-01",
    "2021-07-01",
    "2021-04-01",
    "2021-03-01",
    "2020-12-01",
    "2020-06-01",
    "2019-12-01",
    "2019-07-01",
    "2019-03-01",
    "2018-10-01",
    "2018-06-01",
    "2018-04-01",
    "2017-12-01",
    "2017-03-30",
    "2016-08-30",
    "2016-04-30-preview",
)
_ALL = frozenset(GALLERIES) | frozenset(IMAGES)
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
    if kind in ("resource_group", "subscription", "tenant", "provider", "operation", "group_operation", "unknown"):
        if _DATE.match(version):
            return version
        raise _invalid(version, ())
    listed = IMAGES if kind == "managed_image" else GALLERIES
    if version in listed:
        return version
    if version in _ALL:
        text = (
            "The resource type could not be found in the namespace 'Microsoft.Compute' for api version "
            f"'{version}'. The supported api-versions are '{','.join(listed)}'."
        )
        raise ArmError(404, "InvalidResourceType", text, gateway=True)
    raise _invalid(version, listed)


def _invalid(version: str, listed: tuple[str, ...]) -> ArmError:
    text = f"The api-version '{version}' is invalid. The supported versions are '{','.join(listed)}'."
    return ArmError(400, "InvalidApiVersionParameter", text, gateway=True)
