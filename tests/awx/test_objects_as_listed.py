"""What awx_objects.yml lists: for infra.aap_configuration as well as for awx_setup, and right in itself."""

from __future__ import annotations

import ast
import configparser
import functools
import json
import re
from typing import Any

import pytest
import yaml
from awx_collection import awx_collections_path
from jinja2 import ChainableUndefined, sandbox
from objects_fixtures import LISTS, MARK, Listed

from support.collection_tree import ROOT
from support.playbook_runner import PlaybookRunner

CONTENT = ROOT / "awx"
MADE = {"awx_setup_client_id": "", "awx_setup_secret": "", "awx_setup_ca_bundle": ""}


@functools.cache
def options(module: str) -> set[str]:
    """The options of a module of awx.awx."""
    file = awx_collections_path() / f"ansible_collections/awx/awx/plugins/modules/{module}.py"
    texts = [
        node.value.value
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.Assign) and node.targets[0].id == "DOCUMENTATION"  # type: ignore[attr-defined]
    ]
    return set(yaml.safe_load(texts[0])["options"])


@pytest.mark.parametrize("name", LISTS)
def test_items_are_options_of_a_module_that_awx_setup_runs(shipped: Listed, name: str) -> None:
    module = f"awx.awx.{LISTS[name]}"
    listed = yaml.safe_load((ROOT / "playbooks/tasks/awx_write.yml").read_text(encoding="utf-8"))
    (task,) = [task for one in listed for task in one.get("block", [one]) if module in task]
    assert {key for item in shipped[name] for key in item} <= options(LISTS[name])
    assert task[module] is None, "all options come from the item"
    assert name in task["loop"]


def test_the_lists_are_those_of_the_file(shipped: Listed) -> None:
    class Loader(yaml.SafeLoader):
        """With Ansible's tag."""

    Loader.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node))
    file = yaml.load((ROOT / "playbooks/vars/awx_objects.yml").read_text(encoding="utf-8"), Loader)
    assert {name for name in file if not re.match("(__)?awx_setup_", name)} == LISTS.keys()
    spec = yaml.safe_load((ROOT / "playbooks/vars/awx_setup_spec.yml").read_text(encoding="utf-8"))["__awx_setup_spec"]
    assert {name for name in file if name.startswith("awx_setup_")} == spec["awx_setup"]["options"].keys()
    assert file["__awx_setup_mark"] == MARK
    for items in shipped.values():
        assert [item["name"] for item in items] == list(dict.fromkeys(item["name"] for item in items))


# What a user has already is used, and not made


def test_a_credential_and_an_execution_environment_of_ones_own(listed: Any) -> None:
    own = listed(
        **MADE,
        awx_setup_credential="Ours",
        awx_setup_execution_environment="EE",
        awx_setup_execution_environment_image="",
    )
    assert (own["controller_credentials"], own["controller_execution_environments"]) == ([], [])
    credentials = {item["name"]: item.get("credentials") for item in own["controller_templates"]}
    assert credentials.pop("Fleet report") is None
    assert set(map(tuple, credentials.values())) == {("Ours",)}
    assert {item["execution_environment"] for item in own["controller_templates"]} == {"EE"}
    assert own["controller_inventory_sources"][0]["credential"] == "Ours"


def test_a_managed_identity(listed: Any) -> None:
    own = listed(**MADE, awx_setup_tenant="", awx_setup_auth_source="msi", awx_setup_notification_url="")
    azure, sign_in = own["controller_credentials"]
    assert azure["inputs"] == {"subscription": "00000000-0000-0000-0000-000000000000"}
    assert sign_in["inputs"] == {"auth_source": "msi"}
    # An inventory source takes only one credential, so it has the way to sign in itself.
    assert own["controller_inventory_sources"][0]["source_vars"]["AZURE_AUTH_SOURCE"] == "msi"
    assert own["controller_notifications"] == []
    assert [item["notification_templates_error"] for item in own["controller_templates"] if "forks" in item] == [[]] * 4


def test_the_inventory_knows_the_gallery(shipped: Listed) -> None:
    variables = shipped["controller_inventory_sources"][0]["source_vars"]
    group = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg"
    assert variables["MANAGED_IMAGES_GALLERIES"] == f"{group}/providers/Microsoft.Compute/galleries/pics"
    assert variables["MANAGED_IMAGES_RESOURCE_GROUPS"] == "images-prod images-test"


@pytest.mark.parametrize(
    ("said", "listed_as"),
    [
        ("images-prod", "images-prod"),
        ("images-prod, images-test\nothers", "images-prod images-test others"),
        (["images-prod", "images-test"], "images-prod images-test"),
        ("", ""),
    ],
)
def test_resource_groups_are_a_text_or_a_list(listed: Any, said: Any, listed_as: str) -> None:
    (source,) = listed(awx_setup_image_resource_groups=said)["controller_inventory_sources"]
    assert source["source_vars"]["MANAGED_IMAGES_RESOURCE_GROUPS"] == listed_as


