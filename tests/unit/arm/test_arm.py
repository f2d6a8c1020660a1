"""Reads and writes by resource id: what is sent, what is repeated, what counts as absent."""

from __future__ import annotations

import http.client
from typing import Any

import pytest
import requests
import urllib3.exceptions

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.errors import (
    Conflict,
    Denied,
    InvalidRequest,
    NotFound,
    SignInFailed,
    Throttled,
    Unavailable,
)
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.resource_id import ResourceId

from .conftest import ABSENT, error, reply, resource

GALLERY = ResourceId("gallery", "sub", "rg", "g")
DEFINITION = ResourceId("image_definition", "sub", "rg", "g", "d")
VERSION = ResourceId("image_version", "sub", "rg", "g", "d", "1.0.0")
IMAGE = ResourceId("managed_image", "sub", "rg", "i")
GROUP = ResourceId("resource_group", "sub", "rg")
COMPUTE = "/subscriptions/sub/resourceGroups/rg/providers/Microsoft.Compute"
LOST = requests.exceptions.ConnectionError(
    urllib3.exceptions.ProtocolError("Connection aborted.", http.client.RemoteDisconnected("closed"))
)
BODY = resource(GALLERY)


@pytest.mark.parametrize(
    ("rid", "path"),
    [
        (GALLERY, f"{COMPUTE}/galleries/g?api-version=2024-03-03"),
        (DEFINITION, f"{COMPUTE}/galleries/g/images/d?api-version=2024-03-03"),
        (VERSION, f"{COMPUTE}/galleries/g/images/d/versions/1.0.0?api-version=2024-03-03"),
        (IMAGE, f"{COMPUTE}/images/i?api-version=2024-07-01"),
        (GROUP, "/subscriptions/sub/resourceGroups/rg?api-version=2024-11-01"),
    ],
)
def test_every_kind_is_read_at_its_path_with_our_api_version(make_arm: Any, rid: ResourceId, path: str) -> None:
    fake = make_arm(reply(200, resource(rid)))
    assert fake.arm.get(rid) == resource(rid)
    assert fake.script.lines == [f"GET {path}"]
    headers = fake.script.sent[0].headers
    assert headers["Authorization"] == "Bearer t1"
    assert "ansible-cloudimages.azure_gallery/" in headers["User-Agent"]
    assert fake.credential.asked[0]["scopes"] == ("https://management.azure.com/.default",)


def test_expand_is_sent_unescaped(make_arm: Any) -> None:
    fake = make_arm(reply(200, resource(VERSION)))
    fake.arm.get(VERSION, expand="ReplicationStatus")
    query = fake.script.lines[0].partition("?")[2]
    assert sorted(query.split("&")) == ["$expand=ReplicationStatus", "api-version=2024-03-03"]


@pytest.mark.parametrize("code", ["ResourceNotFound", "ParentResourceNotFound", "ResourceGroupNotFound"])
def test_a_404_of_azure_is_absence(make_arm: Any, code: str) -> None:
    assert make_arm(error(404, code)).arm.get(GALLERY) is None


@pytest.mark.parametrize("code", ["SubscriptionNotFound", "InvalidResourceType"])
def test_a_404_about_the_request_is_not_absence(make_arm: Any, code: str) -> None:
    with pytest.raises(NotFound, match=code):
        make_arm(error(404, code)).arm.get(GALLERY)


def test_a_404_of_another_tenant_is_not_absence(make_arm: Any) -> None:
    fake = make_arm(reply(404, b"<html>no such page</html>", {"Content-Type": "text/html"}))
    with pytest.raises(Unavailable, match=r"text/html.*no such page"):
        fake.arm.get(GALLERY)


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
def test_a_read_is_repeated_until_azure_answers(make_arm: Any, clock: Any, status: int) -> None:
    fake = make_arm(error(status, "ServerTimeout"), error(status, "ServerTimeout"), reply(200, BODY))
    assert fake.arm.get(GALLERY) == BODY
    assert len(fake.script.sent) == 3
    assert 0.5 <= clock.slept[0] <= 1.5
    assert 1 <= clock.slept[1] <= 3


