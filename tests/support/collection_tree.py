"""Where Ansible, mypy and the tests find this checkout as the collection cloudimages.azure_gallery.

A checkout may lie anywhere, but a collection is only found beneath a folder ansible_collections. So a link to the
checkout is kept in one, apart from any installed copy. Standard library only: used before anything is installed.
"""

from __future__ import annotations

import os
from pathlib import Path

NAMESPACE = "cloudimages"
NAME = "azure_gallery"
ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / ".build"


def collections_path() -> Path:
    """The folder that holds ansible_collections/cloudimages/azure_gallery, which is this checkout."""
    if ROOT.parts[-3:] == ("ansible_collections", NAMESPACE, NAME):
        return ROOT.parents[2]
    path = BUILD / "collections"
    link = path / "ansible_collections" / NAMESPACE / NAME
    link.parent.mkdir(parents=True, exist_ok=True)
    target = os.path.relpath(ROOT, link.parent)
    if not link.is_symlink() or os.readlink(link) != target:
        # Made aside and renamed: several test processes may do this at once.
        aside = link.with_name(f"{NAME}.{os.getpid()}")
        aside.symlink_to(target)
        aside.replace(link)
    return path
