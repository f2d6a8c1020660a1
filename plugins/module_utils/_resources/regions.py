"""Region names in any spelling, returned short ("East US 2" and "eastus2" are both `eastus2`)."""

from __future__ import annotations

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


KNOWN_REGIONS = frozenset(short_region(name) for name in _DISPLAY_NAMES.replace("\n", "").strip().split("|"))


def is_known_region(short: str) -> bool:
    """Whether the region is in the list."""
    return short in KNOWN_REGIONS


_LONGEST_NAME = max(name.count(" ") for name in _DISPLAY_NAMES.split("|")) + 1  # in words
_ITEM = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|(\S+))""")


def split_names(text: str, where: str) -> list[str]:
    """The items of a text separated by spaces, in which display names may occur: `Central US=10 eastus2`.

    Quotes keep an item together. InvalidRequest if words could be parts of an unknown display name.
    """
    words = [(match[1] or match[2] or match[3] or "", match[3] is None) for match in _ITEM.finditer(text)]
    items: list[str] = []
    unknown: list[str] = []  # words in a row that belong to no known region
    while words:
        length = 1 if words[0][1] else _display_name(words)
        item = " ".join(word for word, _quoted in words[:length])
        known = words[0][1] or is_known_region("".join(item.partition("=")[0].lower().split()))
        unknown = [] if known else [*unknown, item]
        if len(unknown) > 1 and any(word[:1].isupper() for word in unknown):
            raise InvalidRequest(
                f"{where}: {' '.join(unknown)!r} is neither one known region nor several. Separate regions with commas, "
                "and check their spelling. Nothing was written."
            )
        items.append(item)
        words = words[length:]
    return items


def _display_name(words: list[tuple[str, bool]]) -> int:
    """The number of words of the longest known display name at the beginning, or else 1."""
    for length in range(min(_LONGEST_NAME, len(words)), 1, -1):
        part = words[:length]
        plain = not any(quoted for _word, quoted in part) and not any("=" in word for word, _quoted in part[:-1])
        name = "".join(word for word, _quoted in part).partition("=")[0]
        if plain and is_known_region(name.lower()):
            return length
    return 1
