"""`az image`: managed images."""

from __future__ import annotations

import pytest
from interop.az import COMPUTE, SEED, Az

pytestmark = [pytest.mark.client("az"), pytest.mark.emulator(seed=SEED)]
IMAGE = "-g myResourceGroup -n another"


def reference(path: str) -> dict[str, str]:
    return {"id": f"{COMPUTE}/{path}", "resourceGroup": "myResourceGroup"}


def test_create_show_update_list_delete(az: Az) -> None:
    disk = {"caching": "None", "diskSizeGB": 10, "storageAccountType": "Standard_LRS"}
    expected = {
        "hyperVGeneration": "V2",
        "id": f"{COMPUTE}/images/another",
        "location": "southcentralus",
        "name": "another",
        "provisioningState": "Succeeded",
        "resourceGroup": "myResourceGroup",
        "storageProfile": {
            "dataDisks": [
                disk | {"lun": 0, "snapshot": reference("snapshots/one")},
                disk | {"lun": 1, "managedDisk": reference("disks/two")},
            ],
            "osDisk": {
                "caching": "ReadWrite",
                "diskSizeGB": 30,
                "managedDisk": reference("disks/os"),
                "osState": "Generalized",
                "osType": "Linux",
                "storageAccountType": "Premium_LRS",
            },
        },
        "tags": {"a": "b"},
        "type": "Microsoft.Compute/images",
    }
    made = az(
        f"image create {IMAGE} --source {COMPUTE}/disks/os --os-type linux --hyper-v-generation V2 --tags a=b "
        f"--data-disk-sources {COMPUTE}/snapshots/one {COMPUTE}/disks/two --os-disk-caching ReadWrite "
        "--storage-sku Premium_LRS"
    )
    assert made == expected
    assert az(f"image show {IMAGE}") == expected
    changed = expected | {"tags": {"a": "b", "c": "d"}}  # az itself keeps the existing tags
    assert az(f"image update {IMAGE} --tags c=d") == changed
    # The list of a group has it in capitals.
    listed = changed | {"id": changed["id"].replace("myResourceGroup", "MYRESOURCEGROUP")}
    listed["resourceGroup"] = "MYRESOURCEGROUP"
    assert az('image list -g myResourceGroup --query "[?name==`another`]"') == [listed]
    assert az("image list --query [].name") == ["another", "myImage"]
    assert az(f"image update {IMAGE} --set tags.e=f --no-wait") is None
    assert az(f"image wait {IMAGE} --updated --interval 1 --timeout 30") is None
    assert az(f"image show {IMAGE} --query tags") == {"a": "b", "c": "d", "e": "f"}
    assert az(f"image delete {IMAGE}") is None
    assert az(f"image delete {IMAGE}") is None  # 204


def test_refusals(az: Az) -> None:
    code, name, text = az.refusal(f"image show {IMAGE}")
    assert (code, name) == (3, "ResourceNotFound")
    assert text.startswith(
        "The Resource 'Microsoft.Compute/images/another' under resource group 'myResourceGroup' was not"
    )
    text = "Resource group 'nowhere' could not be found."
    assert az.refusal("image list -g nowhere") == (3, "ResourceGroupNotFound", text)
    seeded = "-g myResourceGroup -n myImage"
    code, name, text = az.refusal(f"image update {seeded} --set hyperVGeneration=V2")
    assert (code, name) == (1, "PropertyChangeNotAllowed")
    assert "hyperVGeneration" in text


def test_warnings_are_not_errors(az: Az) -> None:
    """Without --only-show-errors az also says what will change in it."""
    definition = "-g myResourceGroup --gallery-name none --gallery-image-definition d"
    line = f"sig image-definition create {definition} --publisher p --offer o --sku s --os-type linux"
    said = az.run(line).stderr.splitlines()
    assert said[0].startswith("WARNING: ")
    assert "ERROR: (ParentResourceNotFound)" in "".join(said)
