"""Projects: what a repository holds, and the updates that fetch it."""

from __future__ import annotations

import datetime
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .serializers import USER, USER_URL, Body, Serializer, moment
from .store import Store, Thing

# What AWX takes for a playbook (awx/main/utils/ansible.py).
PLAYBOOK = re.compile(
    r"^\s*?-?\s*?(?:hosts|(ansible\.builtin\.)?include|(ansible\.builtin\.)?import_playbook):", re.MULTILINE
)
GALAXY = "https://galaxy.ansible.com/api/"
GALAXY_TASK = "Fetch galaxy collections from collections/requirements.(yml/yaml)"
NO_PLAYBOOKS = {"roles", "tasks", "group_vars", "host_vars"}


@dataclass(frozen=True)
class Content:
    """What lies behind the URL of a project."""

    playbooks: tuple[str, ...]
    revision: str
    requirements: bool = False  # of collections

    @classmethod
    def of(cls, folder: Path) -> Content:
        """The playbooks that AWX finds in a folder."""
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        revision = hashlib.sha1(b"".join(path.read_bytes() for path in files), usedforsecurity=False).hexdigest()
        found = [path for path in files if path.suffix in (".yml", ".yaml") and _offered(path.relative_to(folder))]
        playbooks = [path for path in found if PLAYBOOK.search(path.read_text(encoding="utf-8"))]
        requirements = (folder / "collections/requirements.yml").is_file()
        return cls(tuple(str(path.relative_to(folder)) for path in playbooks), revision, requirements)


def _offered(path: Path) -> bool:
    folders = path.parts[:-1]
    return not NO_PLAYBOOKS.intersection(folders) and not any(part.startswith(".") for part in folders)


@dataclass(frozen=True)
class Pace:
    """For how many readings an update is in each state before it ends."""

    pending: int = 1
    running: int = 1  # until it knows the revision
    closing: int = 0