def test_a_read_ends_after_five_tries_and_says_so(make_arm: Any) -> None:
    fake = make_arm(error(503, "ServerTimeout", "The request timed out."))
    with pytest.raises(
        Unavailable, match=r"Could not read gallery /subs.*The request timed out.*503.*after 5 tries"
    ) as caught:
        fake.arm.get(GALLERY)
    assert len(fake.script.sent) == 5
    assert caught.value.status == 503
    assert caught.value.details["azure_error"]["request_id"] == "rid-1"


def test_a_lost_answer_to_a_read_is_repeated(make_arm: Any) -> None:
    fake = make_arm(LOST, reply(200, BODY))
    assert fake.arm.get(GALLERY) == BODY


def test_throttling_waits_as_long_as_azure_says_and_tells(make_arm: Any, clock: Any) -> None:
    fake = make_arm(error(429, "OperationNotAllowed", headers={"Retry-After": "37"}), reply(200, BODY))
    assert fake.arm.get(GALLERY) == BODY
    assert 37 <= clock.slept[0] <= 39
    assert "could not yet read gallery rg/galleries/g; the next try is in 3" in fake.reported[0]


def test_throttling_beyond_the_deadline_is_an_error(make_arm: Any, clock: Any) -> None:
    fake = make_arm(error(429, "OperationNotAllowed", "too many requests", {"Retry-After": "37"}))
    with pytest.raises(Throttled, match=r"too many requests.*try again in 37 s"):
        fake.arm.get(GALLERY, deadline=clock.monotonic() + 30)
    assert not clock.slept


def test_an_answer_that_is_not_json_is_no_answer(make_arm: Any) -> None:
    fake = make_arm(reply(200, b"<html>Sign in\x00 here</html>", {"Content-Type": "text/html"}))
    with pytest.raises(
        Unavailable, match=r"not Azure's JSON \(text/html\): '<html>Sign in� here</html>'.*after 5 tries"
    ):
        fake.arm.get(GALLERY)


def test_a_list_follows_every_page_word_for_word(make_arm: Any) -> None:
    link = "https://management.azure.com/subscriptions/sub/next?api-version=2020-01-01&$skiptoken=a%2Fb"
    other = resource(ResourceId("gallery", "sub", "rg", "other"))
    fake = make_arm(reply(200, {"value": [BODY], "nextLink": link}), reply(200, {"value": [other]}))
    assert fake.arm.list(GROUP, "gallery") == [BODY, other]
    assert fake.script.lines == [f"GET {COMPUTE}/galleries?api-version=2024-03-03", f"GET {link[28:]}"]


@pytest.mark.parametrize(
    ("parent", "kind", "path"),
    [
        (GROUP.parent, "gallery", "/subscriptions/sub/providers/Microsoft.Compute/galleries?api-version=2024-03-03"),
        (GROUP, "managed_image", f"{COMPUTE}/images?api-version=2024-07-01"),
        (GALLERY, "image_definition", f"{COMPUTE}/galleries/g/images?api-version=2024-03-03"),
        (DEFINITION, "image_version", f"{COMPUTE}/galleries/g/images/d/versions?api-version=2024-03-03"),
    ],
)
def test_the_lists(make_arm: Any, parent: ResourceId, kind: str, path: str) -> None:
    fake = make_arm(reply(200, {"value": []}))
    assert fake.arm.list(parent, kind) == []
    assert fake.script.lines == [f"GET {path}"]


