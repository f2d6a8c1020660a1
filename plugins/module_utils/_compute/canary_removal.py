"""Deleting one canary: the machine, then its disks and its interface, by the names that were chosen before they were created."""

from __future__ import annotations

import collections
import itertools

from .._resources.errors import AzureError, GalleryError, InvalidRequest, Throttled, Unavailable
from .._resources.fields import Body
from .._resources.provisioning_state import provisioning_state
from .._resources.resource_id import ResourceId, same_id
from .._run.context import Context
from . import canary_body
from .canary_body import Names
from .stepwise import Steps, Stepwise

MACHINE_PAUSES, PAUSE = (3.0, 5.0, 10.0), 5.0  # seconds between two readings of a machine, and of what it held
ABSENT = 4  # readings in a row, 15 s in all, after which what this run knew counts as deleted, if no operation says so
TRIES = 4  # deletes of one resource that Azure accepts and does not carry out, and failures that may pass
RESERVED_PAUSE = 20.0
TIMEOUT = 1200.0
_RESERVED = "NicReservedForAnotherVm"
# Azure frees disks and interface some time after their machine is gone; the interface of a failed one after 180 s.
_LATER = (_RESERVED, "NicInUse", "OperationNotAllowed", "AnotherOperationInProgress", "RetryableError", "Conflict")


class Removal(Stepwise):
    """`deleted` are ids, in check mode of what would be. `left` says why some of it may be left, None if it is not.

    `digest` is the hash that the tags must have; empty: any canary's. Untagged disks must be made from `version`, an id.
    """

    def __init__(self, ctx: Context, ids: Names, version: str, digest: str) -> None:
        super().__init__(ctx)
        self.ids = ids
        self.deleted: list[str] = []
        self._errors: dict[str, AzureError] = {}
        self._ends = ctx.clock.monotonic() + TIMEOUT
        self._version, self._digest = version, digest
        self._parts = [ids.machine, *ids.disks, ids.interface]  # those that may exist
        self._pause = 0.0
        self._absent: collections.Counter[ResourceId] = collections.Counter()
        self._accepted: collections.Counter[ResourceId] = collections.Counter()
        self._failures: collections.Counter[ResourceId] = collections.Counter()
        self._ended: set[ResourceId] = set()

    @property
    def left(self) -> GalleryError | None:
        """The first error, with what may be left of the canary."""
        if self.error or not self._errors:
            return self.error
        why = next(iter(self._errors.values()))
        left = ", ".join(self._errors)
        words = f"The canary {self.ids.machine.name} could not be deleted completely. {left} may be left: {why.message}"
        return GalleryError(words, **why.details)

    def steps(self) -> Steps:
        """Read what may exist and delete what can be deleted; the disks and the interface after the machine."""
        if self.ctx.check_mode:
            found = [(rid, self.ctx.arm.get(rid)) for rid in self._parts]
            self.deleted = [str(self._ours(rid, body)["id"]) for rid, body in found if body is not None]
            return
        machine = self.ids.machine
        for pause in itertools.chain(MACHINE_PAUSES, itertools.repeat(MACHINE_PAUSES[-1])):
            self._pause = pause
            if machine in self._parts:
                self._try(machine)
            if machine not in self._parts or self._absent[machine]:
                self._pause = PAUSE
                for rid in [rid for rid in self._parts if rid != machine]:
                    self._try(rid)
            if not self._parts:
                return
            yield self._pause

    def _try(self, rid: ResourceId) -> None:
        try:
            gone = self._is_gone(rid)
        except AzureError as error:
            gone = self._gives_up(rid, error)
        if gone:
            self._parts.remove(rid)
        if rid == self.ids.machine and str(rid) in self._errors:
            self._parts.clear()  # as long as it exists, Azure deletes nothing of what it holds

    def _is_gone(self, rid: ResourceId) -> bool:
        known = bool(self.deleted) or self.ctx.arm.run_state.known(rid)
        body = self.ctx.arm.read(rid)
        if body is None:
            self._absent[rid] += 1
            return not known or self._absent[rid] >= ABSENT or self._has_ended(rid)
        self._absent[rid] = 0
        if provisioning_state(body) == "Deleting":
            self._note(rid)
        elif self._is_free(rid, self._ours(rid, body)):
            self._delete(rid)
            held = canary_body.held_by(body)  # goes with the machine, maybe before it is looked at
            for other in [one for one in self._parts if one.key in held]:
                self._note(other)
        return False

    def _has_ended(self, rid: ResourceId) -> bool:
        """Whether Azure says that its deletion has ended, or that of the machine with what goes with it."""
        asked = next((one for one in (rid, self.ids.machine) if self._accepted[one]), None)
        if asked is not None and asked not in self._ended:
            operation = self.ctx.arm.operation(asked) or {}
            if str(operation.get("status")).lower() == "succeeded":
                self._ended.add(asked)
        return asked in self._ended

    def _note(self, rid: ResourceId) -> None:
        if str(rid) not in self.deleted:
            self.deleted.append(str(rid))

    def _delete(self, rid: ResourceId) -> None:
        if self._accepted[rid] >= TRIES:
            raise AzureError(f"{rid.words} still exists after {TRIES} deletes that Azure accepted.")
        self.ctx.arm.delete(rid, regardless=True)
        self._accepted[rid] += 1
        self._note(rid)

    def _is_free(self, rid: ResourceId, body: Body) -> bool:
        """Whether nothing holds it; what the machine that was just deleted holds is freed a little later."""
        holder = canary_body.holder_of(body)
        if not holder:
            return True
        if not same_id(holder, str(self.ids.machine)):
            raise AzureError(f"{rid.words} is used by {holder}, which is not its canary.")
        if self.ctx.clock.monotonic() >= self._ends:
            raise AzureError(f"{rid.words} is still held by {holder}, which was deleted.")
        return False

    def _ours(self, rid: ResourceId, body: Body) -> Body:
        """The body, if it is a canary's; InvalidRequest otherwise."""
        digest = canary_body.tag(body, canary_body.HASH_TAG)
        if digest and digest == (self._digest or digest):
            return body
        # Azure takes no tags for disks with the create of their machine.
        if rid.kind == "disk" and not digest and canary_body.made_from(body, self._version):
            return body
        raise InvalidRequest(f"{rid.words} is not of this canary and was left alone. Delete or rename it.")

    def _gives_up(self, rid: ResourceId, error: AzureError) -> bool:
        """Whether a failure is the end of it; those that pass are waited out."""
        self.ctx.debug(f"{rid.name}: {error.message}")
        if error.code in _LATER and self.ctx.clock.monotonic() < self._ends:
            if error.code == _RESERVED:
                self.ctx.progress(f"{rid.name}: Azure keeps it reserved for up to 180 s")
                self._pause = RESERVED_PAUSE
            return False
        self._failures[rid] += 1
        if isinstance(error, (Unavailable, Throttled)) and self._failures[rid] < TRIES:
            return False
        self._errors[str(rid)] = error
        if str(rid) in self.deleted and rid not in self._accepted:
            self.deleted.remove(str(rid))
        return True
