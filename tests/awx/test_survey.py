"""Survey answers, from the file that AWX writes, through what this ansible-core makes of it, to what the role understands.

AWX marks answers as unsafe. From 2.19 on ansible-core takes such a text for what YAML would: null, a boolean, a number, a date.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from controller_job import extra_vars_file
from jobs_fixtures import FAST, FORKING, GALLERY_ID, answers, controller, image_id, seed, sound, writes

from ansible import release
from ansible.errors import AnsibleError
from ansible.parsing.dataloader import DataLoader
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._fleet.naming import fleet_names
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.errors import InvalidRequest
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.target_regions import parse_regions
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._role.variables import (
    PREFIX,
    VARIABLES,
    RoleOptions,
    read_variables,
)
from ansible_collections.cloudimages.azure_gallery.plugins.plugin_utils import survey_answers
from ansible_collections.cloudimages.azure_gallery.plugins.plugin_utils.in_process import plain
from ansible_collections.cloudimages.azure_gallery.plugins.plugin_utils.survey_answers import as_written

pytestmark = FORKING
TYPED_ANEW = tuple(map(int, release.__version__.split(".")[:2])) >= (2, 19)
GALLERY = {"gallery_name": "pics", "gallery_resource_group": "rg"}


class Survey:
    """Launches without a job: what the role is handed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.launches = 0

    def variables(self, given: dict[str, Any]) -> dict[str, Any]:
        """Extra variables as an action plugin gets them."""
        self.launches += 1
        place = self.folder / f"{self.launches}/env/extravars"
        place.parent.mkdir(parents=True)
        place.write_text(extra_vars_file(given, {}), encoding="utf-8")
        loaded: dict[str, Any] = plain(as_written(DataLoader().load_from_file(str(place))))
        return loaded

    def role(self, **given: Any) -> RoleOptions:
        return read_variables(self.variables({PREFIX + name: value for name, value in {**GALLERY, **given}.items()}))

    def value(self, name: str, answer: Any) -> Any:
        """What the role takes an answer for."""
        wishes = self.role(**{name: answer})
        flat = {"definition_name": "name"}.get(name, name.removeprefix("gallery_"))
        place = wishes.gallery if name.startswith("gallery_") else wishes.definition
        return wishes.options.get(name, place.get(flat, getattr(wishes, name.removesuffix("_id"), None)))


@pytest.fixture
def survey(tmp_path: Path) -> Survey:
    return Survey(tmp_path)


def of_type(*types: str) -> list[str]:
    return [
        name
        for name, spec in VARIABLES.items()
        if spec["type"] in types and name != "subscription_id" and "choices" not in spec
    ]


TEXTS = [name for name in of_type("str") if name not in ("version", "end_of_life_date")]


@pytest.mark.parametrize("nothing", ["", " ", "null", "~", "Null", "''"])
def test_blank_is_unset_for_every_variable(survey: Survey, nothing: str) -> None:
    for name in VARIABLES:
        if name not in GALLERY:
            assert survey.role(**{name: nothing}) == survey.role(), name
    assert survey.role(**{name: nothing for name in VARIABLES if name not in GALLERY}) == survey.role()


@pytest.mark.parametrize("name", of_type("bool"))
def test_booleans(survey: Survey, name: str) -> None:
    for answer in ("true", "True", "yes", "on", "1", "'true'", True):
        assert survey.value(name, answer) is True, answer
    for answer in ("false", "False", "no", "off", "0", "'no'", False):
        assert survey.value(name, answer) is False, answer


@pytest.mark.parametrize("name", of_type("int"))
def test_numbers(survey: Survey, name: str) -> None:
    for answer in ("60", " 60 ", 60, 60.0, "60.0", "'60'"):
        assert survey.value(name, answer) == 60, answer
    for answer in ("1.5", "true", "an hour", "2030-01-01", "1h", True):
        with pytest.raises(InvalidRequest, match=f"{PREFIX}{name}: .* is not a whole number"):
            survey.role(**{name: answer})


# Strings, and numbers and dates of which YAML keeps all that was written.
KEPT = ["2019", "1.0.0", "2030-01-31", "windows-2022", "1e3", "089", "2030-1-1", "a b", "ü"]
# Of these the value alone does not say what was written.
CHANGED = ["1.10", "22.04", "1.5e+3", ".5", "22_04", "0123", "12:30:45", "0x1F", "2030-01-01T00:00:00Z"]
LOST = ["yes", "on", "false", "TRUE"]  # booleans carry no place
REFUSED = rf"{PREFIX}\w+: YAML has read .* put it in quotes\. In a survey .*'1\.10'"


