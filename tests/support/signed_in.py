"""A client that is signed in, over a transport of the test's own."""

from __future__ import annotations

from typing import Any

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.client import ArmClient


def sign_in(arm: ArmClient, credential: Any, transport: Any) -> None:
    """Let the client get its tokens from `credential` and send its requests by `transport`."""
    vars(arm.connection).update(_credential=lambda _hook: credential, _transport=transport)
