# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No file of the project names paths or hosts of the machines that it is made on, or carries a secret."""

from __future__ import annotations

import re
import sys

from common import ROOT, complain, files

# The patterns are written so that they do not match themselves.
PATTERNS = {
    "a path of somebody's machine": re.compile(
        r"(?<![\w.$}~-])/(?:work|root|Users/\w+|home/(?!runner\b)[a-z]\w*|tmp/w|opt/(?:pypi|wheels))(?=/)"
    ),
    "a package registry's host": re.compile(
        r"\b(?:pypi\.(?:org|python\.org)|pythonhosted\.(?:org|com)|registry\.npmjs\.(?:org|com)"
        r"|deb\.debian\.(?:org|net)|crates\.(?:io)\b|proxy\.golang\.(?:org))"
    ),
    "a private key": re.compile(r"-{5}BEGIN (?:[A-Z]+ )?PRIVATE [K]EY-{5}\s+\S{40}"),
}


def main(_arguments: list[str]) -> int:
    problems = []
    for name in files():
        path = ROOT / name
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture
        problems += [f"{name}:{number}: {what}: {found}" for number, what, found in search(text)]
    return complain(problems)


def search(text: str) -> list[tuple[int, str, str]]:
    """Line number, kind and text of everything that must not be there."""
    return [
        (text.count("\n", 0, match.start()) + 1, what, match.group(0).splitlines()[0])
        for what, pattern in PATTERNS.items()
        for match in pattern.finditer(text)
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
