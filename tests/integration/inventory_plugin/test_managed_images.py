"""The inventory plugin by ansible-inventory and ansible-playbook, as users and AWX run it."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from support.collection_tree import ROOT
from support.playbook_runner import SUBSCRIPTION, PlaybookRunner, Run

PLUGIN = "cloudimages.azure_gallery.managed_images"
NAME = "managed_images.azure_gallery.yml"
HERE = {"resource_group": "rg"}
TEMPLATE = "{{ 1 + 1 }}"
STATES = {"unmigrated", "replicating", "migrated", "failed"}
# As AWX runs an inventory update.
AWX = {
    "ANSIBLE_INVENTORY_UNPARSED_FAILED": "True",
    "ANSIBLE_INVENTORY_EXPORT": "True",
    "ANSIBLE_VERBOSE_TO_STDERR": "True",
    "ANSIBLE_HOST_PATTERN_MISMATCH": "error",
}
GROUPS = [{"name": name, "location": "southcentralus"} for name in ("rg", "Other")]
GALLERY = {
    "galleries": [{"name": "pics", **HERE}],
    "definitions": [{"name": "all", "gallery": "pics", **HERE}],
}


def image_id(name: str, group: str = "rg") -> str:
    return f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{group}/providers/Microsoft.Compute/images/{name}"


def version(number: str, source: str, state: str = "Succeeded") -> dict[str, Any]:
    made_from = {"name": source, **HERE}
    return {"name": number, "gallery": "pics", "definition": "all", "state": state, "source": made_from, **HERE}


PUBLISHED = "2026-04-23T03:00:00+00:00"
VERIFIED = {
    "published_date": PUBLISHED,
    "tags": {"verified_at": "2026-04-23T04:00:00Z", "verified_published": PUBLISHED},
}
SEED = {
    "resource_groups": GROUPS,
    "images": [
        {"name": "web", "tags": {"team": TEMPLATE, "port": "22"}, "hyper_v_generation": "V2", **HERE},
        {"name": "WEB", "resource_group": "Other", "os_type": "Windows", "location": "eastus2"},
        {"name": "new", **HERE},
        {"name": "broken", "provisioning_state": "Failed", **HERE},
        {"name": "active", **HERE},
    ],
    **GALLERY,
    "versions": [
        {**version("1.0.0", "WEB"), **VERIFIED},
        version("1.0.1", "active", "Creating"),
        version("1.0.2", "broken", "Failed"),
    ],
}
WITH_GALLERY = {"galleries": [{"name": "pics", **HERE}]}

Inventory = Callable[..., Path]


@pytest.fixture
def inventory(tmp_path: Path) -> Inventory:
    """inventory(**options) writes the plugin's file."""

    def write(text: str | None = None, /, name: str = NAME, **options: Any) -> Path:
        place = tmp_path / name
        place.write_text(text or json.dumps({"plugin": PLUGIN, **options}), encoding="utf-8")
        return place

    return write


def asked(emulator: Any) -> list[str]:
    return [one["path"] for one in emulator.requests if one["path"].startswith("/subscriptions/")]


