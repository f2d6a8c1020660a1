"""Region names in any spelling, returned short ("East US 2" and "eastus2" are both `eastus2`)."""

from __future__ import annotations

import functools
import re
import typing as t

from .errors import InvalidRequest

# The regions of galleries that Azure listed in April 2026. Other names cause only a warning, since Azure adds regions.
_DISPLAY_NAMES = """
West Central US|South Central US|East US 2|Southeast Asia|West Europe|West US|East US|Canada Central|North Europe|
North Central US|Brazil South|UK West|West India|East Asia|Australia East|Japan East|Korea South|West US 2|Canada East|
UK South|Central India|South India|Australia Southeast|Japan West|Korea Central|France Central|Central US|
Australia Central|South Africa North|UAE North|Switzerland North|Germany West Central|Norway East|Jio India West|
West US 3|Sweden Central|Qatar Central|Poland Central|Italy North|Israel Central|Spain Central|Mexico Central|
Malaysia West|New Zealand North|Indonesia Central|Chile Central|Austria East|Denmark East|Belgium Central|
Taiwan North|Taiwan Northwest|France South|Australia Central 2|South Africa West|UAE Central|Switzerland West|
Germany North|Norway West|Brazil Southeast|East US SLV|Jio India Central|Sweden South|Malaysia South|East US STG|
South Central US STG|East US 2 EUAP|Central US EUAP|
USGov Virginia|USGov Arizona|USGov Texas|USGov Iowa|USDoD East|USDoD Central|
China North|China North 2|China North 3|China East|China East 2|China East 3
"""


def short_region(text: t.Any, where: str = "location") -> str:
    """The short name of a region; InvalidRequest for text that cannot be one."""
    name = re.sub(r"\s+", "", str(text)).lower()
    name = re.sub(r"\(stage\)$", "stage", name)  # Azure displays "East US (Stage)"
    if not re.fullmatch(r"[a-z][a-z0-9]{0,63}", name):
        raise InvalidRequest(f"{where}: {str(text)!r} is not a region name. Write it as eastus2 or 'East US 2'.")
    return name


_NAMES = _DISPLAY_NAMES.replace("\n", "").strip().split("|")
KNOWN_REGIONS = frozenset(map(short_region, _NAMES))


def is_known_region(short: str) -> bool:
    """Whether the region is in the list."""
    return short in KNOWN_REGIONS


@functools.cache
def _items() -> re.Pattern[str]:
    """A text in quotes, or a known display name or else a word, perhaps with `=...` behind it."""
    names = sorted((name for name in _NAMES if " " in name), key=len, reverse=True)
    known = "|".join(r"\s+".join(name.split()) for name in names)
    return re.compile(rf"""\s*(?:"([^"]*)"|'([^']*)'|((?:{known})(?:=\S*)?(?!\S)|\S+))""", re.IGNORECASE)


def split_names(text: str, where: str) -> list[str]:
    """The items of a text separated by spaces, in which display names may occur: `Central US=10 eastus2`.

    Quotes keep an item together. InvalidRequest if words could be parts of an unknown display name.
    """
    items: list[str] = []
    unknown: list[str] = []  # words in a row that belong to no known region
    for match in _items().finditer(text):
        item = " ".join((match[1] or match[2] or match[3] or "").split())
        known = match[3] is None or is_known_region("".join(item.partition("=")[0].lower().split()))
        unknown = [] if known else [*unknown, item]
        if len(unknown) > 1 and any(word[:1].isupper() for word in unknown):
            raise InvalidRequest(
                f"{where}: {' '.join(unknown)!r} is neither one known region nor several. Separate regions with commas, "
                "and check their spelling. Nothing was written."
            )
        items.append(item)
    return items