def test_blank_values_and_numbers(listed: Any) -> None:
    """As those have them who use the lists without awx_setup."""
    schedules = ("schedule", "schedule_enabled", "retirement_schedule", "retirement_schedule_enabled")
    blank = ("project_branch", "project_credential", *schedules, "records", "notification_url", "secret")
    unset = {f"awx_setup_{name}": None for name in (*blank, "job_slice_count", "approval_timeout", "target_regions")}
    own = listed(**unset, awx_setup_gallery_name=2024)
    (project,), (schedule, retirement), azure = (
        own["controller_projects"],
        own["controller_schedules"],
        own["controller_credentials"][0],
    )
    assert (project["scm_branch"], "credential" in project, own["controller_notifications"]) == ("", False, [])
    assert "secret" not in azure["inputs"]
    for one in (schedule, retirement):
        assert one["enabled"] is False
        assert one["rrule"].startswith("DTSTART:2027")
    assert schedule["extra_data"]["clone_managed_image_gallery_name"] == "2024"
    assert int(own["controller_templates"][1]["job_slice_count"]) == 1
    questions = {one["question_name"]: one for one in own["controller_templates"][0]["survey_spec"]["spec"]}
    assert [questions[name]["default"] for name in ("Gallery", "Target regions")] == ["2024", ""]


# The content project


def test_the_content_project_has_what_the_objects_name(shipped: Listed) -> None:
    for item in shipped["controller_templates"]:
        (play,) = yaml.safe_load((CONTENT / item["playbook"]).read_text(encoding="utf-8"))
        name = play["ansible.builtin.import_playbook"].removeprefix("cloudimages.azure_gallery.")
        assert (ROOT / f"playbooks/{name}.yml").is_file()
        assert f"{name}.yml" == item["playbook"]
    source = CONTENT / shipped["controller_inventory_sources"][0]["source_path"]
    assert yaml.safe_load(source.read_text(encoding="utf-8"))["plugin"] == "cloudimages.azure_gallery.managed_images"


def test_an_inventory_that_cannot_be_read_fails_whole() -> None:
    config = configparser.ConfigParser()
    config.read(CONTENT / "ansible.cfg")
    assert config["inventory"].getboolean("any_unparsed_is_failed")
    assert config["defaults"]["collections_path"] == "/runner/requirements_collections:/usr/share/ansible/collections"


# Templates that AWX resolves


@pytest.mark.parametrize(
    ("inputs", "environment"),
    [
        ({}, {}),
        ({"auth_source": "msi"}, {"AZURE_AUTH_SOURCE": "msi"}),
        ({"certificate": "PEM"}, {"AZURE_X509_CERTIFICATE_PATH": "/runner/env/certificate"}),
        ({"ca_bundle": "PEM"}, {"AZURE_GALLERY_CA_BUNDLE": "/runner/env/ca_bundle"}),
    ],
)
def test_the_credential_type_sets_what_is_filled_in(
    shipped: Listed, inputs: dict[str, str], environment: dict[str, str]
) -> None:
    """As AWX injects a credential: all files are written, and what is empty counts as unset."""
    (type_,) = shipped["controller_credential_types"]
    engine = sandbox.ImmutableSandboxedEnvironment()
    files = {label.removeprefix("template."): template for label, template in type_["injectors"]["file"].items()}
    assert {name: engine.from_string(text).render(inputs) for name, text in files.items()} == {
        name: inputs.get(name, "") for name in files
    }
    known = {**inputs, "tower": {"filename": {name: f"/runner/env/{name}" for name in files}}}
    found = {name: engine.from_string(text).render(known) for name, text in type_["injectors"]["env"].items()}
    assert {name: value for name, value in found.items() if value} == environment
    assert not [name for name in found if name.startswith("ANSIBLE_")]


@pytest.mark.parametrize(
    "job",
    [
        {"artifacts": {"migrate_fleet_report_7": {"counts": {"failed": 1}}}, "host_status_counts": {"ok": 3}},
        {"artifacts": {}, "host_status_counts": None},
        {},
    ],
)
@pytest.mark.parametrize("event", ["success", "error"])
def test_the_web_hook_gets_the_artifacts(shipped: Listed, event: str, job: dict[str, Any]) -> None:
    (template,) = shipped["controller_notifications"]
    context = {"job": {"id": 7, "name": 'Fleet "1"', "status": "failed", **job}, "url": "https://awx/#/jobs/7"}
    engine = sandbox.ImmutableSandboxedEnvironment(undefined=ChainableUndefined)
    body = json.loads(engine.from_string(template["messages"][event]["body"]).render(context))
    assert body["artifacts"] == job.get("artifacts", {})
    assert (body["job"], body["name"], body["hosts"]) == (7, 'Fleet "1"', job.get("host_status_counts") or {})


# The inventory source


HERE = {"location": "southcentralus"}
SEED = {
    "resource_groups": [{"name": name, **HERE} for name in ("images-prod", "images-test", "others", "rg")],
    "images": [{"name": f"of-{group}", "resource_group": group} for group in ("images-prod", "images-test", "others")],
    "galleries": [{"name": "pics", "resource_group": "rg"}],
}


@pytest.mark.emulator(seed=SEED)
def test_the_inventory_source_lists_what_its_variables_say(
    emulator: Any, run_playbook: PlaybookRunner, shipped: Listed
) -> None:
    (source,) = shipped["controller_inventory_sources"]
    command = ("ansible-inventory", "--list", "-i", str(CONTENT / source["source_path"]))
    inventory = json.loads(run_playbook.command(*command, env=source["source_vars"]).ok().stdout)
    assert inventory["_meta"]["hostvars"].keys() == {"of-images-prod", "of-images-test"}
    assert set(inventory["migration_unmigrated"]["hosts"]) == {"of-images-prod", "of-images-test"}
    everything = json.loads(run_playbook.command(*command).ok().stdout)
    assert len(everything["_meta"]["hostvars"]) == 3
    assert "migration_unmigrated" not in everything
