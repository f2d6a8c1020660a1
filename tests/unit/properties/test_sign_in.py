"""The options that every module signs in with: what is wrong with one is said in words, before anything is asked of Azure."""

from __future__ import annotations

import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.auth.clouds import PUBLIC, resolve_cloud
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.auth.options import AUTH_OPTIONS
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.errors import (
    GalleryError,
    InvalidRequest,
)

from support.harness import SECRET, Harness

from . import strategies as some
from .words import check_words, refusal

_NAMES = sorted(set(AUTH_OPTIONS) - {"secret", "certificate_password", "cloud_environment"})


@given(st.sampled_from(_NAMES), some.any_value, st.booleans())
def test_one_option_that_is_wrong(name: str, value: t.Any, module: bool) -> None:
    harness = Harness()
    done = harness.run("gallery_info", {"resource_group": "rg", name: value}, module=module)
    assert SECRET not in str(done.result)
    assert done.invalid or done.error is None or isinstance(done.error, GalleryError), done.error
    assert done.writes == []
    if done.error is not None:
        check_words(done.message)
    if name == "subscription_id" and isinstance(done.error, InvalidRequest):
        check_words(done.message, value)
        assert not harness.emulator.requests


@given(some.any_value, st.booleans())
def test_a_secret_of_any_kind_is_never_shown(value: t.Any, module: bool) -> None:
    """Marked, since a secret such as a digit would stand in every result by chance."""
    marked = (
        {"secret-mark": value} if isinstance(value, dict) else f"secret-mark{value if isinstance(value, str) else ''}"
    )
    for options in ({"secret": marked}, {"secret": marked, "name": ["x"], "resource_group": {}}):
        assert "secret-mark" not in str(Harness().run("gallery_info", options, module=module).result)


@given(some.any_text.filter(lambda text: text.strip() and not text.lower().strip().startswith("https://")))
def test_a_cloud_is_known_or_refused(text: str) -> None:
    trust: t.Any = None
    cloud = refusal(text, lambda: resolve_cloud(text, trust, trust), "cloud_environment")
    assert cloud is None or cloud.known
    assert resolve_cloud("Azure_Cloud", trust, trust) is PUBLIC


@pytest.mark.parametrize(
    "url",
    [
        "https://",
        "https://[",
        "https://me:word@host",
        "https://host?x=1",
        "https://host#x",
        "https:///path",
        "https://:443",
    ],
)
def test_an_address_that_is_none_is_refused(url: str) -> None:
    trust: t.Any = None
    assert refusal(url, lambda: resolve_cloud(url, trust, trust), "cloud_environment") is None
