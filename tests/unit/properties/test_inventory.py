"""The inventory plugin as a whole: any options, and whatever Azure calls its images."""

from __future__ import annotations

import re
import typing as t
from pathlib import Path
from unittest import mock

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ansible import constants as C  # noqa: N812  ansible's own name for it
from ansible.errors import AnsibleError, AnsibleOptionsError
from ansible.inventory.data import InventoryData
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.doc_fragments import constructed, inventory_cache
from ansible.utils.display import Display
from ansible_collections.cloudimages.azure_gallery.plugins.doc_fragments import azure
from ansible_collections.cloudimages.azure_gallery.plugins.inventory import managed_images
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._inventory import hosts as rules
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._inventory.filters import is_meant, read_filters
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.text import message

from support.harness import CREDENTIALS, SECRET, Harness

from . import strategies as some
from .options import COMPUTE
from .words import check_words, refusal

_NAME = managed_images.InventoryModule.NAME
_DOCUMENTED = [
    *(managed_images.DOCUMENTATION, azure.ModuleDocFragment.DOCUMENTATION),
    *(constructed.ModuleDocFragment.DOCUMENTATION, inventory_cache.ModuleDocFragment.DOCUMENTATION),
]
# As ansible's plugin loader does it, which only knows collections that are installed.
C.config.initialize_plugin_configuration_definitions(
    "inventory", _NAME, {name: one for text in _DOCUMENTED for name, one in yaml.safe_load(text)["options"].items()}
)


def parsed(file: Path, options: dict[t.Any, t.Any], harness: Harness) -> InventoryData:
    """The inventory of a file with these options."""
    file.write_text(yaml.safe_dump({"plugin": _NAME, **CREDENTIALS, **options}), encoding="utf-8")
    plugin = managed_images.InventoryModule()
    plugin._load_name, plugin._redirected_names = _NAME, [_NAME]
    found = InventoryData()
    with mock.patch.object(managed_images, "Context", harness.context):
        plugin.parse(found, DataLoader(), str(file), cache=False)
    return found


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "x.managed_images.azure_gallery.yml"


# Options

_FILTER = {"names": ["web-*", "~db[0-9]+$"], "resource_groups": "rg", "os_types": ["Linux"], "locations": "East US 2"}
_filter = some.marred({**_FILTER, "tags": {"team": ["a", "b*"], "retired": ""}})
_patterns = st.fixed_dictionaries({"names": some.any_text.map(lambda text: f"~{text}")})
_gallery = some.marred({"name": "pics", "resource_group": "rg", "subscription_id": CREDENTIALS["subscription_id"]})
_expressions = st.sampled_from(
    ["name", "tags.x", "1 / 0", "{{ name }}", "", "name ~", "undefined", "tags", "lookup('pipe', 'id')"]
)
_OPTIONS: dict[str, some.Strategy] = {
    **dict.fromkeys(("include_filters", "exclude_filters"), st.lists(_filter | _patterns, max_size=2)),
    "resource_groups": st.lists(some.bad_names("resource_group") | st.just("rg"), max_size=2),
    "galleries": st.lists(_gallery | some.pick(["pics", "", "x y", f"{COMPUTE}/galleries/pics"]), max_size=2),
    "hostnames": st.lists(_expressions, max_size=2),
    "compose": st.dictionaries(some.any_text, _expressions, max_size=2),
    "groups": st.dictionaries(some.any_text, _expressions, max_size=2),
    "keyed_groups": st.lists(some.marred({"key": "tags", "prefix": "t", "separator": "-"}), max_size=2),
    "strict": st.booleans(),
    "subscription_id": some.any_text,
}


@st.composite
def _some_options(draw: t.Any) -> dict[t.Any, t.Any]:
    """Options of which each may be wrong, and perhaps one that there is not."""
    names = draw(st.lists(st.sampled_from(sorted(_OPTIONS)), min_size=1, max_size=3, unique=True))
    found = {name: draw(_OPTIONS[name] | some.any_value) for name in names}
    return {**found, **draw(st.just({}) | st.dictionaries(some.any_scalar, some.any_scalar, max_size=1))}


@given(options=_some_options())
def test_options_make_an_inventory_or_are_refused_and_leave_no_host(file: Path, options: dict[t.Any, t.Any]) -> None:
    harness = Harness()
    try:
        said = " ".join(parsed(file, options, harness).hosts)
    except AnsibleOptionsError as error:  # Ansible's own, about a type
        said = message(str(error))
    except AnsibleError as error:
        said = str(error)
    check_words(said)
    assert "in a way that it should not" not in said, options
    assert SECRET not in said
    assert {entry["method"] for entry in harness.emulator.requests} <= {"GET"}