def plain(value: Any) -> Any:
    """What is marked as no template, without the mark; a text that is not marked has to be one of the plugin's own."""
    if isinstance(value, dict):
        return value["__ansible_unsafe"] if "__ansible_unsafe" in value else {k: plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    assert not isinstance(value, str) or value in ("local", "{{ ansible_playbook_python }}"), value
    return value


def listed(run: Run) -> dict[str, Any]:
    """`ansible-inventory --list`: hosts as a mapping of names to variables, and the members of groups."""
    document = json.loads(run.ok().stdout)
    hosts = plain(document.pop("_meta")["hostvars"])
    groups = {name: sorted(group.get("hosts", [])) for name, group in document.items() if name != "all"}
    return {"hosts": hosts, "groups": groups}


# What a host is


@pytest.mark.emulator(seed=SEED)
def test_images_are_hosts(emulator: Any, run_playbook: PlaybookRunner, inventory: Inventory) -> None:
    run = run_playbook.command("ansible-inventory", "-i", str(inventory(**WITH_GALLERY)), "--list", "--export", env=AWX)
    found = listed(run)
    assert run.stderr == ""
    assert sorted(found["hosts"]) == ["WEB_Other", "active", "broken", "new", "web_rg"]
    host = found["hosts"]["web_rg"]
    # Nothing at the top has a name that Ansible keeps for itself.
    assert set(host) == {
        "ansible_connection",
        "ansible_python_interpreter",
        "clone_managed_image_source",
        "managed_image",
        "migration",
    }
    assert (host["ansible_connection"], host["ansible_python_interpreter"]) == (
        "local",
        "{{ ansible_playbook_python }}",
    )
    assert host["clone_managed_image_source"] == host["managed_image"]["id"] == image_id("web")
    image = host["managed_image"]
    assert {key: image[key] for key in ("name", "resource_group", "subscription_id", "location", "os_type")} == {
        "name": "web",
        "resource_group": "rg",
        "subscription_id": SUBSCRIPTION,
        "location": "southcentralus",
        "os_type": "Linux",
    }
    assert (image["tags"], image["hyper_v_generation"]) == ({"team": TEMPLATE, "port": "22"}, "V2")
    assert image["disks"][0]["size_gb"] == 30
    assert found["hosts"]["broken"]["managed_image"]["provisioning_state"] == "Failed"
    assert found["hosts"]["WEB_Other"]["managed_image"]["location"] == "eastus2"


@pytest.mark.emulator(seed=SEED, replication_seconds=600)
def test_migration(emulator: Any, run_playbook: PlaybookRunner, inventory: Inventory) -> None:
    run = run_playbook.command("ansible-inventory", "-i", str(inventory(**WITH_GALLERY)), "--list")
    found = listed(run)
    states = {name: variables["migration"]["state"] for name, variables in found["hosts"].items()}
    assert states == {
        "web_rg": "migrated",  # its source was written as WEB
        "WEB_Other": "unmigrated",
        "new": "unmigrated",
        "broken": "failed",
        "active": "replicating",
    }
    assert {f"migration_{state}" for state in (*STATES, "verified")} <= {
        *found["groups"],
        *json.loads(run.stdout)["all"]["children"],
    }
    assert found["groups"]["migration_unmigrated"] == ["WEB_Other", "new"]
    assert found["groups"]["migration_migrated"] == ["web_rg"]
    assert found["groups"]["migration_verified"] == ["web_rg"]
    assert found["hosts"]["web_rg"]["migration"]["verified"] is True
    (only,) = found["hosts"]["web_rg"]["migration"]["versions"]
    assert (only["name"], only["gallery_name"], only["image_definition_name"]) == ("1.0.0", "pics", "all")
    assert (only["provisioning_state"], only["source_rebuilt"]) == ("Succeeded", False)
    assert len(asked(emulator)) == 4  # images, their creation times, definitions, versions


@pytest.mark.emulator(seed=SEED)
def test_limit_to_what_is_left(emulator: Any, run_playbook: PlaybookRunner, inventory: Inventory) -> None:
    play = f"""
- hosts: all
  gather_facts: false
  tasks:
    - name: Read it
      cloudimages.azure_gallery.managed_image_info:
        name: "{{{{ managed_image.name }}}}"
        resource_group: "{{{{ managed_image.resource_group }}}}"
    - name: Tags
      ansible.builtin.debug:
        msg: "{TEMPLATE} {{{{ managed_image.tags.team | default('none') }}}} {{{{ inventory_hostname }}}}"
    - name: An ordinary module
      ansible.builtin.ping:
"""
    left = run_playbook(play, "--limit", "migration_unmigrated", inventory=inventory(**WITH_GALLERY)).ok()
    assert sorted(left.recap) == ["WEB_Other", "new"]
    assert [task["images"][0]["id"] for task in left.tasks("Read it", "WEB_Other")] == [image_id("WEB", "Other")]
    run = run_playbook(play, "--limit", "web_rg", inventory=inventory(**WITH_GALLERY)).ok()
    assert run.task("Tags")["msg"] == f"2 {TEMPLATE} web_rg"
    assert "reserved name" not in run.output


@pytest.mark.emulator(seed={**SEED, "galleries": [], "definitions": [], "versions": []})
def test_a_gallery_to_come(emulator: Any, run_playbook: PlaybookRunner, inventory: Inventory) -> None:
    run = run_playbook.command("ansible-inventory", "-i", str(inventory(**WITH_GALLERY)), "--list", env=AWX)
    assert len(listed(run)["groups"]["migration_unmigrated"]) == 5
    assert "gallery /subscriptions/" in run.stderr


# Names that mean something

HOSTILE = [TEMPLATE, "a,b", "!x", "-i", "localhost", "$(id)", "all"]


@pytest.mark.emulator(
    seed={
        "resource_groups": GROUPS,
        "images": [{"name": name, "tags": {"t": name, TEMPLATE: name}, **HERE} for name in HOSTILE],
    }
)
def test_what_azure_says_is_text(emulator: Any, run_playbook: PlaybookRunner, inventory: Inventory) -> None:
    options: dict[str, Any] = {
        "hostnames": ["tags.t"],
        "compose": {
            "tag": "tags.t",
            "every": "tags.values() | list",
            "mapped": "[managed_image] | map(attribute='name') | list",
        },
        "keyed_groups": [{"prefix": "tag", "key": "tags"}],
        "strict": True,
    }
    place = inventory(**options)
    found = listed(run_playbook.command("ansible-inventory", "-i", str(place), "--list"))
    names = {variables["managed_image"]["name"]: name for name, variables in found["hosts"].items()}
    assert names == {
        TEMPLATE: "___1___1___",
        "a,b": "a_b",
        "!x": "_x",
        "-i": "_i",
        "localhost": "localhost_rg",
        "$(id)": "_(id)",
        "all": "all_rg",
    }
    for name, host in names.items():
        variables = found["hosts"][host]
        assert (variables["tag"], variables["every"], variables["mapped"]) == (name, [name, name], [name])
    assert [group for group in found["groups"] if not re.fullmatch(r"\w+", group)] == []
    play = "- hosts: all\n  gather_facts: false\n  tasks:\n    - name: Say\n      ansible.builtin.debug:\n"
    play += '        msg: "{{ [managed_image.name, tag, managed_image.tags, every, mapped, clone_managed_image_source] }}"\n'
    run = run_playbook(play, inventory=place).ok()
    for name, host in names.items():
        said = run.task("Say", host)["msg"]
        assert said == [name, name, {"t": name, TEMPLATE: name}, [name, name], [name], image_id(name)]


@pytest.mark.emulator(seed=SEED)
def test_names_groups_and_variables_of_ones_own(
    emulator: Any, run_playbook: PlaybookRunner, inventory: Inventory
) -> None:
    options = {
        "hostnames": ["tags.nothing", "name ~ '.' ~ location"],
        "keyed_groups": [{"prefix": "os", "key": "os_type"}, {"prefix": "in", "key": "managed_image.location"}],
        "groups": {"ready": "provisioning_state == 'Succeeded'", "done": "migration.state == 'migrated'"},
        "compose": {"short": "name[:2]"},
        **WITH_GALLERY,
    }
    found = listed(run_playbook.command("ansible-inventory", "-i", str(inventory(**options)), "--list"))
    assert sorted(found["hosts"]) == [
        "WEB.eastus2",
        "active.southcentralus",
        "broken.southcentralus",
        "new.southcentralus",
        "web.southcentralus",
    ]
    assert found["groups"]["os_Windows"] == found["groups"]["in_eastus2"] == ["WEB.eastus2"]
    assert found["groups"]["done"] == ["web.southcentralus"]
    assert "broken.southcentralus" not in found["groups"]["ready"]
    assert found["hosts"]["new.southcentralus"]["short"] == "ne"


@pytest.mark.emulator(seed=SEED)
def test_filters(emulator: Any, run_playbook: PlaybookRunner, inventory: Inventory) -> None:
    place = inventory(
        resource_groups="RG",
        include_filters=[{"names": ["w*", "a*", "b*"], "locations": "South Central US"}],
        exclude_filters=[{"tags": {"Team": "*"}}],
    )
    found = listed(run_playbook.command("ansible-inventory", "-i", str(place), "--list"))
    assert sorted(found["hosts"]) == ["active", "broken"]


@pytest.mark.emulator(seed={**SEED, "images": [{"name": "web", "resource_group": group["name"]} for group in GROUPS]})
def test_two_sources(emulator: Any, run_playbook: PlaybookRunner, inventory: Inventory, tmp_path: Path) -> None:
    """They may list the same image and extend a host, but two images of the same name are an error."""
    first = inventory(name=f"first.{NAME}", resource_groups=["rg"])
    again = inventory(name=f"again.{NAME}", resource_groups=["rg"], compose={"again": "true"})
    other = inventory(name=f"other.{NAME}", resource_groups=["Other"])
    named = inventory(name=f"named.{NAME}", resource_groups=["Other"], hostnames=["name ~ '.' ~ resource_group"])
    ini = tmp_path / "hosts"
    ini.write_text("[important]\nweb\n", encoding="utf-8")

    def run(*places: Path) -> Run:
        several = [argument for place in places for argument in ("-i", str(place))]
        env = {"ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "true"}
        return run_playbook.command("ansible-inventory", *several, "--list", env=env)

    found = listed(run(ini, first, again, named))
    assert sorted(found["hosts"]) == ["web", "web.Other"]
    assert found["groups"]["important"] == ["web"]
    assert found["hosts"]["web"]["again"] is True
    wrong = run(first, other)
    assert wrong.rc != 0
    assert "in another inventory source, and cannot also be" in " ".join(wrong.stderr.split())


# The cache


@pytest.mark.emulator(seed=SEED)
def test_the_cache(emulator: Any, run_playbook: PlaybookRunner, inventory: Inventory, tmp_path: Path) -> None:
    cache = {"cache": True, "cache_plugin": "ansible.builtin.jsonfile", "cache_connection": str(tmp_path / "cache")}

    def run(*arguments: str, env: dict[str, str] | None = None, **options: Any) -> dict[str, Any]:
        emulator.clear_requests()
        place = inventory(**cache, **options)
        return listed(run_playbook.command("ansible-inventory", "-i", str(place), "--list", *arguments, env=env))

    first = run(**WITH_GALLERY)
    assert len(asked(emulator)) == 4  # images, their creation times, definitions, versions
    assert run(**WITH_GALLERY) == first
    assert emulator.requests == []
    # Filters work on what the cache holds.
    assert list(run(include_filters=[{"names": "new"}], **WITH_GALLERY)["hosts"]) == ["new"]
    assert emulator.requests == []
    play = "- hosts: new\n  gather_facts: false\n  tasks: []\n"
    place = inventory(**cache, **WITH_GALLERY)
    run_playbook(play, inventory=place).ok()
    assert emulator.requests == []
    run_playbook(play, "--flush-cache", inventory=place).ok()
    assert len(asked(emulator)) == 4  # images, their creation times, definitions, versions
    run(resource_groups=["rg"])
    assert len(asked(emulator)) == 1
    run(env={"AZURE_CLIENT_ID": "22222222-2222-2222-2222-222222222222"}, **WITH_GALLERY)
    assert len(asked(emulator)) == 4  # images, their creation times, definitions, versions
    texts = [path.read_text(encoding="utf-8") for path in (tmp_path / "cache").iterdir()]
    assert texts
    assert not [text for text in texts if "the-secret-of-the-tests" in text or "eyJ" in text]


# Bad days: all or nothing


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (
            {"kind": "managed_image", "do": {"status": 403, "code": "AuthorizationFailed", "message": "no"}},
            "role that holds Microsoft.Compute/images/read",
        ),
        (
            {"kind": "managed_image", "after": 1, "do": {"status": 403, "code": "AuthorizationFailed"}},
            "AuthorizationFailed",
        ),
        (
            {"kind": "image_version", "do": {"status": 403, "code": "AuthorizationFailed"}},
            "versions of image definition",
        ),
        (
            {
                "kind": "managed_image",
                "do": {"status": 429, "code": "OperationNotAllowed", "headers": {"Retry-After": "900"}},
            },
            "Azure limits the number of requests",
        ),
        ({"kind": "token", "do": {"status": 401, "body": {"error": "invalid_client"}}}, "sign"),
    ],
    ids=["first-page", "second-page", "versions", "throttled", "secret"],
)
@pytest.mark.emulator(seed={**SEED, "page_size": 2})
def test_a_failure_leaves_no_host(
    emulator: Any, run_playbook: PlaybookRunner, inventory: Inventory, fault: dict[str, Any], said: str
) -> None:
    emulator.order_fault(times=0, **fault)
    place = inventory(**WITH_GALLERY)
    run = run_playbook.command("ansible-inventory", "-i", str(place), "--list", "--export", "-v", env=AWX)
    assert run.rc != 0
    assert said in " ".join(run.stderr.split())
    assert "web" not in run.stdout
    assert "Traceback" not in run.output
    # With other sources, any_unparsed makes it fail; without, no part of it is there.
    partial = run_playbook.command("ansible-inventory", "-i", "other,", "-i", str(place), "--list").ok()
    assert json.loads(partial.stdout)["ungrouped"]["hosts"] == ["other"]


