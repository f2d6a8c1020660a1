"""Paths of options that are relative to where Ansible was started."""

from __future__ import annotations

import os
import typing as t

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.plugin_utils.records import from_start


@pytest.mark.parametrize("value", ["job", "", " ", "null", None, '{"schema": 1}', {"schema": 1}, "/records"])
def test_what_stays(value: t.Any) -> None:
    assert from_start(value) == value


def test_what_becomes_absolute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/places/x")
    assert from_start("records") == os.path.join(os.getcwd(), "records")
    assert from_start("'records'") == os.path.join(os.getcwd(), "records")
    assert from_start("~/records") == "/places/x/records"
