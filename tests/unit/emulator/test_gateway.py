"""What stands before the services: sign-in, api-versions, subscriptions, groups, providers, limits, headers."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest

from arm_emulator.messages import Answer, Request

from .conftest import COMPUTE, DEFINITION, GALLERY, GROUP, SEED, VERSION, Azure, version_body

LISTED = "ListGalleryImageVersionsInGalleryImage3Min;1499 ListGalleryImageVersionsInGalleryImage30Min;9999"
SUBSCRIPTION = GROUP.split("/resourceGroups", maxsplit=1)[0]
OTHER = "22222222-2222-2222-2222-222222222222"


def sign_in(azure: Azure, tenant: str = "tenant", **form: str) -> Answer:
    """Ask for a token."""
    fields = {"grant_type": "client_credentials", "client_id": "app", "scope": "anything/.default", **form}
    request = Request.of("POST", f"/{tenant}/oauth2/v2.0/token", {"host": "h"}, urlencode(fields).encode())
    return azure.service.handle(request)


def test_any_client_gets_a_token_that_opens(azure: Azure) -> None:
    answer = sign_in(azure, client_secret="s").json()
    assert answer["token_type"] == "Bearer"
    azure.token = answer["access_token"]
    assert azure.call("GET", GALLERY).status == 200


def test_token_expires(make_azure: Callable[..., Azure]) -> None:
    azure = make_azure({**SEED, "token_seconds": 60})
    azure.token = sign_in(azure, client_secret="s").json()["access_token"]
    azure.clock.advance(59)
    assert azure.call("GET", GALLERY).status == 200
    azure.clock.advance(2)
    answer = azure.call("GET", GALLERY)
    assert azure.error(answer) == (401, "ExpiredAuthenticationToken")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer authorization_uri=")


@pytest.mark.parametrize("authorization", ["", "Bearer nonsense", "Bearer a.b.c", "Basic YTpi"])
def test_without_a_good_token(azure: Azure, authorization: str) -> None:
    answer = azure.call("GET", GALLERY, authorization=authorization)
    assert answer.status == 401
    assert "WWW-Authenticate" in answer.headers


def test_listed_clients(make_azure: Callable[..., Azure]) -> None:
    clients = [{"client_id": "app", "secret": "right", "subscriptions": [OTHER]}]
    azure = make_azure({**SEED, "clients": clients, "subscriptions": [SUBSCRIPTION.split("/")[2], OTHER]})
    wrong = sign_in(azure, client_secret="wrong")
    assert (wrong.status, wrong.json()["error"]) == (401, "invalid_client")
    assert wrong.json()["error_description"].startswith("AADSTS7000215")
    assert (
        sign_in(azure, client_id="stranger", client_secret="x").json()["error_description"].startswith("AADSTS700016")
    )
    azure.token = sign_in(azure, client_secret="right").json()["access_token"]
    answer = azure.call("GET", GALLERY)
    assert azure.error(answer) == (403, "AuthorizationFailed")
    assert "'Microsoft.Compute/galleries/read'" in answer.json()["error"]["message"]
    listed = azure.get("/subscriptions?api-version=2022-12-01")["value"]
    assert [entry["subscriptionId"] for entry in listed] == [OTHER]


def test_source_in_a_subscription_that_is_closed(make_azure: Callable[..., Azure]) -> None:
    mine = SUBSCRIPTION.split("/")[2]
    clients = [{"client_id": "client", "subscriptions": [mine]}]
    azure = make_azure({**SEED, "clients": clients, "subscriptions": [mine, OTHER]})
    body = version_body()
    body["properties"]["storageProfile"]["source"]["id"] = f"{COMPUTE.replace(mine, OTHER)}/images/image"
    assert azure.error(azure.call("PUT", VERSION, body)) == (403, "LinkedAuthorizationFailed")


def test_a_certificate_is_enough(azure: Azure) -> None:
    assert sign_in(azure, client_assertion="a.b.c").status == 200
    assert sign_in(azure, client_assertion="no").status == 401
    assert sign_in(azure).status == 401


def test_unknown_tenant(make_azure: Callable[..., Azure]) -> None:
    azure = make_azure({**SEED, "tenants": ["known.example"]})
    assert sign_in(azure, "stranger.example", client_secret="s").json()["error_description"].startswith("AADSTS90002")
    assert sign_in(azure, "known.example", client_secret="s").status == 200


@pytest.mark.parametrize(("version", "kind"), [("2015-01-01", dict), ("2019-05-01", list), ("2022-09-01", dict)])
def test_metadata_leads_to_the_emulator(azure: Azure, version: str, kind: type) -> None:
    answer = azure.service.handle(Request.of("GET", f"/metadata/endpoints?api-version={version}", {"Host": "h:1"}))
    document = answer.json()
    assert isinstance(document, kind)
    cloud: Any = document[0] if isinstance(document, list) else document
    assert cloud["authentication"]["loginEndpoint"].rstrip("/") == "https://h:1"
    assert cloud["authentication"]["audiences"]


def test_discovery(azure: Azure) -> None:
    answer = azure.service.handle(Request.of("GET", "/t/v2.0/.well-known/openid-configuration", {"Host": "h:1"})).json()
    assert answer["token_endpoint"] == "https://h:1/t/oauth2/v2.0/token"
    instance = azure.service.handle(Request.of("GET", "/common/discovery/instance", {"Host": "h:1"})).json()
    assert instance["metadata"][0]["aliases"] == ["h:1"]


@pytest.mark.parametrize(
    ("path", "version", "expected"),
    [
        (GALLERY, None, (400, "MissingApiVersionParameter")),
        (GALLERY, "latest", (400, "InvalidApiVersionParameter")),
        (GALLERY, "2001-01-01", (400, "InvalidApiVersionParameter")),
        (GALLERY, "2024-07-01", (404, "InvalidResourceType")),
        (f"{COMPUTE}/images/image", "2024-03-03", (404, "InvalidResourceType")),
        (f"/subscriptions/{OTHER}/resourceGroups/rg", "2024-03-01", (404, "SubscriptionNotFound")),
        (f"{SUBSCRIPTION}/resourceGroups/absent", "2024-03-01", (404, "ResourceGroupNotFound")),
        (GALLERY.replace("/rg/", "/absent/"), "2024-03-03", (404, "ResourceGroupNotFound")),
        (f"{SUBSCRIPTION}/providers/Microsoft.Network/x", "2024-03-01", (404, "NotFound")),
    ],
)
def test_refused_by_the_gateway(azure: Azure, path: str, version: str | None, expected: tuple[int, str]) -> None:
    answer = azure.call("GET", path, None, version)
    assert azure.error(answer) == expected
    assert answer.headers["x-ms-failure-cause"] == "gateway"
    assert b"\n" not in answer.body
    assert answer.headers["x-ms-request-id"] == answer.headers["x-ms-correlation-request-id"]


def test_gallery_service_prints_with_indents(azure: Azure) -> None:
    body = azure.call("GET", GALLERY).body
    assert body.startswith(b'{\r\n  "name": "gallery",\r\n')


def test_every_answer_has_azures_headers(azure: Azure) -> None:
    headers = azure.call("GET", GALLERY).headers
    assert headers["Content-Type"] == "application/json; charset=utf-8"
    assert headers["x-ms-ratelimit-remaining-resource"] == (
        "Microsoft.Compute/GetGallery3Min;349,Microsoft.Compute/GetGallery30Min;2499"
    )
    assert headers["x-ms-ratelimit-remaining-subscription-reads"] == "1099"
    assert headers["x-ms-ratelimit-remaining-subscription-global-reads"] == "16499"
    assert headers["x-ms-routing-request-id"].endswith(":20260101T000000Z:" + headers["x-ms-correlation-request-id"])
    assert "x-ms-operation-identifier" not in headers
    written = azure.call("PUT", GALLERY, {"location": "eastus2"}).headers
    assert written["x-ms-operation-identifier"].startswith("tenantId=")
    assert written["Azure-AsyncNotification"] == "Enabled"
    assert written["x-ms-ratelimit-remaining-subscription-writes"] == "799"


@pytest.mark.parametrize(
    ("method", "path", "version", "buckets"),
    [
        ("GET", VERSION, "2024-03-03", "GetGalleryImageVersion3Min;1999 GetGalleryImageVersion30Min;9999"),
        ("GET", f"{DEFINITION}/versions", "2024-03-03", LISTED),
        ("GET", f"{COMPUTE}/images", "2022-11-01", "HighCostGetImages3Min;79 HighCostGetImages30Min;399"),
        ("GET", f"{COMPUTE}/images/image", "2022-11-01", "GetImages3Min;359 GetImages30Min;1799"),
        ("GET", f"{COMPUTE}/images/image", "2024-07-01", "GetImagesSubscriptionMaximum;357"),
        ("GET", f"{COMPUTE}/images", "2024-07-01", "HighCostGetImagesSubscriptionMaximum;89"),
        ("DELETE", f"{COMPUTE}/images/other", "2024-07-01", "DeleteImagesSubscriptionMaximum;119"),
        ("DELETE", VERSION, "2024-03-03", "DeleteGalleryImageVersion3Min;149 DeleteGalleryImageVersion30Min;999"),
    ],
)  # fmt: skip
def test_rate_limit_buckets(azure: Azure, method: str, path: str, version: str, buckets: str) -> None:
    azure.wait(azure.call("PUT", VERSION, version_body()))
    header = azure.call(method, path, None, version).headers["x-ms-ratelimit-remaining-resource"]
    assert header.replace("Microsoft.Compute/", "").replace(",", " ") == buckets


def test_rate_limits_refuse_when_on(make_azure: Callable[..., Azure]) -> None:
    azure = make_azure(rate_limits=True)
    path = f"{COMPUTE}/images"
    for _unused in range(90):
        assert azure.call("GET", path, None, "2024-07-01").status == 200
    refused = azure.call("GET", path, None, "2024-07-01")
    assert refused.status == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 180
    document = refused.json()
    assert document["code"] == "OperationNotAllowed"
    assert json.loads(document["details"][0]["message"])["allowedRequestCount"] == 90
    azure.clock.advance(180)
    assert azure.call("GET", path, None, "2024-07-01").status == 200


def test_the_gateways_bucket_refills(make_azure: Callable[..., Azure]) -> None:
    azure = make_azure(rate_limits=True)
    path = f"{SUBSCRIPTION}/resourceGroups/rg"
    statuses = [azure.call("GET", path, None, "2024-03-01").status for _unused in range(1101)]
    assert statuses == [200] * 1100 + [429]
    azure.clock.advance(1)
    assert azure.call("GET", path, None, "2024-03-01").status == 200


def test_rate_limits_only_count_when_off(azure: Azure) -> None:
    statuses = {azure.call("GET", f"{COMPUTE}/images", None, "2024-07-01").status for _unused in range(100)}
    assert statuses == {200}


def test_groups(azure: Azure) -> None:
    path = f"{SUBSCRIPTION}/resourcegroups/New"
    version = "2024-11-01"
    assert azure.call("HEAD", path, None, version).status == 404
    made = azure.call("PUT", path, {"location": "East US", "tags": {"a": "b"}}, version)
    assert made.status == 201
    assert list(made.json()) == ["id", "name", "type", "location", "tags", "properties"]
    assert made.json()["id"].endswith("/resourceGroups/New")
    assert azure.call("PUT", path, {"location": "eastus"}, version).status == 200
    assert azure.call("PUT", path, {"location": "westus"}, version).status == 409
    assert azure.call("HEAD", path, None, version).status == 204
    assert [group["name"] for group in azure.get(f"{SUBSCRIPTION}/resourcegroups", version)["value"]] == ["New", "rg"]
    assert "type" not in azure.get(path, "2017-05-10")


def test_group_delete_takes_all_with_it(azure: Azure) -> None:
    answer = azure.call("DELETE", GROUP, None, "2021-04-01")
    assert (answer.status, int(answer.headers["Retry-After"])) == (202, 1)
    assert azure.poll(answer, "Location").status == 202
    azure.clock.advance(1)
    assert azure.poll(answer, "Location").status == 200
    assert azure.error(azure.call("GET", GALLERY)) == (404, "ResourceGroupNotFound")
    azure.call("PUT", GROUP, {"location": "eastus2"}, "2021-04-01")
    assert azure.call("GET", GALLERY).status == 404


def test_unregistered_provider(make_azure: Callable[..., Azure]) -> None:
    azure = make_azure({**SEED, "providers_unregistered": [SUBSCRIPTION.split("/")[2]]})
    assert azure.call("GET", GALLERY).status == 200
    refused = azure.call("PUT", GALLERY, {"location": "eastus2"})
    assert azure.error(refused) == (409, "MissingSubscriptionRegistration")
    provider = f"{SUBSCRIPTION}/providers/Microsoft.Compute"
    assert azure.get(provider, "2016-02-01")["registrationState"] == "NotRegistered"
    registered = azure.call("POST", f"{provider}/register", None, "2016-02-01").json()
    assert registered["registrationState"] == "Registering"
    azure.clock.advance(1)
    assert azure.get(provider, "2016-02-01")["registrationState"] == "Registered"
    assert azure.call("PUT", GALLERY, {"location": "eastus2"}).status == 200


def test_pages(make_azure: Callable[..., Azure]) -> None:
    azure = make_azure({**SEED, "page_size": 3})
    path, names = f"{COMPUTE}/images?api-version=2024-07-01", []
    while path:
        page = azure.get(path)
        assert len(page["value"]) <= 3
        names += [image["name"] for image in page["value"]]
        path = page.get("nextLink", "").removeprefix("https://127.0.0.1:1")
    assert names == sorted(image["name"] for image in SEED["images"])  # type: ignore[index]


def test_nothing_secret_is_logged(azure: Azure) -> None:
    answer = sign_in(azure, client_secret="very-secret")
    azure.token = answer.json()["access_token"]
    azure.call("GET", GALLERY, user_agent="test/1", x_ms_client_request_id="abc")
    log = json.dumps(azure.service.journal.entries)
    assert "very-secret" not in log
    assert azure.token not in log
    entry = azure.service.journal.entries[-1]
    assert (entry["has_token"], entry["user_agent"], entry["client_request_id"]) == (True, "test/1", "abc")
    assert (entry["kind"], entry["status"], entry["query"]) == ("gallery", 200, {"api-version": "2024-03-03"})


def test_not_json_body(azure: Azure) -> None:
    request = Request.of("PUT", f"{GALLERY}?api-version=2024-03-03", {"authorization": f"Bearer {azure.token}"}, b"{")
    assert azure.error(azure.service.handle(request)) == (400, "InvalidRequestContent")


def test_unknown_method(azure: Azure) -> None:
    assert azure.error(azure.call("POST", GALLERY, {})) == (405, "HttpMethodNotAllowed")


def test_managed_image_from_disks(azure: Azure) -> None:
    path = f"{COMPUTE}/images/made"
    disk = {"osType": "Linux", "osState": "Generalized", "managedDisk": {"id": f"{COMPUTE}/disks/d"}}
    body = {"location": "eastus2", "properties": {"storageProfile": {"osDisk": disk, "dataDisks": []}}}
    answer = azure.call("PUT", path, body, "2024-07-01")
    assert answer.status == 201
    assert "/operations/" in answer.headers["Azure-AsyncOperation"]
    assert "?p=" in answer.headers["Azure-AsyncOperation"]
    created = answer.json()["properties"]
    assert list(created) == ["storageProfile", "provisioningState", "hyperVGeneration"]
    assert "diskSizeGB" not in created["storageProfile"]["osDisk"]
    azure.wait(answer)
    os_disk = azure.get(path, "2024-07-01")["properties"]["storageProfile"]["osDisk"]
    assert list(os_disk)[:3] == ["osType", "osState", "diskSizeGB"]
    tagged = azure.call("PUT", path, {**body, "tags": {"a": "b"}}, "2024-07-01")
    assert (tagged.status, tagged.json()["properties"]["provisioningState"]) == (200, "Updating")
    disk["managedDisk"] = {"id": f"{COMPUTE}/disks/other"}
    assert azure.error(azure.call("PUT", path, body, "2024-07-01")) == (409, "PropertyChangeNotAllowed")
    deleted = azure.call("DELETE", path, None, "2024-07-01")
    assert (deleted.status, "Retry-After" in deleted.headers) == (202, False)
    azure.clock.advance(1)
    assert azure.call("DELETE", path, None, "2024-07-01").status == 204


def test_managed_image_from_a_machine(azure: Azure) -> None:
    machine = {"id": f"{COMPUTE}/virtualMachines/vm"}
    body = {"location": "eastus2", "properties": {"sourceVirtualMachine": machine}}
    answer = azure.call("PUT", f"{COMPUTE}/images/made", body, "2022-11-01").json()["properties"]
    assert list(answer) == ["sourceVirtualMachine", "storageProfile", "provisioningState", "hyperVGeneration"]
    assert answer["storageProfile"]["dataDisks"] == []
    nothing = azure.call("PUT", f"{COMPUTE}/images/none", {"location": "eastus2"}, "2022-11-01")
    assert azure.error(nothing) == (400, "InvalidParameter")