@pytest.mark.emulator(seed={**SEED, "clients": [{"client_id": "another", "secret": "else"}]})
def test_a_failure_tells_no_secret(emulator: Any, run_playbook: PlaybookRunner, inventory: Inventory) -> None:
    several = ["-i", "other,", "-i", str(inventory()), "--list", "-vvvvv"]
    env = {"ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "true"}
    run = run_playbook.command("ansible-inventory", *several, env=env)
    assert run.rc != 0
    assert "client_id" in run.stderr
    assert "the-secret-of-the-tests" not in run.output


@pytest.mark.emulator(seed=SEED)
def test_an_expression_that_fails_leaves_no_host(
    emulator: Any, run_playbook: PlaybookRunner, inventory: Inventory
) -> None:
    for wrong in (
        {"compose": {"team": "tags.team"}},
        {"hostnames": ["tags.team"]},
        {"keyed_groups": [{"key": "tags.team"}]},
    ):
        place = inventory(strict=True, **wrong)
        run = run_playbook.command("ansible-inventory", "-i", "other,", "-i", str(place), "--list").ok()
        assert "team" in run.stderr
        assert json.loads(run.stdout)["ungrouped"]["hosts"] == ["other"]
        listed(run_playbook.command("ansible-inventory", "-i", str(inventory(**wrong)), "--list", env=AWX))


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"resource_group": "rg"}, "Did you mean resource_groups?"),
    ({"ad_user": "me"}, "'ad_user' of azure.azcollection is not supported"),
    ({"include_filters": [{"name": "x"}]}, "include_filters[0]: 'name' is not known"),
    ({"galleries": [{"gallery": "x"}]}, "galleries[0]:"),
    ({"resource_groups": ["no/slash"]}, "resource_groups: 'no/slash' is not allowed"),
    ({"subscription_id": "mine"}, "subscription_id: 'mine' is not allowed"),
    ({"auth_source": "somewhere"}, "somewhere"),
]


