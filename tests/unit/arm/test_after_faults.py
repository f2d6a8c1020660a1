"""What the fault tests (tests/faults) found, each at its place: answers that are none, sign-ins that pass, what the run knows."""

from __future__ import annotations

from typing import Any

import pytest
from azure.core.exceptions import ClientAuthenticationError

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.auth import (
    clouds,
    sign_in,
    sign_in_failure,
)
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.auth.certificates import Trust
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.auth.credentials import Chosen
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.errors import (
    Conflict,
    NotFound,
    SignInFailed,
    Unavailable,
)
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.resource_id import ResourceId

from .conftest import ABSENT, error, reply, resource

GALLERY = ResourceId("gallery", "sub", "rg", "g")
VERSION = ResourceId("image_version", "sub", "rg", "g", "d", "1.0.0")
BODY = resource(GALLERY)
SECRET = Chosen("secret", {"tenant": "t", "client_id": "c", "secret": "very-secret"}, "the environment")
BUILT_IN = Trust(True, "the built-in authorities")
NO_PARENT = error(404, "ParentResourceNotFound")


@pytest.mark.parametrize("body", [None, b"", b"[]", b'"text"', b"null"])
@pytest.mark.parametrize("status", [200, 404])
def test_an_answer_without_an_object_is_none(make_arm: Any, status: int, body: bytes | None) -> None:
    fake = make_arm(reply(status, body), reply(200, BODY))
    assert fake.arm.get(GALLERY) == BODY
    assert len(fake.script.sent) == 2


def test_nothing_but_the_objects_of_azure_is_absence(make_arm: Any) -> None:
    with pytest.raises(Unavailable, match=r"the answer is empty.*after 5 tries"):
        make_arm(reply(404)).arm.get(GALLERY)


def test_a_write_of_which_only_the_status_came_is_looked_up(make_arm: Any) -> None:
    fake = make_arm(ABSENT, reply(201), reply(200, BODY))
    fake.arm.get(GALLERY)
    accepted = fake.arm.put(GALLERY, {"location": "eastus"}, before=None)
    assert accepted.body == BODY
    assert fake.script.methods == ["GET", "PUT", "GET"]


def test_a_delete_needs_no_body(make_arm: Any) -> None:
    fake = make_arm(reply(202))
    assert fake.arm.delete(GALLERY).status == 202
    assert fake.script.methods == ["DELETE"]


def test_a_refusal_without_a_body_is_a_refusal(make_arm: Any) -> None:
    fake = make_arm(reply(409))
    with pytest.raises(Conflict, match="run this again"):
        fake.arm.put(GALLERY, {"location": "eastus"}, before=None)
    assert fake.script.methods == ["PUT"]


def test_a_list_beneath_what_this_run_made_may_be_late(make_arm: Any, clock: Any) -> None:
    fake = make_arm(reply(200, BODY), NO_PARENT, NO_PARENT, reply(200, {"value": []}))
    fake.arm.get(GALLERY)
    assert fake.arm.list(GALLERY, "image_definition") == []
    assert clock.slept == [1.0, 2.0]


def test_a_list_of_an_unknown_parent_is_an_error_at_once(make_arm: Any, clock: Any) -> None:
    with pytest.raises(NotFound):
        make_arm(NO_PARENT).arm.list(GALLERY, "image_definition")
    assert not clock.slept


def test_who_has_seen_a_version_knows_that_its_definition_is_there(make_arm: Any) -> None:
    body = resource(VERSION)
    fake = make_arm(reply(200, body), NO_PARENT, reply(200, body))
    fake.arm.get(VERSION)
    assert fake.arm.put(VERSION, body, before=body).status == 200
    assert fake.arm.run_state.known(VERSION)


# Signing in -----------------------------------------------------------------------------------------------------------
class Moody:
    """A credential that fails in turn, and then gives a token."""

    def __init__(self, real: Any, *failures: Exception) -> None:
        self.real, self.failures = real, list(failures)

    def get_token_info(self, *scopes: str, **kwargs: Any) -> Any:
        if self.failures:
            raise self.failures.pop(0)
        return self.real.get_token_info(*scopes, **kwargs)


def moody(fake: Any, *failures: Exception) -> Moody:
    """The connection signs in with it from now on."""
    credential = Moody(fake.credential, *failures)
    fake.arm.connection._credential = lambda _hook: credential
    return credential


