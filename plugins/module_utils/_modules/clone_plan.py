"""What the role clone_managed_image has to do: its variables as options of modules, after every check that reads can make.

Nothing is written. The reads that many hosts share are made once a run, and what is read here is left to the tasks that follow.
"""

from __future__ import annotations

import typing as t

from .._arm.auth.options import AUTH_OPTIONS
from .._resources.body_checks import Outgoing, check_body
from .._resources.diff import refuse_fixed
from .._resources.errors import AzureError, Denied, GalleryError, InvalidRequest, NotFound
from .._resources.fields import Body
from .._resources.gallery import GALLERY
from .._resources.image_definition import IMAGE_DEFINITION
from .._resources.image_version import shape, source_id
from .._resources.managed_image import PLAN_TAGS, disk_sizes, tagged_plan
from .._resources.provisioning_state import provisioning_state
from .._resources.regions import short_region
from .._resources.resource_id import same_id
from .._role.batch import same_name_sources
from .._role.variables import PREFIX, RoleOptions, clone_target, read_variables
from .._run import reads
from .._run.context import Context
from .._run.module_spec import ArgumentSpec, ModuleSpec
from .._versions.action import Action
from .._versions.decide import Current, decide
from .._versions.find import find, read_current
from .._versions.request import Request, read_request
from .._versions.result import failure
from . import image_definition as definition_task
from . import image_version as version_task

Options = dict[str, t.Any]


def _complete(options: ArgumentSpec, given: t.Mapping[str, t.Any]) -> Options:
    """All options of a module, with the default or None for those that are not given."""
    return {**{name: spec.get("default") for name, spec in options.items()}, **given}