@pytest.mark.emulator
def test_what_is_not_understood_is_refused(emulator: Any, run_playbook: PlaybookRunner, inventory: Inventory) -> None:
    """Each in a source of its own."""
    places = [inventory(name=f"{number}.{NAME}", **options) for number, (options, _said) in enumerate(REFUSED)]
    several = [argument for place in places for argument in ("-i", str(place))]
    run = run_playbook.command("ansible-inventory", *several, "--list", env=AWX)
    assert run.rc != 0
    reported = "".join(run.stderr.split())  # lines are broken wherever they are long
    for place, (options, said) in zip(places, REFUSED, strict=True):
        assert said.replace(" ", "") in reported, f"{options}: {run.stderr}"
        assert f"{place}" in reported
    assert asked(emulator) == []


@pytest.mark.parametrize("name", ["managed_images.azure_gallery.yml", "x.managed_images.azure_gallery.yaml"])
@pytest.mark.emulator(seed=SEED)
def test_names_of_the_file(emulator: Any, run_playbook: PlaybookRunner, inventory: Inventory, name: str) -> None:
    place = inventory(name=name)
    assert len(listed(run_playbook.command("ansible-inventory", "-i", str(place), "--list"))["hosts"]) == 5
    other = inventory(name="managed_images.yml")
    run = run_playbook.command("ansible-inventory", "-i", str(other), "--list", env=AWX)
    assert run.rc != 0
    assert "could not be verified" in " ".join(run.stderr.split())