PAGE = ClientAuthenticationError("Authentication failed: Expecting value: line 1 column 1 (char 0)")
REFUSED = ClientAuthenticationError(
    "Authentication failed: AADSTS7000222: The provided client secret keys are expired."
)


def test_a_sign_in_that_was_not_answered_by_entra_is_repeated(make_arm: Any, clock: Any) -> None:
    fake = make_arm(reply(200, BODY))
    moody(fake, PAGE, PAGE)
    assert fake.arm.get(GALLERY) == BODY
    assert len(clock.slept) == 2


def test_it_is_given_up_after_five_tries_and_is_no_refusal(make_arm: Any) -> None:
    fake = make_arm(reply(200, BODY))
    left = moody(fake, *[PAGE] * 9)
    with pytest.raises(Unavailable, match=r"Could not sign in.*Expecting value.*HTTPS_PROXY"):
        fake.arm.get(GALLERY)
    assert len(left.failures) == 4
    with pytest.raises(Unavailable, match="Could not sign in"):
        fake.arm.get(GALLERY)
    assert len(left.failures) == 4, "what has just failed answers for the others"


def test_a_refused_sign_in_is_not_repeated(make_arm: Any) -> None:
    fake = make_arm(reply(200, BODY))
    left = moody(fake, REFUSED, REFUSED)
    with pytest.raises(SignInFailed, match="create a new one"):
        fake.arm.get(GALLERY)
    assert len(left.failures) == 1


def explained(text: str, context: Exception | None = None, retry_after: str | None = None) -> Any:
    exc = ClientAuthenticationError(text)
    exc.__context__ = context
    hook = sign_in.RetryAfterHook()
    hook.seconds = float(retry_after) if retry_after else None
    return sign_in_failure.failed(exc, SECRET, clouds.PUBLIC, BUILT_IN, hook)


@pytest.mark.parametrize(
    "text",
    [
        "Authentication failed: AADSTS90033: A transient error has occurred. Please try again.",
        "Authentication failed: HTTP Error: 503",
        "Authentication failed: {'code': 'TooManyRequests', 'message': 'Not now.'}",
    ],
)
def test_a_passing_fault_is_no_refusal(text: str) -> None:
    found = explained(text, retry_after="20")
    assert (type(found), found.retry_after) == (Unavailable, 20)


@pytest.mark.parametrize(
    "text",
    [
        "Authentication failed: AADSTS700016: Application not found",
        "Authentication failed: MSIS9605: The client is not allowed to access the requested resource.",
        "Authentication failed: invalid_client",
    ],
)
def test_a_refusal_of_entra_ad_fs_or_oauth(text: str) -> None:
    assert explained(text).__class__ is SignInFailed


def test_a_code_that_msal_keeps_to_itself_is_found() -> None:
    """Of a tenant that does not exist it says only what an authority looks like; the code stands in what it caught."""
    caught = ValueError(
        "OIDC Discovery failed on https://login. HTTP status: 400, Error: AADSTS90002: Tenant not found."
    )
    found = explained("Authentication failed: Unable to get authority configuration for https://login.", caught)
    assert (type(found), found.code) == (SignInFailed, "AADSTS90002")


# Writes without a known end ---------------------------------------------------------------------------------------------
LOST = reply(504, {"error": {"code": "GatewayTimeout", "message": "No answer."}})
TAKEN = error(409, "Conflict", "it is Creating")


def test_what_is_refused_because_the_lost_try_had_made_it_was_made(make_arm: Any) -> None:
    fake = make_arm(LOST, *[ABSENT] * 4, TAKEN, reply(200, BODY))
    assert fake.arm.put(GALLERY, {"location": "eastus"}, before=None).body == BODY
    assert fake.script.methods == ["PUT", *["GET"] * 4, "PUT", "GET"]


def test_what_another_run_created_meanwhile_is_a_conflict(make_arm: Any) -> None:
    fake = make_arm(LOST, *[ABSENT] * 4, TAKEN, reply(200, {**BODY, "location": "westus"}))
    with pytest.raises(Conflict, match="it is Creating"):
        fake.arm.put(GALLERY, {"location": "eastus"}, before=None)


def test_a_first_conflict_is_no_matter_of_doubt(make_arm: Any) -> None:
    fake = make_arm(TAKEN)
    with pytest.raises(Conflict):
        fake.arm.put(GALLERY, {"location": "eastus"}, before=None)
    assert fake.script.methods == ["PUT"]