@pytest.mark.parametrize("kind", ["gallery", "managed_image"])
def test_a_listed_group_is_spelled_as_asked_for(make_arm: Any, kind: str) -> None:
    """Azure spells it in capitals; in the list of a subscription the real spelling is not known."""
    capitals = resource(ResourceId(kind, "sub", "RG", "one"))
    (listed,) = make_arm(reply(200, {"value": [capitals]})).arm.list(GROUP, kind)
    assert listed == {**capitals, "id": str(ResourceId(kind, "sub", "rg", "one"))}
    assert make_arm(reply(200, {"value": [capitals]})).arm.list(GROUP.parent, kind) == [capitals]


def test_a_list_whose_pages_go_in_circles_ends(make_arm: Any) -> None:
    link = "https://management.azure.com/circle"
    with pytest.raises(Unavailable, match="leads back"):
        make_arm(reply(200, {"value": [], "nextLink": link})).arm.list(GROUP, "gallery")


def test_a_list_of_an_absent_parent(make_arm: Any) -> None:
    with pytest.raises(
        NotFound, match=r"Could not list the image definitions of gallery /subscriptions/sub.*ParentResourceNotFound"
    ):
        make_arm(error(404, "ParentResourceNotFound")).arm.list(GALLERY, "image_definition")


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/subscriptions/sub/next",
        "https://management.azure.com:444/next",
        "http://management.azure.com/next",
        "https://management.azure.com@evil.example/next",
        "https://user:word@management.azure.com/next",
        "https://management.azure.com.evil.example/next",
    ],
)
def test_a_link_to_another_host_is_never_asked(make_arm: Any, link: str) -> None:
    fake = make_arm(reply(200, {"value": [], "nextLink": link}))
    with pytest.raises(Unavailable, match="not the Resource Manager"):
        fake.arm.list(GROUP, "gallery")
    assert len(fake.script.sent) == 1


def test_a_redirect_is_not_followed(make_arm: Any) -> None:
    fake = make_arm(reply(307, None, {"Location": "https://evil.example/"}))
    with pytest.raises(Exception, match="307"):
        fake.arm.get(GALLERY)
    assert len(fake.script.sent) == 1


def test_an_operation_on_another_host_is_never_asked(make_arm: Any) -> None:
    fake = make_arm(reply(201, BODY, {"Azure-AsyncOperation": "https://evil.example/op?s=signature"}))
    fake.arm.put(GALLERY, {"location": "eastus"}, before=None)
    with pytest.raises(Unavailable, match=r"https://evil.example, which is not the Resource Manager") as caught:
        fake.arm.operation(GALLERY)
    assert "signature" not in str(caught.value)
    assert len(fake.script.sent) == 1


@pytest.mark.parametrize(
    ("rid", "version"),
    [(GALLERY, "2024-03-03"), (DEFINITION, "2024-03-03"), (VERSION, "2024-03-03"), (IMAGE, "2024-07-01")],
)
def test_a_put_sends_the_body_as_it_is_and_keeps_the_operation(make_arm: Any, rid: ResourceId, version: str) -> None:
    url = "https://management.azure.com/subscriptions/sub/operations/1?api-version=2024-03-03&s=%2Bsigned"
    fake = make_arm(
        reply(201, resource(rid), {"Azure-AsyncOperation": url, "Retry-After": "60"}),
        reply(200, {"status": "InProgress"}),
    )
    accepted = fake.arm.put(rid, {"location": "East US", "tags": {}}, before=None)
    assert accepted == (resource(rid), 201, 60.0)
    assert fake.script.sent[0].body == '{"location": "East US", "tags": {}}'
    assert fake.script.lines[0].endswith(f"?api-version={version}")
    assert fake.script.methods == ["PUT"]
    assert fake.arm.operation(rid) == {"status": "InProgress"}
    assert fake.script.sent[1].url == url
    assert "signed" not in "".join(fake.debugged)


def test_there_is_no_operation_to_ask_for_what_this_run_did_not_write(make_arm: Any) -> None:
    assert make_arm(reply(200, {})).arm.operation(GALLERY) is None


