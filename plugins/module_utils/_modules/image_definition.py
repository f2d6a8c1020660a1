"""An image definition: create, update or delete it."""

from __future__ import annotations

import typing as t

from .._arm.auth.options import AUTH_OPTIONS
from .._resources import managed_image
from .._resources.errors import InvalidRequest
from .._resources.fields import Body
from .._resources.image_definition import IMAGE_DEFINITION
from .._resources.regions import short_region
from .._resources.resource_id import ResourceId, named_id
from .._run import reads
from .._run.context import Context
from .._run.ensure import SET_BY_AZURE, Desired, absent, present, read_defaults, request_body
from .._run.module_spec import CREATE_OPTIONS, STATE, ModuleSpec, required

IDENTITY = ("publisher", "offer", "sku")


def _run(ctx: Context) -> dict[str, t.Any]:
    params = ctx.params
    IMAGE_DEFINITION.wanted(params)  # invalid options are reported before any credentials are read
    rid = ctx.by_subscription(lambda subscription_id: _definition_id(params, subscription_id))
    if params["state"] == "absent":
        return absent(ctx, rid, IMAGE_DEFINITION, "image_version")
    desired, image = desired_definition(ctx, params)
    return present(
        ctx, desired, lambda: _new_body(ctx, desired.completed(), image), lambda body: changed_body(ctx, desired, body)
    )


def _definition_id(params: t.Mapping[str, t.Any], subscription_id: str) -> ResourceId:
    return named_id("image_definition", subscription_id, params, "gallery_name", "name")


def desired_definition(ctx: Context, params: t.Mapping[str, t.Any]) -> tuple[Desired, Body | None]:
    """The requested definition, including values from its source, and the source."""
    wanted = IMAGE_DEFINITION.wanted(params)
    rid = _definition_id(params, ctx.arm.subscription_id)
    source = managed_image.parse_source(params["source"], rid.subscription_id, rid.resource_group)
    image = _source(ctx, source) if source else None
    derived: dict[str, t.Any] = {}
    if image:
        derived = {"os_type": managed_image.os_type(image), "hyper_v_generation": managed_image.generation(image)}
        derived = {path: value for path, value in derived.items() if path not in wanted}
        wanted.update(derived)
    left_to_azure = SET_BY_AZURE if "architecture" in wanted else (*SET_BY_AZURE, "architecture")
    defaults = read_defaults(IMAGE_DEFINITION, params)
    return Desired(
        rid, IMAGE_DEFINITION, wanted, params["append_tags"], left_to_azure, frozenset(derived), defaults
    ), image


def _source(ctx: Context, source: ResourceId) -> Body:
    body = reads.read(ctx, source)
    if body is None:
        raise InvalidRequest(
            f"source: {source.words} does not exist. Correct the source, or set os_type, hyper_v_generation and location. "
            "Nothing was written."
        )
    return body


def _new_body(ctx: Context, desired: Desired, image: Body | None) -> Body:
    gallery = reads.read(ctx, desired.rid.parent)
    if gallery is None:
        raise InvalidRequest(
            f"{desired.rid.parent.words} does not exist. Create the gallery first (module gallery). Nothing was written."
        )
    body = new_definition(desired, (image or gallery)["location"])
    checked = ctx.cache.get(identity_checked(desired.rid)) == list(identity_of(body))
    if not checked and not reads.predicted(ctx, desired.rid.parent):
        refuse_taken_identity(desired.rid, body, ctx.arm.list(desired.rid.parent, "image_definition"))
    return body


def new_definition(desired: Desired, location: str) -> Body:
    """The body of a create, with defaults, in `location` unless the task sets one; InvalidRequest if properties are missing."""
    wanted = {"os_state": "Generalized", "hyper_v_generation": "V1", **desired.wanted}
    wanted.setdefault("location", short_region(location))
    missing = [option for option in (*IDENTITY, "os_type") if option not in wanted]
    if missing:
        raise InvalidRequest(
            f"{desired.rid.words} does not exist, and creating it also requires {', '.join(missing)}"
            f"{' (or source, which provides os_type)' if 'os_type' in missing else ''}. Nothing was written."
        )
    return IMAGE_DEFINITION.applied({}, wanted)


def changed_body(ctx: Context, desired: Desired, body: Body) -> Body:
    """The complete body, so that Azure keeps unset properties. Features change only with allowUpdateImage."""
    changed = {change.path for change in desired.differences(ctx.arm.run_state.recall(desired.rid) or {})}
    sent = request_body(body)
    if "features" in changed:
        sent["properties"]["allowUpdateImage"] = True
    return {**body, "properties": {**body["properties"], **sent["properties"]}}


def identity_of(body: Body) -> tuple[str, ...]:
    """Publisher, offer and SKU in lower case. Their combination is unique in a gallery."""
    identifier = body["properties"].get("identifier") or {}
    return tuple(str(identifier.get(part, "")).lower() for part in IDENTITY)


def identity_checked(rid: ResourceId) -> str:
    """The key in the run's memory that records that a plan has looked for the identity elsewhere."""
    return f"identity:{rid.key}"


def refuse_taken_identity(rid: ResourceId, body: Body, others: t.Iterable[Body]) -> None:
    """InvalidRequest if another definition of the gallery has the same publisher, offer and SKU."""
    for other in others:
        if identity_of(other) == identity_of(body) and other["id"].lower() != rid.key:
            shown = "/".join(body["properties"]["identifier"][part] for part in IDENTITY)
            raise InvalidRequest(
                f"{rid.words} cannot be created: publisher, offer and sku {shown} already belong to the image definition "
                f"{other['name']} of this gallery. Choose another sku, or use that definition. Nothing was written."
            )


SPEC = ModuleSpec(
    name="image_definition",
    options={
        **AUTH_OPTIONS,
        **required("resource_group", "gallery_name", "name"),
        **STATE,
        "source": {"type": "raw"},
        **CREATE_OPTIONS,
        **IMAGE_DEFINITION.options(),
    },
    run=_run,
)
