"""The table of error codes in docs/troubleshooting.md, from the advice in messages.

`python tests/support/error_codes.py` updates the page.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from support.collection_tree import ROOT, collections_path

PAGE = ROOT / "docs/troubleshooting.md"
HEADING = "## Errors that Azure returns, by code\n"
# What the advice fills in from the failed request.
FILLED = {
    "role": "the role that the message names",
    "linked_role": "the role that the message names on the linked resource",
    "sign_in": "Check the credentials, as the message describes.",
    "retry_after": "some minutes",
    "namespace": "Microsoft.Compute",
    "subscription": "",
}


def table() -> str:
    """The advice by code; a code that needs a certain message too has several rows."""
    from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.advice_table import TABLE

    codes_by_advice: dict[str, list[str]] = {}
    for row in TABLE:
        codes = [
            code for code in row.codes if re.fullmatch(r"(?!HTTP_)[A-Z]\w+", code) and code not in ("Empty", "NotJson")
        ]
        text = row.advice.format_map(FILLED)
        if row.kind == "cli":
            text = f"With the Azure CLI: {text[0].lower()}{text[1:]}"
        known = codes_by_advice.setdefault(text, [])
        known += [code for code in codes if code not in known]
    rows = [
        f"| {', '.join(f'`{code}`' for code in codes)} | {text} |" for text, codes in codes_by_advice.items() if codes
    ]
    return "\n".join(["| code | what to do |", "| --- | --- |", *rows, ""])


def page(text: str) -> str:
    """The page with the table as it is now."""
    before, rest = text.split(HEADING)
    return f"{before}{HEADING}\n{table()}\n## {rest.partition(chr(10) + '## ')[2]}"


if __name__ == "__main__":
    sys.path.insert(0, str(collections_path()))
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