class _Clone:
    """One image to one version, as the role's variables ask for it."""

    def __init__(self, ctx: Context, wishes: RoleOptions, subscription_id: str) -> None:
        self.ctx, self.wishes = ctx, wishes
        self.limits: list[str] = []  # what Azure may refuse
        self.definition, self.source = clone_target(wishes, subscription_id)
        self.gallery = self.definition.parent
        self.place = {"resource_group": self.gallery.resource_group}
        if wishes.subscription_id:
            self.place["subscription_id"] = wishes.subscription_id
        common = {**self.place, "gallery_name": self.gallery.name}
        if self.source:
            common["source"] = str(self.source)
        self.definition_options: Options = {**common, **wishes.definition, "name": self.definition.name}
        self.version_options: Options = {
            **common,
            "image_definition_name": self.definition.name,
            "name": wishes.version,
            **wishes.options,
            "wait_timeout": wishes.wait_timeout,
        }
        if wishes.poll_interval:
            self.version_options["poll_interval"] = wishes.poll_interval
        options = _complete(version_task.SPEC.options, self.version_options)
        self.request: Request = read_request(options, subscription_id)

    def plan(self) -> dict[str, t.Any]:
        """The result of the module."""
        image = self._image()
        gallery, gallery_options = self._gallery(image)
        there = self._definitions(gallery)
        known = next((body for body in there if same_id(body["id"], str(self.definition))), None)
        found = find(self.ctx, self.request, known is not None)
        if found.body is None and self.source and image is None:
            # a version that has to be created needs its source; without it the definition cannot be planned either
            decide(read_current(self.ctx, self.request, found, {}), self.request)
        location = (image or gallery or {}).get("location", "")
        definition, write_definition = self._definition(known, there, image, location)
        decision = decide(read_current(self.ctx, self.request, found, definition), self.request)
        if decision.action is Action.FAIL:
            raise failure(self.ctx, found.rid, decision.body)
        needed = bool(gallery_options) or write_definition or decision.action is not Action.NONE
        limits = [*self.limits, *decision.limits]
        if limits and self.wishes.strict:
            raise InvalidRequest(
                f"{' '.join(limits)} Azure may refuse this, and {PREFIX}strict refuses it. Nothing was written."
            )
        for line in (*limits, *(() if needed else decision.notes)):  # of notes, the task that writes warns
            self.ctx.warn(line)
        if found.twin and self.source:
            self.ctx.warn(same_name_sources(self.definition.name, [found.twin, str(self.source)]))
        if found.body is not None:
            self.version_options["name"] = found.rid.name
        plan = {
            "needed": needed,
            "action": decision.action.value,
            "source_id": str(self.source) if self.source else source_id(found.body or {}),
            "definition_id": str(self.definition),
            "version_id": str(found.rid),
            "version": found.rid.name,
            "size_gb": sum(disk_sizes(image or {})) or None,
            "gallery": gallery_options,
            "definition": self.definition_options if write_definition else None,
            "image_version": self.version_options if needed else None,
            "numbering": self._numbering(found, known is None, definition),
            "wait": self.wishes.wait,
            "flush": self.wishes.flush,
            "wait_timeout": self.wishes.wait_timeout,
            "credentials": self.ctx.arm.identity,
        }
        result = {"changed": False, "plan": plan, "image_version": None, "replication_pending": False}
        if not needed:
            result |= {"image_version": shape(decision.body), "unmanaged_regions": decision.regions.unmanaged}
        return result

    def _image(self) -> Body | None:
        """The source, from the list of its resource group; asked for by itself where the list does not show it."""
        if self.source is None:
            return None
        found = None
        try:
            listed = self.ctx.arm.shared_list(self.source.parent, "managed_image")
            found = next((body for body in listed if body["id"].lower() == self.source.key), None)
        except AzureError as error:
            self.ctx.debug(f"{self.source.parent}: {error.message}")
        if found is None:
            found = self.ctx.arm.get(self.source)
        self.ctx.arm.run_state.remember(self.source, found)
        return found

    def _gallery(self, image: Body | None) -> tuple[Body | None, Options | None]:
        """The gallery, and the options to create it with; None if it is not created."""
        body = self.ctx.arm.shared_get(self.gallery)
        self.ctx.arm.run_state.remember(self.gallery, body)
        body = body or reads.predicted(self.ctx, self.gallery)
        location = self.wishes.gallery.get("location")
        options: Options = {**self.place, **self.wishes.gallery}
        if body is not None:
            wanted = GALLERY.wanted({"location": location})
            refuse_fixed(self.gallery, GALLERY.differences(body, wanted))
            if not self.wishes.create_gallery or provisioning_state(body) not in ("Failed", "Canceled"):
                return body, None
            # its last write failed and is repeated
            return body, {**options, "location": short_region(body["location"])}
        if not self.wishes.create_gallery:
            raise InvalidRequest(
                f"{self.gallery.words} does not exist. Create it first, or set {PREFIX}create_gallery: true. Nothing was written."
            )
        self._refuse_without_group()
        if location is None and image is not None:
            options["defaults"] = {"location": short_region(image["location"])}
        return None, options

    def _refuse_without_group(self) -> None:
        group = self.gallery.parent
        try:
            there = self.ctx.arm.shared_get(group) is not None
        except Denied as error:
            self.ctx.debug(f"{group}: {error.message}")
            return
        if not there:
            raise InvalidRequest(
                f"{group.words} does not exist, and the gallery would be created in it. Correct "
                f"{PREFIX}gallery.resource_group, or create the resource group first. Nothing was written."
            )

    def _definitions(self, gallery: Body | None) -> list[Body]:
        """All definitions of the gallery."""
        if gallery is None:
            return []
        try:
            found: list[Body] = self.ctx.arm.shared_list(self.gallery, "image_definition")
        except NotFound:
            found = []
        predicted = reads.predicted(self.ctx, self.definition)
        return [*found, predicted] if predicted else found

    def _definition(
        self, known: Body | None, there: list[Body], image: Body | None, location: str
    ) -> tuple[Body, bool]:
        """The definition as it is or will be, and whether it has to be written."""
        if image is None:
            self.definition_options.pop("source", None)  # a version that exists outlives its source
        if known is None:
            self.definition_options["defaults"] = {**self._tagged_plan(image), **self.wishes.definition_defaults}
        self.ctx.arm.run_state.remember(self.definition, known)
        params = _complete(definition_task.SPEC.options, self.definition_options)
        desired, _image = definition_task.desired_definition(self.ctx, params)
        if known is None:
            desired = desired.completed()
            body = definition_task.new_definition(desired, location)
            definition_task.refuse_taken_identity(self.definition, body, there)
            # the task that creates it does not have to list them again
            identity = list(definition_task.identity_of(body))
            self.ctx.cache.put(definition_task.identity_checked(self.definition), identity)
            self.limits += check_body(Outgoing(self.definition, body, self.ctx.clock.now()))
            return {"id": str(self.definition), **body}, True
        changes = desired.differences(known)
        refuse_fixed(self.definition, changes, desired.derived)
        if changes:
            applied = IMAGE_DEFINITION.applied(known, desired.wanted, desired.append_tags)
            body = definition_task.changed_body(self.ctx, desired, applied)
            self.limits += check_body(Outgoing(self.definition, body, self.ctx.clock.now(), known))
        return known, bool(changes) or provisioning_state(known) != "Succeeded"

    def _tagged_plan(self, image: Body | None) -> Options:
        """The purchase plan in the image's tags, as defaults of a new definition: it cannot be added later."""
        plan = tagged_plan(image or {})
        missing = [PLAN_TAGS[part] for part, value in plan.items() if not value]
        given = self.wishes.definition.get("purchase_plan") or self.wishes.definition_defaults.get("purchase_plan")
        if missing and any(plan.values()) and not given:
            self.ctx.warn(
                f"{self.source.words if self.source else 'The source'} has tags of a purchase plan, but no value of "
                f"{' and '.join(missing)}, so {self.definition.words} gets no purchase plan. It cannot be added later. If the "
                f"image needs a plan, set {PREFIX}purchase_plan."
            )
        return {} if missing else {"purchase_plan": plan}

    def _numbering(self, found: Current, new_definition: bool, definition: Body) -> Options | None:
        """What the hosts of a batch agree on (_role/batch.py); None if the version of this host exists."""
        if found.body is not None or self.source is None:
            return None
        key = f"{self.definition.key} {self.source.key}"
        if self.request.when_cloned == "new":
            key += f" {self.ctx.random.getrandbits(64):x}"
        given = [name for name, value in self.wishes.definition.items() if value is not None and name != "name"]
        properties = definition["properties"]
        return {
            "key": key,
            "definition": self.definition.key,
            "name": self.source.name,
            "source": self.source.key,
            "new_definition": new_definition,
            "given": sorted(given),
            "facts": {"os_type": properties.get("osType"), "hyper_v_generation": properties.get("hyperVGeneration")},
            "version": self.wishes.version,
            "highest": str(found.highest) if found.highest else None,
        }


def _run(ctx: Context) -> dict[str, t.Any]:
    if ctx.params["batch"] is not None:
        raise InvalidRequest(
            f"batch: {ctx.params['batch']!r} names results of other hosts, which only the task's action plugin can read. "
            "Leave the option out here."
        )
    wishes = read_variables(ctx.params["variables"] or {})
    if wishes.subscription_id is not None:
        ctx.params["subscription_id"] = wishes.subscription_id
    clone = ctx.by_subscription(lambda subscription_id: _Clone(ctx, wishes, subscription_id))
    try:
        return clone.plan()
    except GalleryError as error:
        error.details.setdefault("source_id", str(clone.source) if clone.source else None)
        error.details.setdefault("definition_id", str(clone.definition))
        raise


SPEC = ModuleSpec(
    name="clone_plan",
    options={**AUTH_OPTIONS, "variables": {"type": "dict"}, "batch": {"type": "str"}},
    run=_run,
)