def test_an_operation_that_azure_has_forgotten(make_arm: Any) -> None:
    url = "https://management.azure.com/op"
    fake = make_arm(reply(201, BODY, {"Azure-AsyncOperation": url}), error(404, "NotFound"))
    fake.arm.put(GALLERY, {}, before=None)
    assert fake.arm.operation(GALLERY) is None


def test_a_fractional_or_odd_retry_after_of_a_write_harms_nothing(make_arm: Any) -> None:
    for header, wanted in (("0.5", 0.5), ("Wed, 21 Oct 2026 07:28:00 GMT", None)):
        accepted = make_arm(reply(201, BODY, {"Retry-After": header})).arm.put(GALLERY, {}, before=None)
        assert accepted.retry_after == wanted


def test_a_lost_write_is_sent_again_only_when_the_resource_is_untouched(make_arm: Any) -> None:
    fake = make_arm(LOST, reply(200, BODY), reply(200, {**BODY, "tags": {"a": "b"}}))
    fake.arm.put(GALLERY, {"location": "eastus", "tags": {"a": "b"}}, before=BODY)
    assert fake.script.methods == ["PUT", "GET", "PUT"]


def test_a_lost_write_that_arrived_is_not_sent_again(make_arm: Any) -> None:
    now = {**resource(GALLERY, "Updating"), "tags": {"a": "b"}}
    fake = make_arm(LOST, reply(200, now))
    accepted = fake.arm.put(GALLERY, {"location": "East US", "tags": {"a": "b"}}, before=BODY)
    assert accepted == (now, None, None)
    assert fake.script.methods == ["PUT", "GET"]


def test_a_lost_create(make_arm: Any) -> None:
    source = "/subscriptions/sub/resourceGroups/RG/providers/Microsoft.Compute/images/i"
    body = {"properties": {"storageProfile": {"source": {"id": source}}}}
    arrived = resource(VERSION, "Creating", storageProfile={"source": {"id": source.lower()}})
    fake = make_arm(LOST, *[ABSENT] * 4, LOST, reply(200, arrived))
    assert fake.arm.put(VERSION, body, before=None).body == arrived
    assert fake.script.methods == ["PUT", *["GET"] * 4, "PUT", "GET"], "what was just made may show late"


def test_a_lost_create_where_another_run_was_quicker(make_arm: Any) -> None:
    body = {"properties": {"storageProfile": {"source": {"id": "mine"}}}}
    other = resource(VERSION, storageProfile={"source": {"id": "theirs"}})
    with pytest.raises(Unavailable, match="Another client"):
        make_arm(LOST, reply(200, other)).arm.put(VERSION, body, before=None)


@pytest.mark.parametrize("now", [BODY, {**BODY, "location": "westus"}])
def test_the_last_reading_is_what_a_lost_delete_is_compared_with(make_arm: Any, now: Any) -> None:
    fake = make_arm(reply(200, BODY), LOST, reply(200, now), reply(204))
    fake.arm.get(GALLERY)
    if now == BODY:
        fake.arm.delete(GALLERY)
        assert fake.script.methods == ["GET", "DELETE", "GET", "DELETE"]
    else:
        with pytest.raises(Unavailable, match="answer was lost"):
            fake.arm.delete(GALLERY)


def test_the_same_instant_in_another_offset_is_untouched(make_arm: Any) -> None:
    before = resource(VERSION, publishedDate="2030-12-01T00:00:00.1234567+00:00")
    after = resource(VERSION, publishedDate="2030-11-30T19:00:00.1234567-05:00", replicationStatus={"a": 1})
    fake = make_arm(error(500, "InternalError"), reply(200, after), reply(200, after))
    fake.arm.put(VERSION, {"tags": {"a": "b"}}, before=before)
    assert fake.script.methods == ["PUT", "GET", "PUT"]