# Credentials


@pytest.mark.emulator(seed={**SEED, "clients": [{"client_id": "reader", "secret": "of-the-reader"}]})
def test_credentials_as_options_may_be_templates_and_vaulted(
    emulator: Any, run_playbook: PlaybookRunner, inventory: Inventory, tmp_path: Path
) -> None:
    password = tmp_path / "password"
    password.write_text("vault", encoding="utf-8")
    vault = ("--vault-password-file", str(password))
    secret = run_playbook.command("ansible-vault", "encrypt_string", *vault, "of-the-reader", "--name", "secret").ok()
    text = f"plugin: {PLUGIN}\ntenant: {SUBSCRIPTION}\nclient_id: '{{{{ who }}}}'\nauth_source: ''\n{secret.stdout}\n"
    # Variables of the environment that are empty are unset: the second name counts.
    env = {"AZURE_TENANT": "", "AZURE_CLIENT_ID": "", "AZURE_SECRET": None}
    place = inventory(text)
    command = ("ansible-inventory", "-i", str(place), "--list", "-vvvvv", "-e", "who=reader", *vault)
    run = run_playbook.command(*command, env={**env, **AWX})
    assert len(listed(run)["hosts"]) == 5
    assert "of-the-reader" not in run.output
    env = {"AZURE_TENANT": "", "AZURE_TENANT_ID": SUBSCRIPTION, "AZURE_CLIENT_ID": "reader", "AZURE_SECRET": ""}
    env["AZURE_CLIENT_SECRET"] = "of-the-reader"
    assert (
        len(listed(run_playbook.command("ansible-inventory", "-i", str(inventory()), "--list", env=env))["hosts"]) == 5
    )
    env["AZURE_CLIENT_SECRET"] = "of-another"
    run = run_playbook.command("ansible-inventory", "-i", str(inventory()), "--list", env={**env, **AWX})
    assert run.rc != 0
    assert "of-another" not in run.output


