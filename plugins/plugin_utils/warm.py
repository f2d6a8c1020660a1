"""Load once in Ansible's main process what every worker would load for itself.

At its first template, a worker loads filters and tests (about 15 ms for each task on each host). At its first connection, it
loads the certificate authorities (about 25 ms).
"""

from __future__ import annotations

import contextlib
import os
import typing as t

from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import filter_loader, test_loader
from ansible.template import Templar
from ansible.utils.display import Display

from ..module_utils._arm import sdk
from ..module_utils._arm.auth import certificates
from ..module_utils._resources.errors import GalleryError

# The filters and tests of the role's tasks. Unknown names are ignored.
FILTERS = (
    "bool",
    "default",
    "extract",
    "length",
    "map",
    "select",
    "ternary",
    "cloudimages.azure_gallery.clone_results",
)
TESTS = ("defined", "skipped")


def warm() -> None:
    """Load the certificate authorities, filters and tests, and evaluate a template.

    This is optional, so failures are only displayed with -vvv.
    """
    with contextlib.suppress(GalleryError):  # the first task that connects reports it
        if sdk.AVAILABLE:
            sdk.tls_context(certificates.trust(os.environ).verify)
    try:
        for name in FILTERS:
            filter_loader.get(name)
        for name in TESTS:
            test_loader.get(name)
        Templar(loader=DataLoader(), variables={"a": {"b": 1}}).template(_template("{{ a.b | default(omit) }}"))
    except Exception as exc:  # noqa: BLE001
        Display().vvv(f"cloudimages.azure_gallery: templates are not prepared ({type(exc).__name__}: {exc})")


def _template(text: str) -> t.Any:
    """A string that is a template in ansible-core 2.19 and later too."""
    try:
        from ansible.template import trust_as_template
    except ImportError:
        return text
    return trust_as_template(text)
