"""Options of every module: those that it needs, those that it may be given, and what is wrong with one of them."""

from __future__ import annotations

import json
import typing as t

from hypothesis import strategies as st

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.auth.options import AUTH_OPTIONS
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._fleet import report
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._role.variables import FLAT, PREFIX, VARIABLES

from support import report_samples as samples
from support.module_specs import SPECS
from support.playbook_runner import SUBSCRIPTION

from . import edge_values
from . import strategies as some

Strategy = st.SearchStrategy[t.Any]
Options = dict[str, t.Any]

COMPUTE = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Compute"
VERSION_ID = f"{COMPUTE}/galleries/pics/images/web/versions/1.0.0"
IMAGE_ID = f"{COMPUTE}/images/web"


def one_of(*values: t.Any) -> Strategy:
    """One of these; a value that stands here twice comes twice as often."""
    return st.sampled_from(values)


def some_of(needed: dict[str, Strategy], allowed: dict[str, Strategy]) -> Strategy:
    """Mappings with all that is needed, and a few of those that are allowed: of many, two would soon contradict each other."""
    chosen = st.lists(st.sampled_from(sorted(allowed)), max_size=4, unique=True) if allowed else st.just([])
    return chosen.flatmap(lambda names: st.fixed_dictionaries({**needed, **{name: allowed[name] for name in names}}))


# Right

_group = {"resource_group": st.just("rg")}
_gallery = {**_group, "gallery_name": one_of("pics", "pics", "other")}
_definition = {**_gallery, "image_definition_name": one_of("web", "web", "db")}
_words = one_of("", "Ours", "{{ x }}", "日本 <b>", "yes")
_state = one_of("present", "present", "absent")
_location = one_of("southcentralus", "South Central US", "southcentralus", "eastus2")
_day = one_of("2030-01-01", "2031-02-03T04:05:06+02:00", "2030-01-01T00:00:00Z", "2020-01-01")
_range = st.fixed_dictionaries({}, optional={"min": st.integers(1, 4), "max": st.integers(2, 8)})
_plan = st.fixed_dictionaries({name: one_of("a", "b") for name in ("name", "publisher", "product")})
_source = one_of("web", "web", IMAGE_ID, {"name": "web"}, {"name": "db", "resource_group": "RG"}, "gone")
_region = one_of(
    "southcentralus=1", "South Central US=2", "eastus2", "eastus2=1=standard_zrs", "westeurope=1", "eastus2=3"
)
_features = one_of(
    {},
    {"SecurityType": "TrustedLaunchSupported"},
    {"IsHibernateSupported": True, "SecurityType": {"value": "TrustedLaunch"}},
)
_tags = {"tags": some.tags, "append_tags": st.booleans()}

GALLERY = {"location": _location, "description": _words, **_tags}
DEFINITION = {
    "location": _location,
    "os_type": one_of("Linux", "Windows"),
    "os_state": one_of("Generalized", "Specialized"),
    "hyper_v_generation": one_of("V1", "V2"),
    "architecture": one_of("x64", "X64", "Arm64"),
    **dict.fromkeys(("publisher", "offer", "sku"), one_of("Canonical", "22_04-lts", "2019")),
    "purchase_plan": _plan,
    **dict.fromkeys(("description", "eula"), _words),
    **dict.fromkeys(("privacy_statement_uri", "release_note_uri"), st.just("https://example.com/x")),
    "end_of_life_date": _day,
    **dict.fromkeys(("recommended_vcpus", "recommended_memory"), _range),
    "disallowed_disk_types": st.lists(one_of("Standard_LRS", "Premium_LRS"), max_size=2),
    "features": _features,
    **_tags,
}
VERSION = {
    "location": _location,
    "replica_count": st.integers(1, 3),
    "storage_account_type": one_of("Standard_LRS", "standard_zrs", "Premium_LRS"),
    "replication_mode": one_of("Full", "Full", "Shallow"),
    "exclude_from_latest": st.booleans() | one_of("yes", "no"),
    "end_of_life_date": _day,
    **dict.fromkeys(("allow_deletion_of_replicated_locations", "block_deletion_before_end_of_life"), st.booleans()),
    "target_regions": st.lists(_region, max_size=3, unique_by=lambda text: "".join(text.lower().split())[:5]),
    "region_policy": one_of("merge", "exact"),
    "when_cloned": one_of("reuse", "reuse", "new"),
    "on_failed": one_of("fail", "recreate", "retry_regions"),
    "tags": some.tags,
}
WAITING = {"wait": st.booleans(), "wait_timeout": st.integers(0, 3000), "poll_interval": st.integers(1, 60)}
_name_of = {"name": one_of("web", "gone", ""), **_group}


