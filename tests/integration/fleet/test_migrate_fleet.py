"""A fleet from plan to second run: what fails leaves the rest alone, and the end says so."""

from __future__ import annotations

import pytest
from fleets import Fleet, counts, definition, image, image_id, seed, summary, version

from support.collection_tree import ROOT

WEB = [f"web-{number}" for number in (8, 9, 10, 11)]
TWELVE = seed(
    *WEB,
    "db",
    "erp",
    "sap",
    "done-1",
    "done-2",
    "broken",
    images=[image("gen2", hyper_v_generation="V2")],
    definitions=[definition("done-1"), definition("done-2"), definition("legacy")],
    versions=[version("done-1", "done-1"), version("done-2", "done-2", "3.1.4")],
    faults=[
        {"resource": "images/broken/versions", "region_fails": {"region": "eastus2", "details": "no room"}, "times": 0}
    ],
)
# Four into one definition, by the rule; one image into two definitions; one named by its host variables alone.
HOSTS = {
    **{name: {"clone_managed_image_source": name, "migrate_fleet_definition_name": "web"} for name in WEB},
    "db": {"clone_managed_image_source": {"resource_group": "rg", "name": "db"}},
    "erp": {"clone_managed_image_source": image_id("erp"), "migrate_fleet_publisher": "contoso"},
    "erp-copy": {"clone_managed_image_source": image_id("erp"), "migrate_fleet_definition_name": "erp-copy"},
    "sap": {"clone_managed_image_source_id": image_id("sap"), "clone_managed_image_version": "2019.1.0"},
    "done-1": {"clone_managed_image_source": "done-1"},
    "done-2": {"clone_managed_image_source": "done-2"},
    "broken": {"clone_managed_image_source": "broken"},
    "gen2": {"clone_managed_image_source": "gen2", "migrate_fleet_definition_name": "legacy"},
    "a-machine": {},
}
MADE = {
    **{f"web/1.0.{number}": name for number, name in enumerate(WEB)},
    "db/1.0.0": "db",
    "erp/1.0.0": "erp",
    "erp-copy/1.0.0": "erp",
    "sap/2019.1.0": "sap",
    "broken/1.0.0": "broken",
}
THERE = {"done-1/1.0.0": "done-1", "done-2/3.1.4": "done-2"}


@pytest.mark.emulator(seed=TWELVE, replication_seconds=2, operation_seconds=0.05)
def test_plan_run_and_second_run(fleet: Fleet) -> None:
    options = {"extra_vars": {"migrate_fleet_report": str(fleet.folder / "reports"), "migrate_fleet_batch": 5}}

    plan = fleet.migrate(HOSTS, check=True, **options)
    assert plan.rc == 2, plan.output
    assert counts(plan) == {"images": 13, "failed": 1, "migrated": 9, "unchanged": 2, "skipped": 1}
    assert summary(plan)["failures"][0]["image"] == "gen2"
    assert (
        "Plan, nothing was written: 13 images: 1 would fail, 9 would be migrated, 2 already there, 1 skipped."
        in plan.stdout
    )
    assert (fleet.writes(), (fleet.folder / "reports").exists()) == ([], False)

    run = fleet.migrate(HOSTS, **options)
    assert run.rc == 2, run.output
    assert fleet.versions() == {**MADE, **THERE}
    assert len(fleet.writes()) == len(set(fleet.writes())), "a version or definition was written twice"
    assert counts(run) == {"images": 13, "failed": 2, "migrated": 8, "unchanged": 2, "skipped": 1}
    check_failures(run)
    check_names(fleet)
    check_files(fleet)
    check_waits(run)

    again = fleet.migrate(HOSTS, **options)
    assert counts(again) == {"images": 13, "failed": 2, "unchanged": 10, "skipped": 1}
    assert (fleet.writes(), again.changed) == ([], 0), again.output
    assert fleet.versions() == {**MADE, **THERE}


def check_waits(run) -> None:
    """Once for each batch, after all its versions were started; once more if a second version of one source had to wait."""
    waits = [len(wait["results"]) for wait in run.tasks("Wait for replication")]
    assert waits[0] == 5
    assert waits[1] >= 2
    assert len(waits) in (3, 4)


def check_failures(run) -> None:
    """The hosts that failed, and only those, fail with their reasons, on the screen as well."""
    assert {host for host, reported in run.recap.items() if reported["failures"]} == {"gen2", "broken"}
    reported = {failure["host"]: failure for failure in summary(run)["failures"]}
    assert all(words in reported["gen2"]["reason"] for words in ("hyper_v_generation", "V1", "source has V2"))
    assert "--limit gen2" in reported["gen2"]["advice"]
    assert "eastus2" in reported["broken"]["reason"]
    assert "no room" in reported["broken"]["reason"]
    assert "clone_managed_image_on_failed=retry_regions" in reported["broken"]["advice"]
    shown = run.task("Show the report")["msg"]
    assert shown[0].startswith("13 images: 2 failed, 8 migrated, 2 already there, 1 skipped, in ")
    assert (
        sum(line.startswith("FAILED ") for line in shown) == sum(line.startswith("What to do: ") for line in shown) == 2
    )
    for host, failure in reported.items():
        assert run.task("Fail with the message of the result", host)["msg"] == failure["reason"]