@pytest.mark.parametrize("answer", [*KEPT, *CHANGED])
def test_texts_arrive_as_they_were_written(survey: Survey, answer: str) -> None:
    for name in TEXTS:
        assert survey.value(name, answer) == answer, name
    assert survey.role(definition={"sku": answer}).definition == {"sku": answer}


@pytest.mark.parametrize("answer", [*CHANGED, *LOST])
def test_texts_in_quotes(survey: Survey, answer: str) -> None:
    for name in TEXTS:
        assert survey.value(name, f"'{answer}'") == survey.value(name, f'"{answer}"') == answer, name
    nested = survey.role(definition={"sku": f"'{answer}'"}).definition
    assert nested == survey.role(definition=f"sku: '{answer}'").definition == {"sku": answer}


@pytest.mark.parametrize("answer", LOST)
def test_texts_that_are_refused(survey: Survey, answer: str) -> None:
    """A name that has become a boolean; the refusal says how to ask for it."""
    for name in TEXTS:
        if not TYPED_ANEW:
            assert survey.value(name, answer) == answer, name
            continue
        with pytest.raises(InvalidRequest, match=REFUSED):
            survey.role(**{name: answer})


@pytest.mark.skipif(not TYPED_ANEW, reason="this ansible-core keeps texts")
def test_without_the_private_interface(survey: Survey, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a later ansible-core that may not have it: what can be converted is, and the rest is refused."""
    monkeypatch.setattr(survey_answers, "_origin", None)
    for answer in KEPT:
        assert survey.value("sku", answer) == answer
    for answer in ("1.10", "22.04", ".5"):
        with pytest.raises(InvalidRequest, match=REFUSED):
            survey.role(sku=answer)


def test_values_of_other_files_stay(tmp_path: Path) -> None:
    """Only what AWX has marked is an answer."""
    own = tmp_path / "vars.yml"
    awx = tmp_path / "env/extravars"
    awx.parent.mkdir()
    for place in (own, awx):
        place.write_text("sku: 22_04\nother: !unsafe 'x'\n", encoding="utf-8")
        assert as_written(DataLoader().load_from_file(str(place)))["sku"] == 2204


@pytest.mark.parametrize("answer", ["1.10", "1", "1.0", "'1.10'", "yes", "latest"])
def test_versions_that_are_none(survey: Survey, answer: str) -> None:
    with pytest.raises(InvalidRequest, match=rf"{PREFIX}version: '\S+' is not a version number\."):
        survey.role(version=answer)


@pytest.mark.parametrize("answer", ["1.10", "1", "1.0", "'1.10'"])
def test_versions_that_lack_a_part(survey: Survey, answer: str) -> None:
    """The first advice is one that works: what it proposes is read as it is written."""
    with pytest.raises(InvalidRequest, match=r'The value is \S+, .* such as "1\.10\.0"\.$') as refused:
        survey.role(version=answer)
    assert "'1.10'" not in refused.value.message.partition("is not")[2]
    assert survey.role(version='"1.10.0"').version == "1.10.0"


@pytest.mark.parametrize("answer", ["1.0.0", "'1.0.0'", "2019.1.0", "next_minor"])
def test_versions(survey: Survey, answer: str) -> None:
    assert survey.role(version=answer).version == answer.strip("'")


@pytest.mark.parametrize(
    ("answer", "instant"),
    [
        ("2030-01-01", "2030-01-01T00:00:00Z"),
        ("'2030-01-01'", "2030-01-01T00:00:00Z"),
        ("2030-01-01T00:00:00Z", "2030-01-01T00:00:00Z"),
        ("2030-01-01 00:00:00", "2030-01-01T00:00:00Z"),
        ("2030-01-01T00:00:00+02:00", "2029-12-31T22:00:00Z"),
    ],
)
def test_dates(survey: Survey, answer: str, instant: str) -> None:
    from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources import dates

    found = dates.parse_instant(survey.value("end_of_life_date", answer))
    assert dates.format_instant(found) == instant
    assert found.whole_day == ("00:00" not in answer)


@pytest.mark.parametrize(
    "answer",
    [
        "southcentralus=1 eastus2=1=standard_zrs",
        "southcentralus=1, eastus2=1=standard_zrs",
        "southcentralus=1\neastus2=1=standard_zrs\n",
        "South Central US=1\r\nEast US 2=1=Standard_ZRS",
        "[southcentralus=1, eastus2=1=standard_zrs]",
        "- southcentralus=1\n- eastus2=1=standard_zrs",
        '[{"name": "southcentralus", "regional_replica_count": 1}, "eastus2=1=standard_zrs"]',
        "- name: southcentralus\n  regional_replica_count: 1\n- eastus2=1=standard_zrs",
        "'southcentralus=1 eastus2=1=standard_zrs'",
        ["southcentralus=1", "eastus2=1=standard_zrs"],  # a multiselect
        [{"name": "southcentralus", "regional_replica_count": "1"}, "eastus2=1=standard_zrs"],
    ],
)
def test_regions(survey: Survey, answer: Any) -> None:
    found = parse_regions(survey.value("target_regions", answer))
    assert found == [
        {"name": "southcentralus", "regional_replica_count": 1},
        {"name": "eastus2", "regional_replica_count": 1, "storage_account_type": "Standard_ZRS"},
    ]


@pytest.mark.parametrize(
    "answer",
    [
        "{team: platform, port: 0022, version: 1.10, on: yes, until: 2030-01-01}",
        '{"team": "platform", "port": "0022", "version": "1.10", "on": "yes", "until": "2030-01-01"}',
        "team: platform\nport: 0022\nversion: 1.10\non: yes\nuntil: 2030-01-01",
        # As the variables of a launch, in which AWX marks each text, and each key.
        {"team": "platform", "port": "'0022'", "version": "'1.10'", "'on'": "'yes'", "until": "2030-01-01"},
    ],
)
def test_mappings(survey: Survey, answer: Any) -> None:
    assert survey.value("tags", answer) == {
        "team": "platform",
        "port": "0022",
        "version": "1.10",
        "on": "yes",
        "until": "2030-01-01",
    }


def test_what_the_job_itself_cannot_read(survey: Survey) -> None:
    """`=` is YAML's own; no role can help it."""
    if TYPED_ANEW:
        with pytest.raises(AnsibleError):
            survey.role(sku="=")
    else:
        assert survey.value("sku", "=") == "="


def test_answers_are_never_templates(survey: Survey) -> None:
    assert survey.value("offer", "{{ 1 + 1 }}") == "{{ 1 + 1 }}"


def test_the_names_of_a_fleet(survey: Survey) -> None:
    """The rule that names a fleet's definitions is asked for in the same way."""
    rule = {"migrate_fleet_publisher": "2019", "migrate_fleet_offer": "", "migrate_fleet_sku": "'22_04'"}
    source = {PREFIX + "source": image_id("web")}
    found = fleet_names(survey.variables({**rule, **source, "migrate_fleet_definition_name": "null"}), "host")
    assert {**found["definition"]} == {"publisher": "2019", "sku": "22_04", "name": "web"}
    if TYPED_ANEW:
        with pytest.raises(InvalidRequest, match=r"migrate_fleet_sku: .* put it in quotes"):
            fleet_names(survey.variables({**rule, **source, "migrate_fleet_sku": "yes"}), "host")


@pytest.mark.parametrize("sku", ["'22_04'", "22_04", "yes"])
def test_by_a_job(tmp_path: Path, sku: str) -> None:
    """Answers of every kind in one launch; and one that is refused, before anything is written."""
    asked = answers(
        source_id=image_id("web"),
        create_gallery="yes",
        publisher="2019",
        offer="1.0.0",
        sku=sku,
        end_of_life_date="2030-01-01",
        exclude_from_latest="false",
        wait_timeout="300",
        tags="team: platform\nport: 0022",
        target_regions="- southcentralus=1\n- eastus2=1=standard_zrs",
        strict="on",
    )
    with controller(tmp_path, seed("web")) as awx:
        job = sound(awx.launch("clone_managed_image.yml", asked, own_variables=FAST))
        if TYPED_ANEW and sku == "yes":
            (message,) = [one["msg"] for one in job.failed().results("clone_plan")]
            assert f"{PREFIX}sku: YAML has read the text as true" in message
            assert writes(awx.emulator) == []
            return
        job.ok()
        made = awx.emulator.resource(f"{GALLERY_ID}/images/web")["properties"]["identifier"]
        assert made == {"publisher": "2019", "offer": "1.0.0", "sku": sku.strip("'")}
        assert awx.emulator.resource(f"{GALLERY_ID}/images/web/versions/1.0.0")["tags"]["port"] == "0022"
