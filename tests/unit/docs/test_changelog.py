# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The changelog names what there is; antsibull-changelog itself keeps what it was told once."""

from __future__ import annotations

import re

from support.collection_tree import ROOT


def test_it_names_every_module_plugin_and_role_that_there_is() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").replace("\\", "")
    named = set(re.findall(r"^\* cloudimages\.azure_gallery\.(\w+) ", text, re.MULTILINE))
    modules = [
        *ROOT.glob("plugins/modules/*.py"),
        *ROOT.glob("plugins/inventory/*.py"),
        *ROOT.glob("plugins/lookup/*.py"),
    ]
    filters = ROOT.glob("plugins/filter/*.yml")
    there = {path.stem for path in (*modules, *filters, *ROOT.glob("roles/*"))}
    assert named == there
