# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sizes of virtual machines: what each family can boot. Names follow Azure's patterns; an unknown one is refused."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Family:
    """One family. `name` is what its quota is called."""

    pattern: str
    name: str
    generations: tuple[str, ...] = ("V1", "V2")
    architecture: str = "x64"
    trusted_launch: bool = True


# The first match counts. Generations and Trusted Launch by Microsoft's list of sizes; DSv2 with it is recorded.
_FAMILIES = (
    Family(r"Standard_A\d+m?_v2", "standardAv2Family", ("V1",), trusted_launch=False),
    Family(r"Standard_B\d+p[a-z]*_v2", "standardBpsv2Family", ("V2",), "Arm64", trusted_launch=False),
    Family(r"Standard_B\d+[a-z]+(_v2)?", "standardBSFamily"),
    Family(r"Standard_D\d+_v[23]", "standardDFamily", ("V1",), trusted_launch=False),
    Family(r"Standard_DS\d+_v2", "standardDSv2Family"),
    Family(r"Standard_DC\d+[a-z]+_v[0-9]", "standardDCFamily", ("V2",)),
    Family(r"Standard_[DE]\d+p[a-z]*_v[56]", "standardDPSv5Family", ("V2",), "Arm64", trusted_launch=False),
    Family(r"Standard_[DE]\d+[a-z]*_v6", "standardDSv6Family", ("V2",)),
    Family(r"Standard_D\d+[a-z]+_v[345]", "standardDSFamily"),
    Family(r"Standard_[EF]\d+[a-z]*_v[2345]", "standardESFamily"),
    Family(r"Standard_[LMN][A-Z]?\d+[a-z]*(_v\d)?", "standardOtherFamily"),
)


def family(size: str) -> Family | None:
    """The family of a size, None for a name that is no size."""
    return next((one for one in _FAMILIES if re.fullmatch(one.pattern, size, re.IGNORECASE)), None)


def cores(size: str) -> int:
    """The number of cores: the first number in the name."""
    match = re.search(r"\d+", size)
    return int(match[0]) if match else 1


def premium(size: str) -> bool:
    """Whether the size takes premium disks: an s after the number, or of the old DS names."""
    return bool(re.search(r"DS\d|\d+[a-z]*s", size, re.IGNORECASE))
