"""Regions in one text with blanks between them: display names stay whole, and nothing is split by guessing."""

from __future__ import annotations

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.errors import InvalidRequest
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.regions import split_names


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("", []),
        ("eastus2", ["eastus2"]),
        ("southcentralus=1 eastus2=1=standard_zrs", ["southcentralus=1", "eastus2=1=standard_zrs"]),
        ("Central US=10", ["Central US=10"]),
        ("Central US", ["Central US"]),
        ("  East US 2  ", ["East US 2"]),
        ("East US 2=10=standard_zrs Central US=10", ["East US 2=10=standard_zrs", "Central US=10"]),
        ('"East US 2=10=standard_zrs" "Central US=10"', ["East US 2=10=standard_zrs", "Central US=10"]),
        ("'East US 2' eastus", ["East US 2", "eastus"]),
        ("East US East US 2 east us", ["East US", "East US 2", "east us"]),
        ("West US 3 westus2=2 West Central US", ["West US 3", "westus2=2", "West Central US"]),
        ("atlantis", ["atlantis"]),
        ("atlantis lemuria=2", ["atlantis", "lemuria=2"]),
        ("eastus atlantis westus", ["eastus", "atlantis", "westus"]),
        ("'New Atlantis=2' eastus", ["New Atlantis=2", "eastus"]),
    ],
)
def test_a_text_is_split_into_regions(text, items):
    assert split_names(text, "x") == items


@pytest.mark.parametrize("text", ["New Atlantis=2", "eastus Lemuria North", "Central Us 2 Foo", "East US 4 9 Bar"])
def test_a_name_that_is_not_known_is_not_split_silently(text):
    with pytest.raises(InvalidRequest, match="Separate regions with commas"):
        split_names(text, "target_regions")
