"""The rules over bodies that are about to be sent: each finds what it is for, and only what the write brings about."""

from __future__ import annotations

import copy
import datetime

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.body_checks import (
    RULES,
    Outgoing,
    check_body,
)
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.errors import InvalidRequest
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.resource_id import parse_id

from support.bodies import DEFINITION_ID, VERSION_ID, definition, image, region, version

NOW = datetime.datetime(2026, 4, 23, tzinfo=datetime.UTC)
PAST = "2026-04-22T00:00:00Z"
GALLERY_ID = DEFINITION_ID.partition("/images/")[0]
KINDS = {
    "gallery": (GALLERY_ID, {"id": GALLERY_ID, "location": "southcentralus", "properties": {}}),
    "image_definition": (DEFINITION_ID, definition()),
    "image_version": (VERSION_ID, version()),
}
SET = {"osDiskImage": {"diskEncryptionSetId": "/sets/a"}}
ONE = [region("South Central US")]


def features(**values):
    return definition(features=[{"name": name, "value": value} for name, value in values.items()])


def tags(count):
    return {f"t{number}": "v" for number in range(count)}


# rule, kind, what the body has, what else is known, the words of the finding
FOUND = [
    *(("tag count", kind, {"tags": tags(51)}, {}, "51 tags") for kind in KINDS),
    ("tag count", "image_version", {"tags": {**tags(50), "source_fingerprint": "x"}}, {}, "source_fingerprint set by"),
    *(
        ("tag names", kind, {"tags": {f"a{one}b": "v"}}, {}, repr(f"a{one}b"))
        for kind in KINDS
        for one in "<>%&\\?/\x07"
    ),
    ("end of life", "image_version", version(endOfLifeDate=PAST), {}, "in the past"),
    (
        "end of life",
        "image_version",
        version(endOfLifeDate=PAST),
        {"carried": version(endOfLifeDate=PAST)},
        "failed version",
    ),
    ("end of life", "image_definition", definition(endOfLifeDate=PAST), {}, "in the past"),
    ("source region", "image_version", {"location": "westus"}, {"image": image()}, "southcentralus"),
    *(
        ("source properties", "image_version", {}, {"image": have, "definition": definition(**want)}, words)
        for have, want, words in (
            (image(), {"osType": "Windows"}, "OS type"),
            (image(hyperVGeneration="V2"), {}, "Hyper-V generation"),
            (image(), {"osState": "Specialized"}, "OS state"),
            (image(), {"architecture": "Arm64"}, "architecture"),
            (image(), {"architecture": "ARM64"}, "Use a definition for x64"),
        )
    ),
    *(
        (
            "security type",
            "image_version",
            {},
            {"image": image(), "definition": features(SecurityType=value)},
            f"{value}Supported",
        )
        for value in ("ConfidentialVM", "TrustedLaunch", "confidentialvm")
    ),
    ("shallow", "image_version", version(replicationMode="shallow"), {}, "eastus2"),
    (
        "shallow",
        "image_version",
        version(replicationMode="Shallow", regions=[region("South Central US", 2)]),
        {},
        "one replica",
    ),
    (
        "shallow",
        "image_version",
        version(replicationMode="Shallow", regions=[region("South Central US", encryption=SET)]),
        {},
        "disk encryption set",
    ),
    (
        "encryption",
        "image_version",
        version(regions=[*ONE, region("East US 2", encryption=SET)]),
        {},
        "Without one: southcentralus",
    ),
    (
        "purchase plan",
        "image_definition",
        definition(purchasePlan={"name": "a", "publisher": "b"}),
        {},
        "product is missing",
    ),
    ("purchase plan", "image_definition", definition(purchasePlan={"product": "a"}), {}, "name, publisher are missing"),
    ("recommended ranges", "image_definition", definition(recommended={"vCPUs": {"min": 4, "max": 2}}), {}, "min is 4"),
    ("recommended ranges", "image_definition", definition(recommended={"memory": {"min": 4, "max": 2}}), {}, "memory"),
    ("disk size", "image_version", {}, {"image": "2049"}, "2049 GB"),
    ("replicas", "image_version", version(regions=[region("South Central US", 51)]), {}, "has 51 replicas"),
    ("replicas", "image_version", version(regions=[region(f"r{n}", 40) for n in range(3)]), {}, "120 replicas"),
    ("region names", "image_version", version(regions=[*ONE, region("eastus9")]), {}, "eastus9"),
    (
        "storage types",
        "image_version",
        version(regions=[region("South Central US", 1, "Quantum_LRS")]),
        {},
        "Quantum_LRS",
    ),
    ("architecture", "image_definition", definition(architecture="x46"), {}, "Did you mean x64"),
    ("features", "image_definition", features(SecurityTyp="Standard"), {}, "Did you mean SecurityType"),
    ("features", "image_definition", features(SecurityType="TrustedLaunchSuported"), {}, "TrustedLaunchSupported"),
]