def check_names(fleet: Fleet) -> None:
    """The rule names what is made; what was there keeps its own."""
    assert fleet.identity("web") == ("web", "web", "web")
    assert fleet.identity("erp") == ("contoso", "erp", "erp")
    assert fleet.identity("done-1") == ("acme", "classic", "done-1")


def check_files(fleet: Fleet) -> None:
    reported = fleet.report()
    images = {entry["host"]: entry for entry in reported["images"]}
    assert (reported["counts"]["failed"], set(images)) == (2, set(HOSTS))
    made = {
        f"{entry['definition']}/{entry['version']}": entry["image"] for entry in images.values() if entry["version"]
    }
    assert made == {**MADE, **THERE}
    for host in (*WEB, "db", "sap", "broken"):
        states = {step["region"]: step["state"] for step in images[host]["timeline"]}
        assert states == {"southcentralus": "Completed", "eastus2": "Failed" if host == "broken" else "Completed"}
        assert (images[host]["seconds"] is not None, images[host]["size_gb"]) == (True, 30)
        assert {region["name"] for region in images[host]["regions"]} == {"southcentralus", "eastus2"}
    assert images["a-machine"]["outcome"] == "skipped"
    html = (fleet.folder / "reports" / "fleet_report.html").read_text(encoding="utf-8")
    assert all(f">{host}<" in html for host in HOSTS)


@pytest.mark.emulator(seed=seed("a", "b", "c"), replication_seconds=1)
def test_a_batch_in_which_all_fail_ends_nothing(fleet: Fleet) -> None:
    wrong = {"clone_managed_image_version": "one"}
    hosts = {name: {"clone_managed_image_source": name, **(wrong if name != "c" else {})} for name in ("a", "b", "c")}
    run = fleet.migrate(hosts, extra_vars={"migrate_fleet_batch": "2"})
    assert run.rc == 2, run.output
    assert counts(run) == {"images": 3, "failed": 2, "migrated": 1}
    assert fleet.versions() == {"c/1.0.0": "c"}
    assert run.recap["c"]["failures"] == 0


@pytest.mark.emulator(seed=seed("a", "b"), replication_seconds=1)
def test_all_fail(fleet: Fleet) -> None:
    hosts = {name: {"clone_managed_image_source": name, "clone_managed_image_gallery": ""} for name in ("a", "b")}
    run = fleet.migrate(hosts)
    assert (run.rc, counts(run)) == (2, {"images": 2, "failed": 2}), run.output
    assert "clone_managed_image_gallery: resource_group is missing" in summary(run)["failures"][0]["reason"]
    assert fleet.writes() == []


@pytest.mark.emulator(seed=seed("a", "b", "c"), replication_seconds=1)
def test_a_limit_a_job_and_blank_answers(fleet: Fleet) -> None:
    """As a controller runs it: with a limit, the number of the job, and a survey of which nothing was filled in."""
    hosts = {name: {"clone_managed_image_source": name} for name in ("a", "b", "c")}
    blank = dict.fromkeys(("hosts", "batch", "definition_name", "publisher", "offer", "sku"), "")
    answers = {f"migrate_fleet_{name}": value for name, value in blank.items()}
    place = {"migrate_fleet_report": str(fleet.folder / "reports"), "awx_job_id": 17}
    reported = {"ANSIBLE_INJECT_INVOCATION": "1"}  # ansible-core 2.21 asks for it
    run = fleet.migrate(hosts, "--limit", "a,c", extra_vars={**answers, **place}, env=reported).ok()
    assert counts(run, "17") == {"images": 2, "migrated": 2}
    assert fleet.versions() == {"a/1.0.0": "a", "c/1.0.0": "c"}
    assert {entry["host"] for entry in fleet.report("fleet_report_17")["images"]} == {"a", "c"}
    assert run.task("Show the report")["msg"][1:] == [
        str(fleet.folder / f"reports/fleet_report_17.{end}") for end in ("html", "json")
    ]
    assert list(run.stats["_run"]) == ["migrate_fleet_report_17"]
    assert "images" not in run.task("Write the report")["report"], "a result of bounded size"
    assert run.task("Write the report")["invocation"]["module_args"]["hosts"] == "2 items"


