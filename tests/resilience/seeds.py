"""What exists in Azure before a run."""

from __future__ import annotations

from typing import Any

from support.playbook_runner import SUBSCRIPTION

Json = dict[str, Any]
HOME, AWAY = "southcentralus", "eastus2"
IDENTITY = {"publisher": "pub", "offer": "off", "sku": "web"}
PLACE = {"resource_group": "rg", "gallery_name": "pics"}
_LIES_IN = {"resource_group": "rg", "gallery": "pics", "location": HOME}

GROUP_ID = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg"
GALLERY_ID = f"{GROUP_ID}/providers/Microsoft.Compute/galleries/pics"
VERSIONS_ID = f"{GALLERY_ID}/images/web/versions"


def image_id(name: str) -> str:
    return f"{GROUP_ID}/providers/Microsoft.Compute/images/{name}"


def _image(name: str) -> Json:
    return {
        "name": name,
        "resource_group": "rg",
        "location": HOME,
        "os_type": "Linux",
        "os_disk_gb": 30,
        "hyper_v_generation": "V1",
    }


def seed(*images: str, **more: Any) -> Json:
    """Managed images, and whatever else exists."""
    group = {"name": "rg", "location": HOME}
    return {"resource_groups": [group], "images": [_image(name) for name in images], **more}


IMAGES = seed("web", "db")
_GALLERIES = [{"name": "pics", "resource_group": "rg", "location": HOME}]
_WEB = {"name": "web", **_LIES_IN, **IDENTITY}
PARENTS = {**IMAGES, "galleries": _GALLERIES, "definitions": [_WEB]}
TWO_DEFINITIONS = {**PARENTS, "definitions": [_WEB, {**_WEB, "name": "api", "sku": "api"}]}


def cloned(state: str = "Succeeded", **regions: str) -> Json:
    """With version 1.0.0 of the image `web`, its regions in these states; by default Completed at home."""
    version = {
        "name": "1.0.0",
        "definition": "web",
        **_LIES_IN,
        "source": {"name": "web", "resource_group": "rg"},
        "state": state,
        "target_regions": [{"name": name, "state": shown} for name, shown in (regions or {HOME: "Completed"}).items()],
    }
    return {**PARENTS, "versions": [version]}
