"""A read that answers for many hosts is not repeated by each of them when Azure denies it."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.errors import Denied, Unavailable
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.resource_id import ResourceId

from .conftest import error, reply, resource

GROUP = ResourceId("resource_group", "sub", "rg")
GALLERY = ResourceId("gallery", "sub", "rg", "g")
IMAGE = ResourceId("managed_image", "sub", "rg", "i")
DENIED = error(403, "AuthorizationFailed", "The client does not have authorization to perform action 'x'.")
IMAGES = reply(200, {"value": [resource(IMAGE)]})


def shared_list(fake: Any) -> Any:
    return fake.arm.shared_list(GROUP, "managed_image")


def test_a_denied_list_is_asked_once_for_thirty_hosts(make_arm: Any) -> None:
    hosts = [make_arm(DENIED) for _unused in range(30)]
    caught = []
    for host in hosts:
        with pytest.raises(Denied, match="does not have authorization") as failure:
            shared_list(host)
        caught.append((failure.value.message, failure.value.code, failure.value.details))
    assert sum(len(host.script.sent) for host in hosts) == 1
    assert all(one == caught[0] for one in caught)
    assert caught[0][2]["azure_error"]["status"] == 403


def test_a_denied_read_is_asked_once(make_arm: Any) -> None:
    first, second = make_arm(DENIED), make_arm(DENIED)
    for host in (first, second):
        with pytest.raises(Denied):
            host.arm.shared_get(GALLERY)
    assert (len(first.script.sent), len(second.script.sent)) == (1, 0)


def test_a_denial_is_kept_for_a_minute_at_most(make_arm: Any, clock: Any) -> None:
    with pytest.raises(Denied):
        shared_list(make_arm(DENIED))
    clock.time += 61
    assert [body["name"] for body in shared_list(make_arm(IMAGES))] == ["i"]


def test_a_denial_is_only_for_those_who_sign_in_alike(make_arm: Any) -> None:
    with pytest.raises(Denied):
        shared_list(make_arm(DENIED))
    other = make_arm(IMAGES, options={"client_id": "another"})
    assert [body["name"] for body in shared_list(other)] == ["i"]


def test_other_failures_are_not_kept(make_arm: Any) -> None:
    with pytest.raises(Unavailable):
        shared_list(make_arm(error(503, "ServerTimeout")))
    assert [body["name"] for body in shared_list(make_arm(IMAGES))] == ["i"]