def test_the_last_try_of_a_write_is_looked_after_too(make_arm: Any) -> None:
    fake = make_arm(*[LOST, *[ABSENT] * 4] * 4, LOST, reply(200, BODY))
    assert fake.arm.put(GALLERY, {"location": "eastus"}, before=None).body == BODY
    fake = make_arm(*[LOST, *[ABSENT] * 4] * 5)
    with pytest.raises(Unavailable, match="after 5 tries"):
        fake.arm.put(ResourceId("gallery", "sub", "rg", "other"), {"location": "eastus"}, before=None)
    assert fake.script.methods.count("PUT") == 5


def test_a_throttled_write_was_not_executed_and_is_repeated(make_arm: Any) -> None:
    fake = make_arm(error(429, "TooManyRequests", headers={"Retry-After": "3"}), reply(201, BODY))
    fake.arm.put(GALLERY, {}, before=None)
    assert fake.script.methods == ["PUT", "PUT"]


def test_a_refused_write_is_not_repeated(make_arm: Any) -> None:
    fake = make_arm(
        error(409, "PropertyChangeNotAllowed", "Changing property 'eula' is not allowed.", {"Retry-After": "5"})
    )
    with pytest.raises(
        Conflict,
        match=r"Changing property 'eula' is not allowed\. .* \(PropertyChangeNotAllowed, HTTP 409, request id rid-1\)",
    ):
        fake.arm.put(GALLERY, {}, before=BODY)
    assert len(fake.script.sent) == 1


def test_an_unregistered_provider_gives_the_command_and_registers_nothing(make_arm: Any) -> None:
    fake = make_arm(
        error(409, "MissingSubscriptionRegistration", "The subscription is not registered to use namespace")
    )
    with pytest.raises(Conflict, match=r"az provider register --namespace Microsoft\.Compute --subscription sub"):
        fake.arm.put(GALLERY, {}, before=None)
    with pytest.raises(Conflict):
        fake.arm.get(GALLERY)
    assert fake.script.methods == ["PUT", "GET"]


def test_a_parent_of_this_run_that_seems_missing_is_waited_for(make_arm: Any, clock: Any) -> None:
    missing = error(404, "ParentResourceNotFound")
    fake = make_arm(reply(201, BODY), missing, missing, reply(201, resource(DEFINITION)))
    fake.arm.put(GALLERY, {}, before=None)
    assert fake.arm.put(DEFINITION, {}, before=None).status == 201
    assert clock.slept == [5.0, 5.0]


def test_a_parent_that_stays_missing_is_an_error_after_a_minute(make_arm: Any, clock: Any) -> None:
    fake = make_arm(reply(201, BODY), error(404, "ParentResourceNotFound"))
    fake.arm.put(GALLERY, {}, before=None)
    with pytest.raises(NotFound):
        fake.arm.put(DEFINITION, {}, before=None)
    assert 55 <= sum(clock.slept) <= 60


def test_an_unknown_parent_is_not_waited_for(make_arm: Any, clock: Any) -> None:
    with pytest.raises(NotFound, match="Create it first"):
        make_arm(error(404, "ParentResourceNotFound")).arm.put(DEFINITION, {}, before=None)
    assert not clock.slept


def test_a_404_of_what_this_run_made_is_read_again(make_arm: Any, clock: Any) -> None:
    fake = make_arm(reply(201, BODY), ABSENT, ABSENT, reply(200, BODY))
    fake.arm.put(GALLERY, {}, before=None)
    assert fake.arm.get(GALLERY) == BODY
    assert clock.slept == [1.0, 2.0]


def test_a_404_of_what_this_run_saw_is_absence_in_the_end(make_arm: Any, clock: Any) -> None:
    fake = make_arm(reply(200, BODY), ABSENT)
    fake.arm.get(GALLERY)
    assert fake.arm.get(GALLERY) is None
    assert sum(clock.slept) == 15


