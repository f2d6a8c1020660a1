"""`az sig image-definition`."""

from __future__ import annotations

import pytest
from interop.az import COMPUTE, SEED, Az

GALLERY = {"name": "myGallery", "resource_group": "myResourceGroup", "location": "southcentralus"}
pytestmark = [pytest.mark.client("az"), pytest.mark.emulator(seed=SEED | {"galleries": [GALLERY]})]
IN_GALLERY = "-g myResourceGroup --gallery-name myGallery"
DEFINITION = f"{IN_GALLERY} --gallery-image-definition myImageDefinition"
WORDS = "--publisher p --offer o --sku s"


def test_create_show_update_list_delete(az: Az) -> None:
    expected = {
        "architecture": "x64",
        "disallowed": {"diskTypes": ["Standard_LRS"]},
        # The hour is az's own, as for every date without a time.
        "endOfLifeDate": "2031-01-01T12:59:59+00:00",
        "eula": "https://example.com/eula",
        "hyperVGeneration": "V1",
        "id": f"{COMPUTE}/galleries/myGallery/images/myImageDefinition",
        "identifier": {"offer": "o", "publisher": "p", "sku": "s"},
        "location": "southcentralus",
        "name": "myImageDefinition",
        "osState": "Generalized",
        "osType": "Linux",
        "provisioningState": "Succeeded",
        "purchasePlan": {"name": "plan", "product": "thing", "publisher": "seller"},
        "recommended": {"memory": {"max": 16, "min": 2}, "vCPUs": {"max": 4, "min": 1}},
        "resourceGroup": "myResourceGroup",
        "tags": {"a": "b", "c": ""},
        "type": "Microsoft.Compute/galleries/images",
    }
    made = az(
        f"sig image-definition create {DEFINITION} {WORDS} --os-type linux --os-state generalized --architecture x64 "
        "--hyper-v-generation V1 --end-of-life-date 2031-01-01 --eula https://example.com/eula --plan-name plan "
        "--plan-product thing --plan-publisher seller --minimum-cpu-core 1 --maximum-cpu-core 4 --minimum-memory 2 "
        "--maximum-memory 16 --disallowed-disk-types Standard_LRS --features SecurityType=Standard --tags a=b c"
    )
    assert made == expected
    assert az(f"sig image-definition show {DEFINITION}") == expected
    changed = expected | {"description": "new", "tags": {"a": "b", "c": "", "d": "e"}}
    assert az(f"sig image-definition update {DEFINITION} --set description=new tags.d=e") == changed
    assert az(f"sig image-definition list {IN_GALLERY}") == [changed]
    assert az(f"sig image-definition delete {DEFINITION}") is None
    assert az(f"sig image-definition delete {DEFINITION}") is None  # 204
    assert az(f"sig image-definition list {IN_GALLERY}") == []


def test_defaults_of_az(az: Az) -> None:
    made = az(f"sig image-definition create {DEFINITION} {WORDS} --os-type Windows")
    assert (made["osType"], made["osState"], made["hyperVGeneration"]) == ("Windows", "Generalized", "V2")
    assert made["features"] == [{"name": "SecurityType", "value": "TrustedLaunchSupported"}]
    assert az(f"sig image-definition wait {DEFINITION} --created --interval 1 --timeout 30") is None
    assert az(f"sig image-definition update {DEFINITION} --set tags.a=b --no-wait") is None
    assert az(f"sig image-definition wait {DEFINITION} --updated --interval 1 --timeout 30") is None
    assert az(f"sig image-definition show {DEFINITION} --query tags") == {"a": "b"}


def test_refusals(az: Az) -> None:
    create = f"sig image-definition create --os-type linux --hyper-v-generation V1 {WORDS}"
    absent = "-g myResourceGroup --gallery-name none --gallery-image-definition d"
    text = "Can not perform requested operation on nested resource. Parent resource 'none' not found."
    assert az.refusal(f"{create} {absent}") == (3, "ParentResourceNotFound", text)
    code, name, text = az.refusal(f"sig image-definition show {DEFINITION}")
    assert (code, name) == (3, "ResourceNotFound")
    assert "'Microsoft.Compute/galleries/myGallery/images/myImageDefinition'" in text
    az(f"{create} {DEFINITION}")
    for change in ("hyperVGeneration=V2", "osType=Windows", "osState=Specialized", "identifier.sku=other"):
        code, name, text = az.refusal(f"sig image-definition update {DEFINITION} --set {change}")
        path = f"galleryImage.properties.{change.partition('=')[0]}"
        assert (code, name, text) == (1, "PropertyChangeNotAllowed", f"Changing property '{path}' is not allowed.")
    code, name, text = az.refusal(f"{create} {IN_GALLERY} --gallery-image-definition twin")
    assert code == 1
    assert text.startswith(
        "Gallery image: myImageDefinition identified by (publisher:p, offer:o, sku:s) already exists."
    )
    code, name, text = az.refusal(f"sig image-definition update {DEFINITION} --set location=westus")
    assert (code, name) == (1, "InvalidResourceLocation")
    code, name, text = az.refusal(f"sig delete {IN_GALLERY}")
    assert (code, name) == (1, "CannotDeleteResource")
    assert "'Microsoft.Compute/galleries/myGallery/images/myImageDefinition'" in text
