"""Regions: their display names, their short names, and the spelling in operation URLs."""

from __future__ import annotations

# In the order in which the provider lists them for galleries (recorded: PowerShell 2026-04).
DISPLAY_NAMES: tuple[str, ...] = tuple(
    """West Central US, South Central US, East US 2, Southeast Asia, West Europe, West US, East US, Canada Central,
    North Europe, North Central US, Brazil South, UK West, West India, East Asia, Australia East, Japan East,
    Korea South, West US 2, Canada East, UK South, Central India, South India, Australia Southeast, Japan West,
    Korea Central, France Central, Central US, Australia Central, South Africa North, UAE North, Switzerland North,
    Germany West Central, Norway East, Jio India West, West US 3, Sweden Central, Qatar Central, Poland Central,
    Italy North, Israel Central, Spain Central, Mexico Central, Malaysia West, New Zealand North, Indonesia Central,
    Chile Central, Austria East, Denmark East, Belgium Central, Taiwan North, Taiwan Northwest, France South,
    Australia Central 2, South Africa West, UAE Central, Switzerland West, Germany North, Norway West,
    Brazil Southeast, East US SLV, Jio India Central, Sweden South, Malaysia South, East US STG,
    South Central US STG, East US 2 EUAP, Central US EUAP""".replace("\n", " ").split(",")
)
DISPLAY = {name.replace(" ", "").lower(): " ".join(name.split()) for name in DISPLAY_NAMES}
# Regions in operation URLs are short names, but these keep capitals (recorded).
_URL_SPELLING = {
    "centraluseuap": "CentralUSEUAP",
    "eastus2euap": "EastUS2EUAP",
    "francecentral": "FranceCentral",
}
# Regions without availability zones: no zone-redundant storage there.
WITHOUT_ZONES = frozenset(
    (
        "westus",
        "northcentralus",
        "westcentralus",
        "canadaeast",
        "ukwest",
        "southindia",
        "westindia",
        "australiasoutheast",
        "australiacentral",
        "australiacentral2",
        "koreasouth",
        "francesouth",
        "southafricawest",
        "uaecentral",
        "switzerlandwest",
        "germanynorth",
        "norwaywest",
        "brazilsoutheast",
        "jioindiawest",
        "jioindiacentral",
        "swedensouth",
    )
)


def short(name: object) -> str:
    """`East US 2` -> `eastus2`, whether or not there is such a region."""
    return str(name).replace(" ", "").lower()


def known(name: object) -> bool:
    """Whether galleries exist in a region of that name, in any spelling."""
    return short(name) in DISPLAY


def display(name: object) -> str:
    """`eastus2` -> `East US 2`: the form of targetRegions in responses (recorded)."""
    return DISPLAY.get(short(name), str(name))


def url_spelling(name: object) -> str:
    """The region as an operation's URL spells it."""
    return _URL_SPELLING.get(short(name), short(name))
