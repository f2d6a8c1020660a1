"""Microsoft Entra on loopback: discovery, tokens, and the check of a bearer token."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import parse_qs

from .errors import ArmError
from .messages import Answer, Json, Request, one_line
from .settings import DEFAULT_TENANT, Client, Settings


@dataclass(frozen=True, slots=True)
class Caller:
    """Who holds a token."""

    client_id: str
    tenant: str
    object_id: str
    expires: float


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Entra:
    """Issues tokens and recognises its own."""

    def __init__(self, settings: Settings, secret: str) -> None:
        self._settings = settings
        self._secret = secret.encode()
        self._known: dict[str, Caller] = {}

    # -- discovery ---------------------------------------------------------------------------------------------
    def answer(self, request: Request, now: float) -> Answer | None:
        """The path below the authority's address, or None."""
        segments = [segment for segment in request.path.split("/") if segment]
        lowered = request.path.lower()
        if lowered.endswith("/common/discovery/instance"):
            return self._instance(request)
        if lowered.endswith("/.well-known/openid-configuration"):
            return self._configuration(request, segments[0])
        if lowered.endswith(("/oauth2/v2.0/token", "/oauth2/token")):
            return self._token(request, segments[0], now)
        if lowered.endswith(("/discovery/v2.0/keys", "/discovery/keys")):
            return one_line(200, {"keys": []})
        if "/userrealm/" in lowered:
            return one_line(200, {"ver": "1.0", "account_type": "Managed", "domain_name": segments[-1]})
        return None

    def _instance(self, request: Request) -> Answer:
        host = request.headers.get("host", "127.0.0.1")
        alias = {"preferred_network": host, "preferred_cache": host, "aliases": [host]}
        endpoint = f"{request.base}/{DEFAULT_TENANT}/v2.0/.well-known/openid-configuration"
        return one_line(200, {"tenant_discovery_endpoint": endpoint, "api-version": "1.1", "metadata": [alias]})

    def _configuration(self, request: Request, tenant: str) -> Answer:
        base = f"{request.base}/{tenant}"
        if not self._tenant_exists(tenant):
            return self._refuse(400, "invalid_tenant", f"AADSTS90002: Tenant '{tenant}' not found.", 90002, 0.0)
        return one_line(
            200,
            {
                "token_endpoint": f"{base}/oauth2/v2.0/token",
                "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"],
                "jwks_uri": f"{base}/discovery/v2.0/keys",
                "response_types_supported": ["code", "id_token"],
                "scopes_supported": ["openid", "profile", "email", "offline_access"],
                "issuer": f"{base}/v2.0",
                "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
                "device_authorization_endpoint": f"{base}/oauth2/v2.0/devicecode",
                "tenant_region_scope": None,
                "cloud_instance_name": request.headers.get("host", ""),
            },
        )

    def _tenant_exists(self, tenant: str) -> bool:
        return not self._settings.tenants or tenant.lower() in self._settings.tenants

    # -- tokens ------------------------------------------------------------------------------------------------
    def _token(self, request: Request, tenant: str, now: float) -> Answer:
        form = {name: values[-1] for name, values in parse_qs(request.body.decode("utf-8", "replace")).items()}
        client_id = form.get("client_id", "")
        if not self._tenant_exists(tenant):
            return self._refuse(400, "invalid_request", f"AADSTS90002: Tenant '{tenant}' not found.", 90002, now)
        if form.get("grant_type") != "client_credentials":
            text = f"AADSTS70003: The app requested an unsupported grant type '{form.get('grant_type', '')}'."
            return self._refuse(400, "unsupported_grant_type", text, 70003, now)
        if not client_id:
            text = "AADSTS900144: The request body must contain the following parameter: 'client_id'."
            return self._refuse(400, "invalid_request", text, 900144, now)
        refusal = self._refuse_client(form, client_id, tenant, now)
        return refusal or self._issue(client_id, tenant, now)

    def _refuse_client(self, form: dict[str, str], client_id: str, tenant: str, now: float) -> Answer | None:
        secret, assertion = form.get("client_secret"), form.get("client_assertion")
        if not secret and not assertion:
            text = (
                "AADSTS7000218: The request body must contain the following parameter: 'client_assertion' or "
                "'client_secret'."
            )
            return self._refuse(401, "invalid_client", text, 7000218, now)
        if assertion is not None and assertion.count(".") != 2:
            text = "AADSTS50027: JWT token is invalid or malformed."
            return self._refuse(401, "invalid_client", text, 50027, now)
        if self._settings.clients is None:
            return None
        client = self._settings.clients.get(client_id.lower())
        if client is None or (client.tenant and client.tenant.lower() != tenant.lower()):
            text = f"AADSTS700016: Application with identifier '{client_id}' was not found in the directory '{tenant}'."
            return self._refuse(400, "unauthorized_client", text, 700016, now)
        if secret and client.secret is not None and not hmac.compare_digest(secret.encode(), client.secret.encode()):
            text = (
                "AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the "
                f"client secret value, not the client secret ID, for a secret added to app '{client_id}'."
            )
            return self._refuse(401, "invalid_client", text, 7000215, now)
        return None

    def _refuse(self, status: int, error: str, text: str, code: int, now: float) -> Answer:
        trace, correlation = str(uuid.uuid4()), str(uuid.uuid4())
        when = datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%d %H:%M:%SZ")
        text += f" Trace ID: {trace} Correlation ID: {correlation} Timestamp: {when}"
        document: Json = {
            "error": error,
            "error_description": text,
            "error_codes": [code],
            "timestamp": when,
            "trace_id": trace,
            "correlation_id": correlation,
        }
        return one_line(status, document)

    def _issue(self, client_id: str, tenant: str, now: float) -> Answer:
        seconds = self._settings.token_seconds
        token = self.make_token(client_id, tenant, now, seconds)
        document = {"token_type": "Bearer", "expires_in": seconds, "ext_expires_in": seconds, "access_token": token}
        return one_line(200, document, {"Cache-Control": "no-store, no-cache", "Pragma": "no-cache"})

    def make_token(self, client_id: str, tenant: str, now: float, seconds: float) -> str:
        """A token of the shape of a JWT, that this emulator recognises (also after a restart from its state file)."""
        object_id = str(uuid.uuid5(uuid.NAMESPACE_URL, client_id.lower()))
        claims = {
            "aud": "https://management.azure.com/",
            "iss": f"https://sts.windows.net/{tenant}/",
            "iat": int(now),
            "nbf": int(now),
            "exp": int(now + seconds),
            "expires": now + seconds,
            "appid": client_id,
            "idtyp": "app",
            "oid": object_id,
            "sub": object_id,
            "tid": tenant,
            "uti": uuid.uuid4().hex,
            "ver": "1.0",
        }
        head = _encode(b'{"typ":"JWT","alg":"RS256","kid":"emulator"}')
        text = f"{head}.{_encode(json.dumps(claims).encode())}"
        return f"{text}.{self._seal(text)}"

    def _seal(self, text: str) -> str:
        return _encode(hmac.new(self._secret, text.encode(), hashlib.sha256).digest())

    # -- the check ---------------------------------------------------------------------------------------------
    def caller(self, request: Request, now: float) -> Caller:
        """Who calls; ArmError 401 when no valid token came."""
        kind, _unused, token = request.headers.get("authorization", "").partition(" ")
        if not token:
            text = "Authentication failed. The 'Authorization' header is missing."
            raise self.denied(request, "AuthenticationFailed", text, "invalid_token")
        if kind.lower() != "bearer":
            text = f"The authentication scheme {kind} is not supported."
            raise self.denied(request, "AuthenticationFailed", text, "invalid_token")
        caller = self._known.get(token) or self._recognise(token)
        if caller is None:
            raise self.denied(request, "InvalidAuthenticationToken", "The access token is invalid.", "invalid_token")
        if now >= caller.expires:
            ended, present = (_date(moment) for moment in (caller.expires, now))
            text = f"The access token expiry UTC time '{ended}' is earlier than current UTC time '{present}'."
            raise self.denied(request, "ExpiredAuthenticationToken", text, "invalid_token")
        return caller

    def _recognise(self, token: str) -> Caller | None:
        text, _unused, seal = token.rpartition(".")
        if not hmac.compare_digest(self._seal(text), seal):
            return None
        try:
            claims = json.loads(_decode(text.partition(".")[2]))
        except (ValueError, binascii.Error):
            return None
        caller = Caller(claims["appid"], claims["tid"], claims["oid"], claims["expires"])
        if len(self._known) > 1000:
            self._known.clear()
        self._known[token] = caller
        return caller

    def denied(self, request: Request, code: str, text: str, error: str) -> ArmError:
        """A 401 with the challenge that Azure sends along."""
        tenant = self._settings.tenants[0] if self._settings.tenants else DEFAULT_TENANT
        challenge = f'Bearer authorization_uri="{request.base}/{tenant}", error="{error}", error_description="{text}"'
        return ArmError(401, code, text, gateway=True, headers={"WWW-Authenticate": challenge})

    def claims_challenge(self, request: Request, claims: object) -> ArmError:
        """A 401 that asks for a token with more claims (continuous access evaluation)."""
        text = claims if isinstance(claims, str) else json.dumps(claims)
        if claims is True:
            text = '{"access_token":{"nbf":{"essential":true,"value":"1604106651"}}}'
        encoded = base64.b64encode(text.encode()).decode()
        tenant = self._settings.tenants[0] if self._settings.tenants else DEFAULT_TENANT
        challenge = (
            f'Bearer realm="", authorization_uri="{request.base}/{tenant}/oauth2/authorize", '
            f'error="insufficient_claims", claims="{encoded}"'
        )
        message = "The access token has been obtained from wrong audience or lacks claims."
        return ArmError(
            401, "InvalidAuthenticationToken", message, gateway=True, headers={"WWW-Authenticate": challenge}
        )

    def allowed(self, caller: Caller, subscription: str) -> bool:
        """Whether the caller may use that subscription."""
        client: Client | None = (self._settings.clients or {}).get(caller.client_id.lower())
        if client is not None and client.subscriptions is not None:
            return subscription in client.subscriptions
        return True


def _date(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%m/%d/%Y %I:%M:%S %p")