def test_a_delete_is_waited_for_until_several_readings_agree(make_arm: Any, clock: Any) -> None:
    deleting = reply(200, resource(GALLERY, "Deleting"))
    fake = make_arm(
        reply(202, None, {"Location": "https://management.azure.com/l"}), deleting, ABSENT, deleting, ABSENT
    )
    assert fake.arm.delete(GALLERY) == (None, 202, None)
    fake.arm.gone(GALLERY)
    assert clock.slept == [1.0, 5.0, 2.0, 5.0, 5.0, 5.0]
    assert fake.arm.get(GALLERY) is None
    assert len(clock.slept) == 6


@pytest.mark.parametrize("answer", [reply(204), ABSENT], ids=["204", "404"])
def test_deleting_what_is_absent(make_arm: Any, answer: Any) -> None:
    arm = make_arm(answer).arm
    assert arm.delete(GALLERY).body is None
    assert not arm.run_state.has_written


def test_a_delete_that_fails_later_gives_azures_reason(make_arm: Any) -> None:
    failed = {"status": "Failed", "name": "op-1", "error": {"code": "Conflict", "message": "Still in use"}}
    fake = make_arm(
        reply(202, None, {"Azure-AsyncOperation": "https://management.azure.com/op"}),
        reply(200, BODY),
        reply(200, failed),
    )
    fake.arm.delete(GALLERY)
    with pytest.raises(Conflict, match=r"Could not delete gallery .*: Still in use \(Conflict, operation op-1\)"):
        fake.arm.gone(GALLERY)


def test_a_delete_past_the_recycle_bin_names_its_own_api_version(make_arm: Any) -> None:
    fake = make_arm(reply(202))
    fake.arm.delete(VERSION, bypass_soft_delete=True)
    assert sorted(fake.script.lines[0].partition("?")[2].split("&")) == [
        "api-version=2026-03-03",
        "bypassSoftDelete=true",
    ]
    fake = make_arm(reply(200, {"value": []}))
    fake.arm.list_soft_deleted(DEFINITION)
    assert fake.script.lines == [
        f"GET {COMPUTE}/galleries/g/softDeletedArtifactTypes/Images/artifacts/d/versions?api-version=2026-03-03"
    ]


def test_a_parent_that_still_counts_what_this_run_deleted_is_asked_again(make_arm: Any, clock: Any) -> None:
    full = error(409, "CannotDeleteResource")
    fake = make_arm(reply(202), full, full, reply(202))
    fake.arm.delete(VERSION)
    assert fake.arm.delete(DEFINITION).status == 202
    assert clock.slept == [5.0, 5.0]


def test_a_parent_that_holds_others_things_is_not_asked_again(make_arm: Any, clock: Any) -> None:
    with pytest.raises(Conflict, match="Delete the resources that it contains first"):
        make_arm(error(409, "CannotDeleteResource")).arm.delete(DEFINITION)
    assert not clock.slept


def test_check_mode_sends_no_write(make_arm: Any) -> None:
    fake = make_arm(reply(200, BODY), check_mode=True)
    fake.arm.get(GALLERY)
    for write in (lambda: fake.arm.put(GALLERY, {}, before=None), lambda: fake.arm.delete(GALLERY)):
        with pytest.raises(InvalidRequest, match="check mode"):
            write()
    assert fake.script.methods == ["GET"]


def test_nothing_is_sent_when_ansible_is_gone(make_arm: Any) -> None:
    alive = True
    fake = make_arm(reply(200, BODY), alive=lambda: alive)
    fake.arm.get(GALLERY)
    alive = False
    with pytest.raises(Exception, match="main process has ended"):
        fake.arm.get(GALLERY)
    assert len(fake.script.sent) == 1


def test_a_refused_token_is_replaced_once_for_reads_and_writes(make_arm: Any) -> None:
    fake = make_arm(error(401, "ExpiredAuthenticationToken"), reply(200, BODY))
    assert fake.arm.get(GALLERY) == BODY
    assert [one.headers["Authorization"] for one in fake.script.sent] == ["Bearer t1", "Bearer t2"]
    fake.script.replies = [error(401, "ExpiredAuthenticationToken"), reply(201, BODY)]
    assert fake.arm.put(GALLERY, {}, before=None).status == 201