class ProjectUpdate:
    """A job that fetches a project. It goes on with every reading, so that nothing waits for a clock."""

    def __init__(self, store: Store, project: Thing, content: Content | None, pace: Pace, galaxy: bool = True) -> None:
        self.store, self.project, self.content = store, project, content
        self.blocked = bool(content and content.requirements and self._has_galaxy_credential() and not galaxy)
        self.id = store.take_id("jobs")
        self.status, self.revision = "pending", ""
        self.made = datetime.datetime.now(datetime.UTC)
        self.finished: datetime.datetime | None = None
        self.processed = False
        self._states = ["pending"] * pace.pending + ["running"] * pace.running + ["closing"] * pace.closing

    def _has_galaxy_credential(self) -> bool:
        """Only then a project update installs what collections/requirements.yml names."""
        organization = self.store.follow(self.project, "organization")
        return bool(organization and organization.associated.get("galaxy_credentials"))

    @property
    def works(self) -> bool:
        return self.content is not None and not self.blocked

    @property
    def url(self) -> str:
        return f"/api/v2/project_updates/{self.id}/"

    @property
    def ended(self) -> bool:
        return self.finished is not None

    def read(self) -> Body:
        if self._states:
            state = self._states.pop(0)
            self.status = "running" if state == "closing" else state
            self.revision = self.content.revision if self.content and state == "closing" else ""
            self.project.values["status"] = self.status
        elif not self.ended:
            self._end()
        else:
            self.processed = True
        return self._body()

    def events(self) -> list[Body]:
        """Those of its failure."""
        if not self.ended or self.works:
            return []
        task, result = self._failure()
        return [
            {"event": "runner_on_start", "event_data": {"task": task}},
            *(
                [{"event": "runner_item_on_failed", "event_data": {"task": task, "res": result}}]
                if self.blocked
                else []
            ),
            {"event": "runner_on_failed", "event_data": {"task": task, "res": result}},
        ]

    def _failure(self) -> tuple[str, Body]:
        """The task that failed, and its result."""
        if self.blocked:
            said = (
                f"[WARNING]: Skipping Galaxy server.\nERROR! Unknown error when attempting to call Galaxy at '{GALAXY}'"
            )
            return GALAXY_TASK, {"msg": "non-zero return code", "rc": 1, "stderr": said, "cmd": ["ansible-galaxy"]}
        url = self.project.values["scm_url"]
        said = f"Failed to download remote objects and refs:  fatal: repository '{url}' not found\n"
        return "Update project using git", {"msg": said}

    def finish(self) -> None:
        """To its end at once."""
        while not self.ended:
            self.read()

    def _end(self) -> None:
        self.finished = datetime.datetime.now(datetime.UTC)
        self.status = "successful" if self.works else "failed"
        self.revision = self.content.revision if self.content else ""
        self.project.values.update(
            status=self.status,
            scm_revision=self.revision,
            last_job_run=moment(self.finished),
            last_updated=moment(self.finished),
            last_job_failed=not self.works,
            last_update_failed=not self.works,
        )
        self.project.extra["playbooks"] = self.content.playbooks if self.content and self.works else ()

    def summary(self, name: str) -> Body:
        """The summary in the body of the project."""
        summary: Body = {"id": self.id, "name": self.project.name, "description": "", "status": self.status}
        summary["failed"] = self.status == "failed"
        return {**summary, "finished": moment(self.finished)} if name == "last_job" else summary

    def _body(self) -> Body:
        summary, started = Serializer(self.store).summary, self.status != "pending"
        project, organization = self.project, self.store.follow(self.project, "organization")
        plane = self.store.get("execution_environments", 2) if started else None
        copied = ("name", "description", "local_path", "scm_type", "scm_url", "scm_branch", "scm_refspec", "scm_clean")
        copied += ("scm_track_submodules", "scm_delete_on_update", "credential", "timeout")
        links = ("stdout", "cancel", "scm_inventory_updates", "notifications", "events")
        related: dict[str, Any] = {"created_by": USER_URL, "unified_job_template": project.url, "project": project.url}
        summaries: Body = {
            "project": summary(project),
            "unified_job_template": {
                "id": project.id,
                "name": project.name,
                "description": "",
                "unified_job_type": "project_update",
            },
            "created_by": USER,
            "user_capabilities": {"delete": True, "start": True},
        }
        if organization:
            summaries["organization"] = summary(organization)
        if started:
            summaries["instance_group"] = {"id": 1, "name": "controlplane", "is_container_group": False}
        else:
            related["modified_by"], summaries["modified_by"] = USER_URL, USER
        if plane:
            related["execution_environment"], summaries["execution_environment"] = plane.url, summary(plane)
        counts = {"play_count": 1, "task_count": 2} if self.revision else {"play_count": 0, "task_count": 0}
        return {
            **{name: project.values[name] for name in copied},
            "id": self.id,
            "type": "project_update",
            "url": self.url,
            "related": {**related, **{link: f"{self.url}{link}/" for link in links}},
            "summary_fields": summaries,
            "created": moment(self.made),
            "modified": moment(self.made),
            "scm_revision": self.revision,
            "unified_job_template": project.id,
            "project": project.id,
            "launch_type": "manual",
            "status": self.status,
            "execution_environment": plane and plane.id,
            "failed": self.status == "failed",
            "started": moment(self.made) if started else None,
            "finished": moment(self.finished),
            "canceled_on": None,
            "elapsed": 0.0,
            "job_args": "",
            "job_cwd": "",
            "job_env": {},
            "job_explanation": "",
            "execution_node": "node1" if started else "",
            "result_traceback": "",
            "event_processing_finished": self.processed,
            "launched_by": {"id": 1, "name": "admin", "type": "user", "url": USER_URL},
            "work_unit_id": "00000000" if started else None,
            "job_type": "check",
            "job_tags": "update_git,install_roles,install_collections",
            "host_status_counts": None,
            "playbook_counts": counts,
        }