@pytest.mark.emulator(seed=seed("web-1", "web-2", "win"), replication_seconds=1)
def test_a_rule_in_variables_and_tags_that_look_like_templates(fleet: Fleet) -> None:
    inventory = fleet.folder / "fleet.yml"
    inventory.write_text(
        """
all:
  vars:
    clone_managed_image_gallery: "{resource_group: rg, name: pics}"
    clone_managed_image_target_regions: southcentralus=1
    clone_managed_image_poll_interval: "1"
  children:
    linux:
      vars:
        migrate_fleet_definition_name: "{{ managed_image.name | regex_replace('-[0-9]+$', '') }}"
        migrate_fleet_publisher: "{{ managed_image.tags.team | default('platform') }}"
        migrate_fleet_sku: 2019
      hosts:
        one:
          managed_image: {name: web-1, tags: {team: !unsafe "{{ 6 * 7 }}"}}
          clone_managed_image_source: web-1
        two: {managed_image: {name: web-2}, clone_managed_image_source: web-2}
    windows:
      hosts:
        three:
          clone_managed_image_source: win
          managed_image: {name: win, tags: {Offer: !unsafe "{{ 6 * 7 }}", publisher: contoso}}
""",
        encoding="utf-8",
    )
    run = fleet.migrate(inventory)
    assert run.rc == 2, run.output
    # The rule's own text is taken as it is, and refused; what is derived from tags is made legal.
    assert [failure["host"] for failure in summary(run)["failures"]] == ["one"]
    assert "{{ 6 * 7 }}" in summary(run)["failures"][0]["reason"]
    assert fleet.versions() == {"web/1.0.0": "web-2", "win/1.0.0": "win"}
    assert fleet.identity("web") == ("platform", "web", "2019")
    assert fleet.identity("win") == ("contoso", "6-7", "win")


@pytest.mark.emulator(seed=seed("a"), replication_seconds=1)
def test_a_report_that_cannot_be_written(fleet: Fleet) -> None:
    """An unusable folder fails before the first write, in check mode too. A later failure only displays the report."""
    (fleet.folder / "file").write_text("")
    hosts = {"a": {"clone_managed_image_source": "a"}}
    for check in (True, False):
        place = str(fleet.folder / "file/reports")
        run = fleet.migrate(hosts, check=check, extra_vars={"migrate_fleet_report": place})
        assert run.rc == 2, run.output
        assert counts(run) == {"images": 1, "failed": 1}
        reported = run.task("Fail with the message of the result")["msg"]
        assert f"the report cannot be written to {place}: {fleet.folder / 'file'} is not a folder." in reported
        assert fleet.writes() == []
    (fleet.folder / "fleet_report.html").mkdir()
    run = fleet.migrate(hosts, extra_vars={"migrate_fleet_report": str(fleet.folder)})
    assert run.rc == 2, run.output
    assert counts(run) == {"images": 1, "migrated": 1}
    assert "could not be written" in run.task("Fail for a report that was not written")["msg"]


@pytest.mark.emulator(seed=seed("a"), replication_seconds=1)
def test_a_plan_as_a_page(fleet: Fleet) -> None:
    """In check mode nothing is written, unless the page is asked for; a relative folder starts where ansible was started."""
    hosts = {"a": {"clone_managed_image_source": "a"}}
    variables = {"migrate_fleet_report": "reports", "migrate_fleet_report_plan": True}
    fleet.migrate(hosts, check=True, extra_vars=variables).ok()
    assert (fleet.report()["check_mode"], fleet.writes()) == (True, [])
    assert "Plan: nothing was written." in (fleet.folder / "reports/fleet_report.html").read_text(encoding="utf-8")


@pytest.mark.emulator(seed=seed("web", "db"), replication_seconds=1)
def test_a_csv_file_as_the_documentation_has_it(fleet: Fleet) -> None:
    text = (ROOT / "docs/migrate_fleet.md").read_text(encoding="utf-8")
    script = fleet.folder / "images.py"
    script.write_text(text.partition("```python\n")[2].partition("```")[0], encoding="utf-8")
    script.chmod(0o755)
    (fleet.folder / "images.csv").write_text(text.partition("```text\n")[2].partition("```")[0], encoding="utf-8")
    run = fleet.migrate(script, extra_vars={"clone_managed_image_poll_interval": 1}).ok()
    assert counts(run) == {"images": 2, "migrated": 2}
    assert fleet.versions() == {"web/1.0.0": "web", "db/1.0.0": "db"}
    assert fleet.identity("db") == ("db", "db", "db-19")


REPLICATING = {
    "state": "Creating",
    "target_regions": [{"name": name, "state": "Replicating"} for name in ("southcentralus", "eastus2")],
}
UNDER_WAY = seed("a", definitions=[definition("a")], versions=[{**version("a", "a"), **REPLICATING}])


@pytest.mark.emulator(seed=UNDER_WAY, replication_seconds=600, operation_seconds=0.05)
def test_what_an_earlier_run_began_would_be_waited_for(fleet: Fleet) -> None:
    hosts = {"a": {"clone_managed_image_source": "a"}}
    plan = fleet.migrate(hosts, check=True)
    assert counts(plan) == {"images": 1, "pending": 1}
    assert "Plan, nothing was written: 1 image: 1 would wait." in plan.stdout


@pytest.mark.emulator(seed=seed("img"), replication_seconds=1, operation_seconds=0.05)
def test_one_source_in_two_spellings(fleet: Fleet) -> None:
    """Its definition's values come of the name, as one of the hosts spells it."""
    other = {"clone_managed_image_source": {"resource_group": "RG", "name": "IMG"}}
    hosts = {"one": {"clone_managed_image_source": "img"}, "other": other}
    assert fleet.migrate(hosts, check=True).rc == 0
    assert counts(fleet.migrate(hosts)) == {"images": 2, "migrated": 2}
    assert len(fleet.writes()) == 2, "a definition and a version"