def outgoing(kind, body, more, before=None):
    rid, plain = KINDS[kind]
    more = dict(more)
    if more.get("image") == "2049":
        more["image"] = image()
        more["image"]["properties"]["storageProfile"]["osDisk"]["diskSizeGB"] = 2049
    return Outgoing(parse_id(rid, kind), {**copy.deepcopy(plain), **body}, NOW, before, **more)


def findings(name, out):
    rule = next(rule for rule in RULES if rule.name == name)
    if not rule.refuses:
        return check_body(out)
    try:
        check_body(out)
    except InvalidRequest as refusal:
        return [refusal.message]
    return []


@pytest.mark.parametrize(("name", "kind", "body", "more", "words"), FOUND)
def test_a_rule_finds_what_it_is_for(name, kind, body, more, words):
    assert words in " ".join(findings(name, outgoing(kind, body, more)))


@pytest.mark.parametrize(
    ("name", "kind", "body"), [(name, kind, body) for name, kind, body, more, _words in FOUND if not more and body]
)
def test_what_existed_before_is_not_found_again(name, kind, body):
    before = outgoing(kind, body, {}).body
    assert findings(name, outgoing(kind, body, {}, before)) == []
    assert findings(name, outgoing(kind, {**body, "location": "southcentralus"}, {}, before)) == []


def test_every_rule_has_a_row():
    assert {row[0] for row in FOUND} == {rule.name for rule in RULES}


@pytest.mark.parametrize("kind", KINDS)
def test_a_good_body_passes(kind):
    body = {"tags": {**tags(49), "ours:a.b-c": "any <value>?"}}
    assert check_body(outgoing(kind, body, {"image": image(), "definition": definition()})) == []


@pytest.mark.parametrize(
    "value", ["TrustedLaunchSupported", "ConfidentialVMSupported", "Standard", "None", "SomethingNew"]
)
def test_a_managed_image_goes_into_a_definition_that_only_supports_a_security_type(value):
    assert (
        check_body(outgoing("image_version", {}, {"image": image(), "definition": features(SecurityType=value)})) == []
    )


@pytest.mark.parametrize(("starts", "refused"), [("2.0.0", False), ("1.0.0", True), (None, True)])
def test_a_feature_counts_from_its_version_on(starts, refused):
    parent = definition(features=[{"name": "SecurityType", "value": "ConfidentialVM", "startsAtVersion": starts}])
    assert (
        bool(findings("security type", outgoing("image_version", {}, {"image": image(), "definition": parent})))
        is refused
    )


def test_only_the_new_finding_is_shown():
    before = version(regions=[region("eastus9")])
    after = version(regions=[region("eastus9"), region("eastus8")])
    assert [
        line
        for line in check_body(Outgoing(parse_id(VERSION_ID, "image_version"), after, NOW, before))
        if "eastus9" in line
    ] == []