def _answer(value: t.Any) -> Strategy:
    """A value as a playbook writes it, or as a survey sends it."""
    if isinstance(value, list):
        return st.sampled_from([value, ", ".join(map(str, value)), json.dumps(value), "\n".join(map(str, value))])
    return st.sampled_from([value, json.dumps(value) if isinstance(value, dict) else str(value)])


_ROLES_PLACE = {
    "gallery_resource_group": ["rg"],
    "gallery_name": ["pics", "pics", "other"],
    "source": ["web", IMAGE_ID, "db"],
}
_ROLE = {
    "source_id": st.just(IMAGE_ID),
    "definition_name": one_of("web", "new"),
    **{name: DEFINITION[name] for name in ("publisher", "offer", "sku")},
    "definition": some_of({}, DEFINITION),
    "version": one_of("1.0.0", "1.0.1", *some.NEXT),
    **{name: strategy for name, strategy in {**VERSION, **WAITING}.items() if name in VARIABLES},
    **dict.fromkeys(("create_gallery", "flush", "strict"), st.booleans()),
    "gallery_location": _location,
}
_variables = some_of(
    {PREFIX + name: one_of(*values) for name, values in _ROLES_PLACE.items()},
    {PREFIX + name: strategy.flatmap(_answer) for name, strategy in _ROLE.items()},
)
_image = st.fixed_dictionaries(
    {"host": one_of("web", "db", "<b>")},
    optional={"source": _source, "reason": _words, "started": _day, "ended": _day},
)
NEEDED: dict[str, dict[str, Strategy]] = {
    "gallery": {**_group, "name": one_of("pics", "new")},
    "image_definition": {**_gallery, "name": one_of("web", "new")},
    "image_version": {**_definition, "name": one_of("1.0.0", "1.0.1", *some.NEXT), "source": _source},
    "wait_for_replication": {"versions": st.just([VERSION_ID])},
    "gallery_info": {},
    "image_definition_info": _gallery,
    "image_version_info": _definition,
    "managed_image_info": {},
    "clone_plan": {"variables": _variables},
    "fleet_report": {"images": st.lists(_image, max_size=2)},
}
ALLOWED: dict[str, dict[str, Strategy]] = {
    "gallery": {**GALLERY, "state": _state},
    "image_definition": {**DEFINITION, "source": _source, "state": _state},
    "image_version": {
        **VERSION,
        **WAITING,
        "append_tags": st.booleans(),
        "state": _state,
        "defaults": st.just({"name": "1.0.7"}),
    },
    "wait_for_replication": {name: WAITING[name] for name in ("wait_timeout", "poll_interval")},
    "gallery_info": _name_of,
    "image_definition_info": {"name": one_of("web", "gone")},
    "image_version_info": {
        "name": one_of("1.0.0", "9.9.9"),
        "expand_replication": st.booleans(),
        "latest": st.just(False),
    },
    "managed_image_info": _name_of,
    "clone_plan": {},
    "fleet_report": {"hosts": st.lists(one_of("web", "x"), max_size=2), "planned": st.booleans()},
}


