"""Sizes of virtual machines: what each family can boot. Names follow Azure's patterns; an unknown one is refused."""

from __future__ import annotations

import re
from dataclasses import dataclass

from . import regions
from .context import Context
from .errors import ArmError
from .messages import Answer, Json, pretty


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

# Those of every family that a list of sizes has.
LISTED = (
    *("Standard_A2_v2", "Standard_B2pls_v2", "Standard_B2s", "Standard_B2s_v2", "Standard_D2_v3", "Standard_DS2_v2"),
    *("Standard_DC2s_v3", "Standard_D2ps_v5", "Standard_D2s_v6", "Standard_D2as_v5", "Standard_D2s_v3"),
    *("Standard_D2s_v5", "Standard_D4s_v5", "Standard_E2s_v5", "Standard_F2s_v2", "Standard_L8s_v3"),
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


def listing(ctx: Context) -> Answer:
    """GET the sizes of a region: some of each family. Its form is documented; all numbers but the cores are guesses."""
    if not regions.known(ctx.target.location):
        text = f"The provided location '{ctx.target.location}' is not available for resource type 'locations/vmSizes'."
        raise ArmError(400, "NoRegisteredProviderFound", text, gateway=True)
    return pretty(200, {"value": [_size(name) for name in LISTED]})


def _size(name: str) -> Json:
    return {
        "name": name,
        "numberOfCores": cores(name),
        "osDiskSizeInMB": 1047552,
        "resourceDiskSizeInMB": 0,
        "memoryInMB": 4096 * cores(name),
        "maxDataDiskCount": 2 * cores(name),
    }
