"""Jobs of the templates that awx_setup gives an empty inventory."""

from __future__ import annotations

from pathlib import Path

from jobs_fixtures import FORKING, controller, seed

pytestmark = FORKING
# What AWX's inventory script says of an inventory without hosts.
EMPTY = {"all": {"hosts": []}, "_meta": {"hostvars": {}}}


def test_an_empty_inventory_is_no_reason_for_a_warning(tmp_path: Path) -> None:
    with controller(tmp_path, seed()) as awx:
        report = awx.launch("fleet_report.yml", {"awx_workflow_job_id": 1}, inventory=EMPTY).ok()
        clone = awx.launch("clone_managed_image.yml", inventory=EMPTY).failed()
    assert "There is no report" in report.output
    assert "PLAY [Clone a managed image]" in clone.output
    for job in (report, clone):
        assert "hosts list is empty" not in job.output
