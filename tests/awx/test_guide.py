"""The guide for AWX names the existing variables, questions, objects and files."""

from __future__ import annotations

import re
import textwrap
from typing import Any

import pytest
import yaml
from objects_fixtures import OBJECTS, Listed

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._fleet.jobs import MIGRATE
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._fleet.report_text import headline
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._role.variables import PREFIX, VARIABLES

from support.collection_tree import ROOT

GUIDE = (ROOT / "docs/docsite/rst/guide_awx.rst").read_text(encoding="utf-8")
_PARTS = re.split(r"^(.+)\n-{5,}\n", GUIDE, flags=re.MULTILINE)
SECTIONS = dict(zip(_PARTS[1::2], _PARTS[2::2], strict=True))


def rows(title: str) -> list[list[str]]:
    """The table of a section, without its head."""
    table = re.findall(r"^   \* -(.*\n(?:     -.*\n)+)", SECTIONS[title], re.MULTILINE)
    return [[cell.strip() for cell in re.split(r"\n     -", row)] for row in table][1:]


def code(title: str, language: str) -> str:
    """The first block of a language in a section."""
    found = re.search(rf"\.\. code-block:: {language}\n\n((?:   .*\n|\n)+)", SECTIONS[title])
    assert found
    return textwrap.dedent(found[1])


@pytest.fixture(scope="module")
def made(listed: Any) -> Listed:
    """What is made for those who say what the guide says."""
    said: dict[str, Any] = yaml.safe_load(code("Set up in five commands", "yaml"))
    result: Listed = listed(**said, awx_setup_auth_source="msi")
    return result


def questions(made: Listed) -> dict[str, str]:
    templates = made["controller_templates"] + made["controller_workflows"]
    return {
        item["variable"]: item["question_name"]
        for one in templates
        for item in one.get("survey_spec", {}).get("spec", [])
    }


def test_every_question_is_in_the_guide(made: Listed) -> None:
    table = {
        variable.strip("`"): (question, blank.strip("`")) for question, variable, blank in rows("What a survey asks")
    }
    assert {variable: question for variable, (question, _blank) in table.items()} == questions(made)
    for variable, (_question, blank) in table.items():
        default = VARIABLES.get(variable.removeprefix(PREFIX), {}).get("default")
        assert default is None or blank == str(default).lower(), variable


def test_every_object_is_in_the_guide(made: Listed) -> None:
    named = re.findall(r"\*([^*`\n]+)\*", SECTIONS["Set up in five commands"])
    names = {
        item["name"]
        for name, items in made.items()
        if name not in ("aap_organizations", "controller_schedules")
        for item in items
    }
    assert names - set(named) == set()


def test_variables_of_the_setup_exist() -> None:
    named = set(re.findall(r"\bawx_setup_\w+", GUIDE))
    assert len(named) > 10
    assert named <= yaml.safe_load(re.sub(r"!unsafe", "", OBJECTS.read_text(encoding="utf-8"))).keys()


def test_the_counts_of_a_plan() -> None:
    counts = {**dict.fromkeys(MIGRATE.outcomes, 0), "images": 12, "migrated": 12}
    assert f"``{headline({'check_mode': True, 'counts': counts})}``" in SECTIONS["Move the fleet"]


def test_the_credential_type(made: Listed) -> None:
    (kind,) = made["controller_credential_types"]
    section = SECTIONS["Credentials"]
    for name in (*kind["injectors"]["env"], kind["name"]):
        assert name in section
    for field in kind["inputs"]["fields"]:
        assert f"- {field['label'].partition(' (')[0]}\n" in section
        assert [choice for choice in field.get("choices", []) if f"``{choice}``" not in section] == []


def test_the_inventory_source(made: Listed) -> None:
    (source,) = made["controller_inventory_sources"]
    section = SECTIONS["The inventory"]
    assert (ROOT / "awx" / source["source_path"]).is_file()
    assert f"``{source['source_path']}``" in section
    assert {name.strip("`") for name, _meaning in rows("The inventory")} == {
        name for name in source["source_vars"] if not name.startswith("AZURE_")
    }
    assert f"({int(source['update_cache_timeout']) // 3600} hours)" in section


def test_files_and_playbooks_are_there() -> None:
    for name in re.findall(r"\b(?:ee|playbooks)/[\w/.-]+\.yml", GUIDE):
        assert (ROOT / name).is_file()
    for name in re.findall(r"ansible-playbook cloudimages\.azure_gallery\.(\w+)", GUIDE):
        assert (ROOT / f"playbooks/{name}.yml").is_file()