def test_a_token_that_stays_refused_is_an_error(make_arm: Any) -> None:
    fake = make_arm(error(401, "InvalidAuthenticationToken", "The access token is invalid."))
    with pytest.raises(SignInFailed, match=r"The access token is invalid.*the clock of this machine"):
        fake.arm.get(GALLERY)
    assert len(fake.script.sent) == 2


def test_claims_are_fetched_for_this_request_alone(make_arm: Any) -> None:
    challenge = 'Bearer error="insufficient_claims", claims="eyJhIjoxfQ=="'
    fake = make_arm(error(401, "x", headers={"WWW-Authenticate": challenge}), reply(200, BODY))
    assert fake.arm.get(GALLERY) == BODY
    assert fake.credential.asked[1]["claims"] == '{"a":1}'
    assert "claims" not in fake.credential.asked[0]
    other = make_arm(reply(200, BODY))
    other.arm.get(GALLERY)
    assert other.script.sent[0].headers["Authorization"] == "Bearer t1"


def test_shared_reads_are_made_once_and_dropped_by_a_write(make_arm: Any, clock: Any) -> None:
    body = resource(DEFINITION)
    fake = make_arm(reply(200, {"value": [body]}))
    for _unused in range(3):
        assert fake.arm.shared_list(GALLERY, "image_definition") == [body]
    assert len(fake.script.sent) == 1
    fake.script.replies = [reply(201, body), reply(200, {"value": []})]
    fake.arm.put(DEFINITION, {}, before=None)
    assert fake.arm.shared_list(GALLERY, "image_definition") == []
    clock.time += 61
    fake.arm.shared_list(GALLERY, "image_definition")
    assert fake.script.methods == ["GET", "PUT", "GET", "GET"]


def test_what_is_absent_is_shared_too(make_arm: Any) -> None:
    fake = make_arm(ABSENT)
    assert fake.arm.shared_get(GALLERY) is None
    assert fake.arm.shared_get(GALLERY) is None
    assert len(fake.script.sent) == 1


def test_the_calls_that_are_left_are_known(make_arm: Any) -> None:
    left = "Microsoft.Compute/GetGallery3Min;347,Microsoft.Compute/GetGallery30Min;2497"
    fake = make_arm(reply(200, BODY, {"x-ms-ratelimit-remaining-resource": left}))
    fake.arm.get(GALLERY)
    assert fake.arm.remaining == {"Microsoft.Compute/GetGallery3Min": 347, "Microsoft.Compute/GetGallery30Min": 2497}


def test_denied_names_a_role(make_arm: Any) -> None:
    with pytest.raises(Denied, match=r"does not have authorization\. Grant .*\(AuthorizationFailed, HTTP 403"):
        make_arm(error(403, "AuthorizationFailed", "The client does not have authorization")).arm.get(GALLERY)


def test_denied_images_name_the_right_to_read_them(make_arm: Any) -> None:
    """Whatever Azure's words are."""
    denied = error(403, "AuthorizationFailed", "no")
    for ask in (lambda arm: arm.list(GROUP, "managed_image"), lambda arm: arm.get(IMAGE)):
        with pytest.raises(
            Denied, match=r"Microsoft\.Compute/images/read, such as 'Reader' on the images' resource group"
        ):
            ask(make_arm(denied).arm)


def test_the_debug_line_has_no_query_and_no_token(make_arm: Any) -> None:
    fake = make_arm(reply(200, resource(VERSION)))
    fake.arm.get(VERSION, expand="ReplicationStatus")
    line = fake.debugged[-1]
    assert line.startswith(f"GET {COMPUTE}/galleries/g/images/d/versions/1.0.0 api-version 2024-03-03: 200 in ")
    assert "ReplicationStatus" not in line
    assert "t1" not in line
    assert "very-secret" not in "".join(fake.debugged)
