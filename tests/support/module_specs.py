"""What every module does, by its name."""

from __future__ import annotations

import importlib

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils import _modules
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._run.module_spec import ModuleSpec

NAMES = (
    *("clone_plan", "fleet_report", "gallery", "gallery_info", "image_definition", "image_definition_info"),
    *("image_version", "image_version_info", "managed_image_info", "wait_for_replication"),
)
SPECS: dict[str, ModuleSpec] = {name: importlib.import_module(f"{_modules.__name__}.{name}").SPEC for name in NAMES}
_MORE = (
    *("canary_vm", "image_repointing", "image_retirement", "image_usage_info", "image_verification", "managed_image"),
    "scale_set_image",
)
# And those that need more around them than a gallery.
ALL_SPECS = {
    **SPECS,
    **{name: importlib.import_module(f"{_modules.__name__}.{name}").SPEC for name in _MORE},
}
