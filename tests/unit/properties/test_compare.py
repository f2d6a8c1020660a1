"""A comparison is satisfied by the change it asks for, and by what was read, however Azure spells what it stores."""

from __future__ import annotations

import copy
import typing as t

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources import dates, image_version
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.field_types import (
    DateType,
    RegionType,
)
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.fields import Resource, put_at
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.gallery import GALLERY
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.image_definition import (
    IMAGE_DEFINITION,
)
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.image_version import IMAGE_VERSION
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.regions import short_region
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.resource_id import parse_id
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.target_regions import parse_regions
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._run.ensure import request_body
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._versions import body as version_plan
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._versions.request import Request

from . import options as options_of
from . import strategies as some
from .options import IMAGE_ID, VERSION_ID, Options

_GALLERY_ID, _DEFINITION_ID = VERSION_ID.partition("/images/")[0], VERSION_ID.partition("/versions/")[0]
_RESOURCES = {
    "gallery": (GALLERY, options_of.GALLERY, _GALLERY_ID),
    "image_definition": (IMAGE_DEFINITION, options_of.DEFINITION, _DEFINITION_ID),
}
_IMAGE = {
    "id": IMAGE_ID,
    "name": "web",
    "location": "southcentralus",
    "properties": {
        "storageProfile": {"osDisk": {"osType": "Linux", "diskSizeGB": 30}},
        "provisioningState": "Succeeded",
    },
}
resources = st.sampled_from(sorted(_RESOURCES))


class Store:
    """Azure's part: it keeps what it is sent, in spellings of its own."""

    def __init__(self, data: t.Any) -> None:
        self.data = data

    def answer(self, resource: Resource, rid: str, sent: dict[str, t.Any]) -> dict[str, t.Any]:
        """A body as Azure answers it, after a write of `sent`."""
        body = {**copy.deepcopy(sent), "id": rid, "name": rid.rpartition("/")[2]}
        body.setdefault("properties", {})["provisioningState"] = "Succeeded"
        for field in resource.fields:
            value = field.have(body)
            if value is not None:
                put_at(body, field.arm, self._spelled(field.kind, value))
        for region in image_version.target_regions(body):
            region["name"] = self.data.draw(some.spelled(short_region(region["name"])))
        return self._left_out(resource, body)

    def _spelled(self, kind: t.Any, value: t.Any) -> t.Any:
        if isinstance(kind, DateType):
            return dates.parse_instant(value).at.astimezone(self.data.draw(some.offsets)).isoformat()
        if isinstance(kind, RegionType):
            return self.data.draw(some.spelled(short_region(value)))
        if not kind.cased:
            return self.data.draw(st.sampled_from([value, value.upper(), value.lower()]))
        return value

    def _left_out(self, resource: Resource, body: dict[str, t.Any]) -> dict[str, t.Any]:
        """What is empty, or was not sent, may be null or not be there at all."""
        for field in resource.fields:
            body["properties"].setdefault(field.arm.split(".")[1] if "." in field.arm else "none", None)
        for mapping in (body, body["properties"]):
            for key in [key for key, value in mapping.items() if value in ("", [], {}, None)]:
                if self.data.draw(st.booleans()):
                    mapping[key] = None
                else:
                    del mapping[key]
        return body


@given(resources.flatmap(lambda name: st.tuples(st.just(name), *[_given_options(name)] * 2)), st.booleans(), st.data())
def test_a_change_is_asked_for_once(case: tuple[str, Options, Options], append: bool, data: t.Any) -> None:
    name, before, params = case
    resource, _options, rid = _RESOURCES[name]
    azure = Store(data)
    body = azure.answer(resource, rid, resource.applied({}, resource.wanted(before)))
    wanted = resource.wanted(params)
    changes = resource.differences(body, wanted, append)
    after = azure.answer(resource, rid, request_body(resource.applied(body, wanted, append)))
    assert resource.differences(after, wanted, append) == []
    untouched = {field.path for field in resource.fields} - {change.path for change in changes}
    shown_before, shown_after = resource.shape(body), resource.shape(after)
    for path in untouched & {path for path in shown_before if "." not in path}:
        assert _same_shown(shown_before[path], shown_after[path]), path


def _given_options(name: str) -> st.SearchStrategy[Options]:
    return st.fixed_dictionaries({}, optional=_RESOURCES[name][1])


def _same_shown(one: t.Any, other: t.Any) -> bool:
    """Whether a returned value is the same but for the case of a word and an empty one."""
    return str(one or "").lower() == str(other or "").lower()


@given(resources.flatmap(lambda name: st.tuples(st.just(name), _given_options(name))), st.data())
def test_what_was_read_can_be_given_back(case: tuple[str, Options], data: t.Any) -> None:
    name, params = case
    resource, _options, rid = _RESOURCES[name]
    body = Store(data).answer(resource, rid, resource.applied({}, resource.wanted(params)))
    shown = resource.shape(body)
    assert (
        resource.differences(body, resource.wanted({key: shown[key] for key in resource.options() if key in shown}))
        == []
    )


_versions = st.fixed_dictionaries(
    {}, optional={name: one for name, one in options_of.VERSION.items() if name != "location"}
)


@given(_versions, _versions, st.booleans(), st.data())
def test_a_version_is_changed_once(first: Options, params: Options, append: bool, data: t.Any) -> None:
    azure = Store(data)
    made, plan = version_plan.new_version(_IMAGE, _desired(first, True))
    assert "southcentralus" in [region["name"] for region in plan.regions]
    body = azure.answer(IMAGE_VERSION, VERSION_ID, made)
    assert _compared(body, first, True) == [], "what was just made"
    changes = _compared(body, params, append)
    if any(change.fixed for change in changes):
        return  # refused
    comparison = _comparison(body, params, append)
    sent = version_plan.update_request(comparison.body)
    assert "source" not in sent["properties"]["storageProfile"]
    sent["properties"]["storageProfile"] = body["properties"]["storageProfile"]  # Azure keeps it
    after = azure.answer(IMAGE_VERSION, VERSION_ID, sent)
    assert _compared(after, params, append) == []
    assert image_version.source_id(after) == IMAGE_ID
    if not changes:
        assert image_version.shape(after)["target_regions"] == image_version.shape(body)["target_regions"]


def _desired(params: Options, append: bool) -> Request:
    regions, policy = parse_regions(params.get("target_regions")), params.get("region_policy", "merge")
    definition = parse_id(_DEFINITION_ID, "image_definition")
    return Request(definition, "1.0.0", None, IMAGE_VERSION.wanted(params), regions, append, policy)


def _comparison(body: dict[str, t.Any], params: Options, append: bool) -> version_plan.Comparison:
    return version_plan.compare(body, _desired(params, append))


def _compared(body: dict[str, t.Any], params: Options, append: bool) -> list[t.Any]:
    return _comparison(body, params, append).changes
