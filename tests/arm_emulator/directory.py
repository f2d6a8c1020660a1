"""Tenants, subscriptions, locations, resource providers, and the cloud's metadata."""

from __future__ import annotations

from . import apiversions, regions, rights
from .context import Context
from .errors import ArmError
from .messages import Answer, Json, Request, one_line
from .resource_types import RESOURCE_TYPES
from .settings import DEFAULT_TENANT, Settings, Subscription
from .version_lists import COMPUTE, GALLERIES, NETWORK

COMPUTE_NAMESPACE = "Microsoft.Compute"


def metadata(request: Request) -> Answer:
    """/metadata/endpoints: an object in 2015-01-01 and from 2022-09-01 on, an array in between."""
    version = request.param("api-version") or ""
    if not version:
        raise apiversions.missing()
    base = request.base
    audiences = ["https://management.core.windows.net/", "https://management.azure.com/", base + "/", base]
    if version < "2018":
        authentication: Json = {"loginEndpoint": base + "/", "audiences": audiences}
        graph: Json = {"galleryEndpoint": base + "/gallery/", "graphEndpoint": base + "/graph/"}
        return one_line(200, {**graph, "portalEndpoint": base + "/portal/", "authentication": authentication})
    document = _cloud(base, audiences)
    return one_line(200, [document] if version < "2022" else document)


def _cloud(base: str, audiences: list[str]) -> Json:
    authentication = {
        "loginEndpoint": base,
        "audiences": audiences,
        "tenant": "common",
        "identityProvider": "AAD",
    }
    suffixes = {
        "acrLoginServer": "azurecr.io",
        "keyVaultDns": "vault.azure.net",
        "storage": "core.windows.net",
        "sqlServerHostname": "database.windows.net",
    }
    return {
        "portal": base + "/portal",
        "authentication": authentication,
        "graphAudience": base + "/graph",
        "graph": base + "/graph",
        "name": "ArmEmulator",
        "suffixes": suffixes,
        "batch": base + "/batch",
        "resourceManager": base,
        "vmImageAliasDoc": base + "/aliases.json",
        "activeDirectoryDataLake": base + "/datalake",
        "sqlManagement": base + "/sql",
        "microsoftGraphResourceId": base + "/graph",
        "gallery": base + "/gallery",
    }


def _tenant_of(settings: Settings, caller_tenant: str, subscription: Subscription) -> str:
    return subscription.tenant or caller_tenant or (settings.tenants[0] if settings.tenants else DEFAULT_TENANT)


def tenants(ctx: Context) -> Answer:
    """GET /tenants."""
    known = ctx.settings.tenants or [ctx.caller.tenant]
    value = [
        {"id": f"/tenants/{tenant}", "tenantId": tenant, "displayName": "Emulated directory", "tenantCategory": "Home"}
        for tenant in known
    ]
    return one_line(200, {"value": value})


def _subscription(ctx: Context, subscription: Subscription) -> Json:
    policies = {"locationPlacementId": "Public_2014-09-01", "quotaId": "PayAsYouGo_2014-09-01", "spendingLimit": "Off"}
    return {
        "id": f"/subscriptions/{subscription.id}",
        "authorizationSource": "RoleBased",
        "managedByTenants": [],
        "subscriptionId": subscription.id,
        "tenantId": _tenant_of(ctx.settings, ctx.caller.tenant, subscription),
        "displayName": subscription.name,
        "state": "Enabled",
        "subscriptionPolicies": policies,
    }


def subscriptions(ctx: Context) -> Answer:
    """GET /subscriptions: those of the token's tenant that the client may use."""
    mine = [
        subscription
        for subscription in ctx.settings.subscriptions.values()
        if ctx.entra.allowed(ctx.caller, subscription.id)
        and (subscription.tenant or ctx.caller.tenant).lower() == ctx.caller.tenant.lower()
        and rights.sees(ctx.settings, ctx.caller, subscription.id)
    ]
    value = [_subscription(ctx, subscription) for subscription in mine]
    return one_line(200, {"value": value, "count": {"type": "Total", "value": len(value)}})


def subscription(ctx: Context) -> Answer:
    """GET one subscription."""
    return one_line(200, _subscription(ctx, ctx.settings.subscriptions[ctx.target.subscription]))


def locations(ctx: Context) -> Answer:
    """GET the locations of a subscription."""
    base = f"/subscriptions/{ctx.target.subscription}/locations/"
    value = [
        {"id": base + name, "name": name, "type": "Region", "displayName": text, "regionalDisplayName": text}
        for name, text in regions.DISPLAY.items()
    ]
    return one_line(200, {"value": value})


def _state(ctx: Context, namespace: str) -> str:
    """Only Microsoft.Compute can be unregistered here."""
    ready = ctx.store.unregistered.get(ctx.target.subscription) if namespace == COMPUTE_NAMESPACE else None
    if ready is None or 0 <= ready <= ctx.now:
        return "Registered"
    return "NotRegistered" if ready < 0 else "Registering"


_OPERATION_TYPES = {
    COMPUTE_NAMESPACE: (
        ("locations/capsoperations", (*GALLERIES, "2017-10-15-preview")),
        ("locations/operations", COMPUTE),
    ),
    "Microsoft.Network": (("locations/operations", NETWORK), ("locations/operationResults", NETWORK)),
}
NAMESPACES = tuple(dict.fromkeys(known.namespace for known in RESOURCE_TYPES.values() if known.versions))


def _provider(ctx: Context, namespace: str) -> Json:
    listed = list(regions.DISPLAY.values())
    kinds = [(known.collection, known.versions) for known in RESOURCE_TYPES.values() if known.namespace == namespace]
    kinds += _OPERATION_TYPES.get(namespace, ())
    types = [{"resourceType": name, "locations": listed, "apiVersions": list(versions)} for name, versions in kinds]
    return {
        "id": f"/subscriptions/{ctx.target.subscription}/providers/{namespace}",
        "namespace": namespace,
        "resourceTypes": types,
        "registrationState": _state(ctx, namespace),
        "registrationPolicy": "RegistrationRequired",
    }


def _namespace(ctx: Context) -> str:
    for namespace in NAMESPACES:
        if namespace.lower() == ctx.target.name.lower():
            return namespace
    text = f"The resource namespace '{ctx.target.name}' is invalid."
    raise ArmError(404, "InvalidResourceNamespace", text, gateway=True)


def provider(ctx: Context) -> Answer:
    """GET one."""
    return one_line(200, _provider(ctx, _namespace(ctx)))


def providers(ctx: Context) -> Answer:
    """GET all providers that are emulated."""
    return one_line(200, {"value": [_provider(ctx, namespace) for namespace in NAMESPACES]})


def register(ctx: Context) -> Answer:
    """POST register: Registering, and Registered after an operation's time."""
    namespace = _namespace(ctx)
    ready = None if namespace != COMPUTE_NAMESPACE else ctx.store.unregistered.get(ctx.target.subscription)
    if ready is not None and ready < 0:
        ctx.store.unregistered[ctx.target.subscription] = ctx.now + ctx.settings.operation_seconds
        ctx.changed = True
    return one_line(200, _provider(ctx, namespace))
