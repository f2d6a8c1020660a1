"""Azure's refusals. What is not known from traffic or documentation says that it is a guess."""

from __future__ import annotations

from collections.abc import Sequence

from .messages import Answer, Json, one_line, pretty


class ArmError(Exception):
    """A refusal with Azure's envelope. The gateway prints on one line, the gallery service with indents."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        target: str | None = None,
        *,
        gateway: bool = False,
        headers: dict[str, str] | None = None,
        details: bool = False,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.target = target
        self.gateway = gateway
        self.headers = headers or {}
        self.details = details

    def body(self) -> Json:
        """The inner object of the envelope: code, message, target; of Microsoft.Network empty details (recorded)."""
        body: Json = {"code": self.code, "message": self.message}
        if self.target is not None:
            body["target"] = self.target
        if self.details:
            body["details"] = []
        return body

    def answer(self) -> Answer:
        """The whole answer. A gateway's own refusal says so in a header (recorded for its 404)."""
        if self.gateway:
            return one_line(self.status, {"error": self.body()}, {"x-ms-failure-cause": "gateway", **self.headers})
        return pretty(self.status, {"error": self.body()}, self.headers)


def invalid(message: str, target: str | None = None) -> ArmError:
    """InvalidParameter: the code of every request-shape refusal whose code is known."""
    return ArmError(400, "InvalidParameter", message, target)


def resource_not_found(resource_type: str, names: Sequence[str], group: str) -> ArmError:
    """Type and names interleaved in one quoted path (recorded, 2022-2025)."""
    namespace, *kinds = resource_type.split("/")
    path = "/".join(f"{kind}/{name}" for kind, name in zip(kinds, names, strict=False))
    text = (
        f"The Resource '{namespace}/{path}' under resource group '{group}' was not found. "
        "For more details please go to https://aka.ms/ARMResourceNotFoundFix"
    )
    return ArmError(404, "ResourceNotFound", text, gateway=True)


def parent_not_found_on_write(names: Sequence[str]) -> ArmError:
    """The wording for writes (documented; seen for other types)."""
    text = f"Can not perform requested operation on nested resource. Parent resource '{'/'.join(names)}' not found."
    return ArmError(404, "ParentResourceNotFound", text, gateway=True)


def parent_not_found_on_read(resource_type: str, parent: str) -> ArmError:
    """The wording for reads (seen for other types, 2024-2026; for galleries inferred)."""
    kind = resource_type.removeprefix("Microsoft.Compute/")
    text = (
        f"Failed to perform 'read' on resource(s) of type '{kind}', because the parent resource '{parent}' "
        "could not be found."
    )
    return ArmError(404, "ParentResourceNotFound", text, gateway=True)


def group_not_found(group: str) -> ArmError:
    """Seen for every verb under a missing group."""
    return ArmError(404, "ResourceGroupNotFound", f"Resource group '{group}' could not be found.", gateway=True)


def group_being_deleted(group: str) -> ArmError:
    """General Resource Manager knowledge."""
    text = f"The resource group '{group}' is in deprovisioning state and cannot perform this operation."
    return ArmError(409, "ResourceGroupBeingDeleted", text, gateway=True)


def subscription_not_found(subscription: str) -> ArmError:
    """General Resource Manager behaviour."""
    text = f"The subscription '{subscription}' could not be found."
    return ArmError(404, "SubscriptionNotFound", text, gateway=True)


def change_not_allowed(path: str) -> ArmError:
    """Target and message name the property (seen in public reports, full JSON)."""
    return ArmError(409, "PropertyChangeNotAllowed", f"Changing property '{path}' is not allowed.", path)


def marked_for_deletion(operation: str, kind: str, name: str) -> ArmError:
    """Documented sentence; the code by analogy with the virtual machines' table."""
    text = (
        f"Operation '{operation}' is not allowed on {kind}{name} since it is marked for deletion. You can only retry "
        "the Delete operation (or wait for an ongoing one to complete)."
    )
    return ArmError(409, "OperationNotAllowed", text)


def nested_resources(ids: Sequence[str]) -> ArmError:
    """Wording of 2024-2026: up to five ids without their subscription."""
    text = (
        "Cannot delete resource while nested resources exist. Some existing nested resource IDs include: "
        f"'{', '.join(ids[:5])}'. Please delete all nested resources before deleting this resource."
    )
    return ArmError(409, "CannotDeleteResource", text, gateway=True)


def wrong_location(name: str, existing: str, group: str, asked: str) -> ArmError:
    """Documented text; the code is general Resource Manager knowledge."""
    text = (
        f"The resource '{name}' already exists in location '{existing}' in resource group '{group}'. A resource with "
        f"the same name cannot be created in location '{asked}'. Please select a new resource name."
    )
    return ArmError(409, "InvalidResourceLocation", text, gateway=True)


def unregistered(namespace: str = "Microsoft.Compute") -> ArmError:
    """The SDK takes the last quoted word for the namespace that it registers."""
    text = (
        f"The subscription is not registered to use namespace '{namespace}'. See https://aka.ms/rps-not-found for how "
        "to register subscriptions."
    )
    return ArmError(409, "MissingSubscriptionRegistration", text, gateway=True)


def forbidden(client: str, object_id: str, action: str, scope: str) -> ArmError:
    """AuthorizationFailed, its wording as seen."""
    text = (
        f"The client '{client}' with object id '{object_id}' does not have authorization to perform action '{action}' "
        f"over scope '{scope}' or the scope is invalid. If access was recently granted, please refresh your "
        "credentials."
    )
    return ArmError(403, "AuthorizationFailed", text, gateway=True)


def linked_forbidden(action: str, scope: str, tenant: str, subscription: str) -> ArmError:
    """The source lies in a subscription that the client may not read."""
    text = (
        f"The client has permission to perform action '{action}' on scope '{scope}', however the current tenant "
        f"'{tenant}' is not authorized to access linked subscription '{subscription}'."
    )
    return ArmError(403, "LinkedAuthorizationFailed", text, gateway=True)


def linked_action_forbidden(client: str, object_id: str, write: tuple[str, str], linked: tuple[str, str]) -> ArmError:
    """A write that refers to a resource that the client may not use (seen for scale sets with an unreadable image)."""
    text = (
        f"The client '{client}' with object id '{object_id}' has permission to perform action '{write[0]}' on scope "
        f"'{write[1]}'; however, it does not have permission to perform action(s) '{linked[0]}' on the linked scope(s) "
        f"'{linked[1]}' (respectively) or the linked scope(s) are invalid."
    )
    return ArmError(403, "LinkedAuthorizationFailed", text, gateway=True)
