"""The SDK's own clients, models and pollers, as a user of azure-mgmt-compute has them; more of other people's in interop."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from azure.core.pipeline.policies import HeadersPolicy, RequestIdPolicy
from azure.core.polling import LROPoller
from azure.core.rest import HttpRequest
from azure.identity import ClientSecretCredential
from azure.mgmt.compute import ComputeManagementClient
from azure.mgmt.core import ARMPipelineClient
from azure.mgmt.core.polling.arm_polling import ARMPolling
from interop.sdk import SEED, Walk

from arm_emulator.settings import DEFAULT_SUBSCRIPTION

from . import machine_requests

pytestmark = pytest.mark.slow

NETWORK = f"/subscriptions/{DEFAULT_SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Network"


def test_pollers_of_the_network(emulator_factory: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    networks = [{"name": "vnet", "resource_group": "rg", "subnets": ["subnet"]}]
    seed = {"resource_groups": [{"name": "rg", "location": "eastus"}], "virtual_networks": networks}
    with emulator_factory.manager(seed=seed) as emulator:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(emulator.ca_file))
        service = emulator.service
        token = service.entra.make_token("client", "tenant", service.now(), 600)
        client: ARMPipelineClient[Any, Any] = ARMPipelineClient(
            emulator.url, policies=[HeadersPolicy(), RequestIdPolicy()]
        )

        def run(method: str, path: str, body: Any = None) -> Any:
            headers = {"Authorization": f"Bearer {token}"}
            url = f"{emulator.url}{NETWORK}{path}?api-version=2024-05-01"
            request = HttpRequest(method, url, headers=headers, json=body)
            answer = client._pipeline.run(request)  # what a poller starts from
            assert answer.http_response.status_code < 300
            options = {"final-state-via": "location" if method == "DELETE" else "azure-async-operation"}
            polling = ARMPolling(0.05, lro_options=options, headers=headers)  # as azure-mgmt-network polls
            poller = LROPoller(client, answer, lambda done: done.http_response, polling)
            return poller.result(10)

        made = run("PUT", "/publicIPAddresses/address", {"location": "eastus", "sku": {"name": "Standard"}})
        assert made.json()["properties"]["provisioningState"] == "Succeeded"
        made = run("PATCH", "/publicIPAddresses/address", {"tags": {"a": "b"}})
        assert made.json()["tags"] == {"a": "b"}
        assert run("DELETE", "/publicIPAddresses/address") is None
        assert run("DELETE", "/virtualNetworks/vnet") is None
        last = [one["status"] for one in emulator.requests if "/operationResults/" in one["path"]]
        assert last == [204, 204]
        assert service.describe_state()[0]["kind"] == "resource_group"
        assert len(service.describe_state()) == 1


def compute_client(emulator: Any) -> Any:
    """The SDK's client of machines and scale sets, which polls often."""
    credential = ClientSecretCredential(
        DEFAULT_SUBSCRIPTION, "me", "any", authority=emulator.url, disable_instance_discovery=True
    )
    return ComputeManagementClient(
        credential, DEFAULT_SUBSCRIPTION, base_url=emulator.url, credential_scopes=[f"{emulator.url}/.default"],
        polling_interval=0.05,
    )  # fmt: skip


def sent(body: Any) -> io.BytesIO:
    """A body as it goes over the wire, whatever models this release of the SDK has."""
    return io.BytesIO(json.dumps(body).encode())


def test_pollers_of_machines(emulator_factory: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Azure-AsyncOperation beside a 201, Location as the final state of deletes, disks and the runCommand action."""
    nic = {"name": "nic", "resource_group": "rg", "virtual_network": "vnet", "subnet": "subnet"}
    seed = machine_requests.seed(network_interfaces=[nic])
    with emulator_factory.manager(seed=seed, machine_seconds=0.2) as emulator:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(emulator.ca_file))
        client = compute_client(emulator)
        machine = client.virtual_machines.begin_create_or_update("rg", "machine", sent(machine_requests.body())).result(
            20
        )
        assert machine.provisioning_state == "Succeeded"
        view = client.virtual_machines.get("rg", "machine", expand="instanceView").instance_view
        assert view.statuses[1].code == "PowerState/running"
        script = {"commandId": "RunShellScript", "script": ["true"]}
        output = client.virtual_machines.begin_run_command("rg", "machine", sent(script)).result(20)
        assert output.value[0].message.startswith("Enable succeeded")
        source = {"location": "eastus2", "properties": {"source": {"script": "true"}}}
        names = ("rg", "machine", "check")
        client.virtual_machine_run_commands.begin_create_or_update(*names, sent(source)).result(20)
        done = client.virtual_machine_run_commands.get_by_virtual_machine(*names, expand="instanceView")
        assert done.instance_view.exit_code == 0
        addresses = client.virtual_machines.retrieve_boot_diagnostics_data("rg", "machine")
        assert addresses.serial_console_log_blob_uri.startswith(emulator.blob_url)
        disk = {"location": "eastus2", "properties": {"creationData": {"createOption": "Empty"}, "diskSizeGB": 1}}
        assert client.disks.begin_create_or_update("rg", "disk", sent(disk)).result(20).disk_state == "Unattached"
        client.virtual_machines.begin_delete("rg", "machine").result(20)
        client.disks.begin_delete("rg", "disk").result(20)
        assert [one.name for one in client.virtual_machines.list("rg")] == []


def test_pollers_of_scale_sets(emulator_factory: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK's models of a set and its instances, If-Match, lists of the subscription in pages."""
    sets = [{"name": "set{n}", "count": 3, "resource_group": "rg", "image": machine_requests.IMAGE, "os_disk_gb": 64}]
    seed = machine_requests.seed(scale_sets=sets, page_size=2)
    with emulator_factory.manager(seed=seed, machine_seconds=0.2) as emulator:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(emulator.ca_file))
        client = compute_client(emulator)
        found = client.virtual_machine_scale_sets
        assert [one.name for one in found.list_all()] == ["set0", "set1", "set2"]
        storage = {"osDisk": {"createOption": "FromImage"}, "imageReference": {"id": machine_requests.version("plain")}}
        change = sent({"properties": {"virtualMachineProfile": {"storageProfile": storage}}})
        changed = found.begin_update("rg", "set0", change, headers={"If-Match": '"1"'}).result(20)
        assert changed.virtual_machine_profile.storage_profile.image_reference.id == machine_requests.version("plain")
        instances = client.virtual_machine_scale_set_vms
        assert [one.latest_model_applied for one in instances.list("rg", "set0")] == [False]
        found.begin_update_instances("rg", "set0", sent({"instanceIds": ["0"]})).result(20)
        assert [one.latest_model_applied for one in instances.list("rg", "set0")] == [True]
        found.begin_delete("rg", "set0").result(20)
        assert [one.name for one in found.list("rg")] == ["set1", "set2"]


def test_pollers(emulator_factory: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    with emulator_factory.manager(seed=SEED, replication_seconds=1) as emulator:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(emulator.ca_file))
        did: list[str] = []
        Walk(emulator.url, say=did.append)()
        assert len(set(did)) == 21, sorted(set(did))
        polls = [one for one in emulator.requests if one["kind"] == "operation"]
        assert {one["status"] for one in polls} <= {200, 202}
        assert {"monitor" in one["query"] for one in polls} == {True, False}