@given(st.lists(_filter | _patterns | some.any_value, max_size=2) | some.any_value, st.data())
def test_a_filter_is_refused_or_can_be_asked_of_any_image(entries: t.Any, data: t.Any) -> None:
    found = refusal(entries, lambda: read_filters(entries, "include_filters"), "include_filters")
    if found is not None:
        is_meant(data.draw(_images)[0]["image"], found, found)


@given(_gallery | some.any_object)
def test_a_gallery_is_refused_or_has_a_name(value: t.Any) -> None:
    found = refusal(
        value, lambda: rules.read_gallery(value, CREDENTIALS["subscription_id"], "galleries[0]"), "galleries[0]"
    )
    assert found is None or found.name


# What Azure says

_short_text = some.any_text.map(lambda text: text[:256])
_tags = st.dictionaries(st.sampled_from(["x", "hostname", "{{ y }}"]) | _short_text, _short_text, max_size=3)
_image_names = some.names("managed_image") | st.sampled_from(
    ["{{7*7}}", "{{x}}", "all", "localhost", "-x", "日本", "WEB", "web"]
)


def _item(name: str, group: str, tags: dict[str, str]) -> rules.Item:
    storage = {"osDisk": {"osType": "Linux", "diskSizeGB": 30}}
    rid = f"{COMPUTE.replace('/rg/', f'/{group}/')}/images/{name}"
    return rules.image_item({"id": rid, "location": "eastus2", "tags": tags, "properties": {"storageProfile": storage}})


_images = st.lists(
    st.builds(_item, _image_names, st.sampled_from(["rg", "RG2", "r.g"]), _tags),
    min_size=1,
    max_size=4,
    unique_by=lambda item: item["image"]["id"].lower(),
)


@given(images=_images, named=st.sampled_from([[], ["tags.hostname"], ["tags.x ~ name"], ["tags['{{ y }}']", "name"]]))
def test_what_azure_says_is_text_and_every_image_is_a_host(
    file: Path, images: list[rules.Item], named: list[str]
) -> None:
    data = {"images": images, "versions": [], "missing": [], "problems": []}
    options = {
        "keyed_groups": [{"key": "tags", "prefix": "t"}, {"key": "name", "prefix": "n"}],
        "compose": {"mine": "tags"},
        **({"hostnames": named} if named else {}),
    }
    with mock.patch.object(managed_images, "listed", return_value=data):
        found = parsed(file, options, Harness())
    assert len(found.hosts) == len(images)
    assert len({name.lower() for name in found.hosts}) == len(images)
    assert all(re.fullmatch(r"[\w.()][\w.()-]*", name) for name in found.hosts), list(found.hosts)
    kept = {host.vars["managed_image"]["id"]: host.vars for host in found.hosts.values()}
    for item in images:
        image = item["image"]
        assert kept[image["id"]]["managed_image"] == image
        assert kept[image["id"]].get("mine", image["tags"]) == image["tags"]


@pytest.mark.parametrize(
    ("options", "members"),
    [
        ({"keyed_groups": [{"key": "name", "separator": ""}]}, {"db": ["db"], "web": ["web"]}),
        ({"groups": {"db": "name == 'web'"}}, {"db": ["web"]}),
        ({"keyed_groups": [{"key": "os_type", "separator": "", "parent_group": "db"}]}, {"db": ["db", "web"]}),
    ],
)
def test_a_group_by_the_name_of_a_host_is_renamed(
    file: Path, options: dict[str, t.Any], members: dict[str, list[str]]
) -> None:
    """Ansible would give the host's variables to the group, and the host would be without its connection."""
    with mock.patch.object(Display, "warning") as warning:
        found = parsed(file, options, Harness())
    assert sorted(found.hosts) == ["db", "web"]
    for name, hosts in members.items():
        assert name not in found.groups
        assert sorted(host.name for host in found.groups[f"{name}_group"].get_hosts()) == hosts
        assert any(f"The group {name} is named {name}_group" in call.args[0] for call in warning.call_args_list)


@given(_images, st.data())
def test_names_of_hosts_do_not_depend_on_the_order(images: list[rules.Item], data: t.Any) -> None:
    wanted = [data.draw(some.any_text.filter(str.strip) | st.just("same")) for _item in images]
    names = rules.unique_names(wanted, images)
    assert len({name.lower() for name in names}) == len(names)
    assert not {name.lower() for name in names} & {"all", "ungrouped", "localhost", "127.0.0.1"}
    order = data.draw(st.permutations(range(len(images))))
    again = rules.unique_names([wanted[at] for at in order], [images[at] for at in order])
    assert again == [names[at] for at in order]