@pytest.mark.emulator(seed=SEED)
def test_the_log_file_has_no_headers(
    emulator: Any, run_playbook: PlaybookRunner, inventory: Inventory, tmp_path: Path
) -> None:
    log = tmp_path / "ansible.log"
    env = {"ANSIBLE_LOG_PATH": str(log), "ANSIBLE_LOG_VERBOSITY": "3", **AWX}
    run_playbook.command("ansible-inventory", "-i", str(inventory()), "--list", "-vvv", env=env).ok()
    text = log.read_text(encoding="utf-8") if log.exists() else ""
    assert "Authorization" not in text
    assert "azure.core" not in text


# The examples of the documentation


def examples() -> list[tuple[str, str]]:
    tree = ast.parse((ROOT / "plugins/inventory/managed_images.py").read_text(encoding="utf-8"))
    (text,) = [
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "EXAMPLES"
    ]
    return re.findall(r"# File: (\S+)\n(---\n(?:.+\n)+)", str(text))


EXPECTED = {
    "managed_images.azure_gallery.yml": ["db-test", "myImage", "myOtherImage", "tmp1"],
    "left.managed_images.azure_gallery.yml": ["db-test", "myImage", "tmp1"],
    "some.managed_images.azure_gallery.yml": ["myImage"],
    "grouped.managed_images.azure_gallery.yml": [
        "db-test-eastus2",
        "first",
        "myOtherImage-westeurope",
        "tmp1-southcentralus",
    ],
    "cached.managed_images.azure_gallery.yml": ["db-test", "myImage", "myOtherImage", "tmp1"],
}


def test_every_example_has_a_file_and_is_expected() -> None:
    assert {name for name, _text in examples()} == set(EXPECTED)
    assert all(yaml.safe_load(text)["plugin"] == PLUGIN for _name, text in examples())


@pytest.mark.parametrize(("name", "text"), examples(), ids=[name for name, _text in examples()])
@pytest.mark.emulator(
    seed={
        "resource_groups": [{"name": name, "location": "southcentralus"} for name in ("myResourceGroup", "other")],
        "images": [
            {"name": "myImage", "resource_group": "myResourceGroup", "tags": {"hostname": "first"}, "os_disk_gb": 200},
            {"name": "db-test", "resource_group": "myResourceGroup", "location": "eastus2"},
            {"name": "tmp1", "resource_group": "myResourceGroup"},
            {"name": "myOtherImage", "resource_group": "other", "location": "westeurope", "tags": {"team": "data"}},
        ],
        "galleries": [{"name": "myGallery", "resource_group": "myResourceGroup"}],
    }
)
def test_examples(emulator: Any, run_playbook: PlaybookRunner, inventory: Inventory, name: str, text: str) -> None:
    reader = {f"READER_{part}": run_playbook.azure[f"AZURE_{part}"] for part in ("TENANT", "CLIENT_ID", "SECRET")}
    place = inventory(text, name=name)
    found = listed(run_playbook.command("ansible-inventory", "-i", str(place), "--list", env={**AWX, **reader}))
    assert sorted(found["hosts"]) == EXPECTED[name]
    if name.startswith("grouped"):
        assert (found["groups"]["large"], found["groups"]["tag_hostname_first"]) == (["first"], ["first"])
        definition = found["hosts"]["first"]["clone_managed_image_definition"]
        assert definition == {"publisher": "myPublisher", "offer": "myOffer", "sku": "myImage"}
