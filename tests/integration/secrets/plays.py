"""What is run: every module once, and everything that keeps or shows a result."""

from __future__ import annotations

from typing import Any

COLLECTION = "cloudimages.azure_gallery"
SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"
GROUP_ID = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg"
VERSION_ID = f"{GROUP_ID}/providers/Microsoft.Compute/galleries/pics/images/web/versions/1.0.0"
SEED = {
    "resource_groups": [{"name": "rg", "location": "southcentralus"}],
    "images": [{"name": "web", "resource_group": "rg", "location": "southcentralus", "os_type": "Linux"}],
}
GALLERY = {"resource_group": "rg", "gallery_name": "pics"}
DEFINITION = {**GALLERY, "name": "web", "source": "web", "publisher": "p", "offer": "o", "sku": "s"}
VERSION = {
    **GALLERY,
    "image_definition_name": "web",
    "name": "1.0.0",
    "source": "web",
    "target_regions": ["southcentralus"],
    "wait": False,
}
MODULES: dict[str, dict[str, Any]] = {
    "gallery": {"resource_group": "rg", "name": "pics"},
    "image_definition": DEFINITION,
    "image_version": VERSION,
    "wait_for_replication": {"versions": [VERSION_ID], "wait_timeout": 60, "poll_interval": 1},
    "gallery_info": {"resource_group": "rg"},
    "image_definition_info": GALLERY,
    "image_version_info": {**GALLERY, "image_definition_name": "web", "expand_replication": True},
    "managed_image_info": {"resource_group": "rg"},
    "clone_plan": {},
    "fleet_report": {"images": [{"host": "localhost", "reason": "none"}], "folder": "reports"},
}
PLAN_VARIABLES = {
    "clone_managed_image_source": "web",
    "clone_managed_image_gallery": {"resource_group": "rg", "name": "pics"},
    "clone_managed_image_target_regions": "southcentralus",
}


def task(module: str, options: dict[str, Any], register: str, **more: Any) -> dict[str, Any]:
    return {"name": register, f"{COLLECTION}.{module}": options, "register": register, **more}


def keep(*registered: str) -> list[dict[str, Any]]:
    """Show results, make facts of them that stay, and hand them to the jobs that follow."""
    all_of_them = {name: "{{ " + name + " }}" for name in registered}
    return [
        {"name": "Show", "ansible.builtin.debug": {"msg": all_of_them}},
        {"name": "Facts", "ansible.builtin.set_fact": {"kept": all_of_them, "cacheable": True}},
        {"name": "Stats", "ansible.builtin.set_stats": {"data": {"kept": all_of_them}}},
    ]


def play(*tasks: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
    variables = {"ansible_python_interpreter": "{{ ansible_playbook_python }}", **more.pop("vars", {})}
    return [{"hosts": "localhost", "gather_facts": False, "vars": variables, "tasks": list(tasks), **more}]


def every_module(**more: Any) -> list[dict[str, Any]]:
    tasks = [task(module, options, f"result_{module}") for module, options in MODULES.items()]
    variables = {**PLAN_VARIABLES, **more.pop("vars", {})}
    return play(*tasks, *keep(*(one["register"] for one in tasks)), vars=variables, **more)