def options(task: str) -> Strategy:
    """Options of which each alone is right."""
    return some_of(NEEDED[task], ALLOWED[task])


# Wrong

_seconds = some.pick(edge_values.SECONDS)
_ids = some.pick(edge_values.IDS)
_mapping_source = st.fixed_dictionaries(
    {}, optional={"id": _ids, "name": some.any_value, "resource_group": some.any_value, "nmae": some.any_value}
)
_awaited = st.fixed_dictionaries(
    {"id": st.just(VERSION_ID) | _ids}, optional={"wait_timeout": _seconds, "poll_interval": _seconds}
)
_BY_NAME: dict[str, Strategy] = {
    "resource_group": some.bad_names("resource_group"),
    "gallery_name": some.bad_names("gallery"),
    "image_definition_name": some.bad_names("image_definition"),
    **dict.fromkeys(("publisher", "offer", "sku"), some.bad_names("offer")),
    "location": some.bad_regions,
    "end_of_life_date": some.bad_dates,
    "tags": some.bad_tags,
    "features": some.pick(edge_values.FEATURES),
    "defaults": st.fixed_dictionaries({"name": some.bad_versions}),
    "source": _ids | _mapping_source,
    "target_regions": st.lists(some.bad_regions | some.odd_regions(), min_size=1, max_size=2) | some.many_regions,
    "versions": st.lists(_ids | _awaited, max_size=2),
    **dict.fromkeys(("wait_timeout", "poll_interval", "replica_count"), _seconds),
    "folder": some.pick(edge_values.FOLDERS),
}
# What fleet_report takes: results of the role, and reports of its own.
IMAGE = samples.image("web", took=400, states={"eastus2": "Failed"})
REPORT = report.summary(report.document([IMAGE, samples.image("db")]))
_BY_NAME["images"] = st.lists(some.marred(IMAGE), min_size=1, max_size=2)
_BY_NAME["reports"] = st.lists(some.marred(REPORT), min_size=1, max_size=2)
_NAMES = {
    **dict.fromkeys(("gallery", "gallery_info"), some.bad_names("gallery")),
    **dict.fromkeys(("image_definition", "image_definition_info"), some.bad_names("image_definition")),
    "managed_image_info": some.bad_names("managed_image"),
    **dict.fromkeys(("image_version", "image_version_info"), some.bad_versions),
}


class Wrong(t.NamedTuple):
    """Options that are right, the same with one that may be wrong, and what a message may call that one."""

    right: Options
    wrong: Options
    names: tuple[str, ...]
    value: t.Any


@st.composite
def wrong_options(draw: t.Any, task: str) -> Wrong:
    """Options of which one may be wrong; of a mapping with suboptions, perhaps one of these."""
    right = draw(options(task))
    spec = {name: one for name, one in SPECS[task].options.items() if name not in AUTH_OPTIONS}
    name = draw(st.sampled_from(sorted(spec)))
    if name == "variables":
        return _wrong_variable(draw, right)
    wrong = _NAMES[task] if name == "name" and task in _NAMES else _BY_NAME.get(name, some.any_value)
    suboptions = spec[name].get("options")
    if suboptions and spec[name]["type"] == "dict" and draw(st.booleans()):
        value = {draw(st.sampled_from(sorted(suboptions))): draw(some.any_value)}
    else:
        value = draw(wrong if name == "folder" else wrong | some.any_value)
    left = {key: one for key, one in right.items() if (key, name) != ("images", "reports")}
    return Wrong(right, {**left, name: value}, (name,), value)


def _wrong_variable(draw: t.Any, right: Options) -> Wrong:
    name = draw(st.sampled_from(sorted(VARIABLES)))
    value = draw(_BY_NAME.get(name, some.any_value) | some.any_value)
    wrong = {"variables": {**right["variables"], PREFIX + name: value}}
    return Wrong(right, wrong, (name, ".".join(FLAT.get(name, (name,)))), value)
