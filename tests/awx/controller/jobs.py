"""Jobs that a launch started. They stay active until a test ends them, and keep AWX from deleting what they use."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from .store import Refusal, Store, Thing

ACTIVE = ("new", "pending", "waiting", "running")
ENDPOINTS = ("jobs", "workflow_jobs", "inventory_updates", "project_updates")


@dataclass
class Job:
    """`uses` has the ids of what the job belongs to, by the names under which the API filters jobs."""

    id: int
    type: str
    name: str
    uses: dict[str, int | None]
    status: str = "pending"

    @property
    def url(self) -> str:
        return f"/api/v2/{self.type}s/{self.id}/"

    def body(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "type": self.type,
            "name": self.name,
            "url": self.url,
            "status": self.status,
            **self.uses,
        }

    def matches(self, name: str, value: str) -> bool:
        field_, _dunder, comparison = name.rpartition("__")
        have = self.status if field_ == "status" else self.uses.get(field_)
        return comparison == "in" and str(have) in value.split(",")


@dataclass
class Jobs:
    store: Store
    all: list[Job] = field(default_factory=list)

    def launched(self, template: Thing, slices: int = 1) -> Job:
        """A job of a template. One with slices is a workflow job."""
        type_ = "workflow_job" if slices > 1 else template.kind.job
        uses = {template.kind.type: template.id}
        uses.update(
            {name: template.values.get(name) for name in ("inventory", "project") if name in template.kind.fields}
        )
        if type_ == "inventory_update":
            uses = {"inventory_source": template.id, "inventory_source__inventory": template.values["inventory"]}
        job = Job(self.store.take_id("jobs"), type_, template.name, uses)
        self.all.append(job)
        return job

    def end(self) -> None:
        for job in self.all:
            job.status = "successful"

    def search(self, endpoint: str, query: Iterable[tuple[str, str]]) -> list[dict[str, Any]]:
        wanted = [one for one in query if one[0] not in ("page", "page_size")]
        return [
            job.body()
            for job in self.all
            if f"{job.type}s" == endpoint and all(job.matches(name, value) for name, value in wanted)
        ]

    def refuse_deletion(self, thing: Thing) -> None:
        using = [job for job in self.all if job.status in ACTIVE and thing.id in self._ids(job, thing)]
        if using:
            active = [{"type": job.type, "id": job.id} for job in using]
            raise Refusal(409, {"error": "Resource is being used by running jobs.", "active_jobs": active})

    @staticmethod
    def _ids(job: Job, thing: Thing) -> list[int | None]:
        return [id_ for name, id_ in job.uses.items() if name.rpartition("__")[2] == thing.kind.type]
