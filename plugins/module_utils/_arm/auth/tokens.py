"""One token for all tasks of a run, as a credential that the SDK's authentication policy takes."""

from __future__ import annotations

import json
import typing as t

from ..._resources.errors import SignInFailed, Unavailable
from .. import sdk
from ..lost_answer import is_certificate
from ..retry import Patience
from ..run_cache import RunCache, hashed

# A token with less than this left is not used any more.
MARGIN = 300.0
# No token lives longer than a day or so; this only bounds what is looked at.
_MAX_AGE = 7 * 86400.0
# How long a failed sign-in answers for the other tasks of the run, so that a wrong secret is sent once and not 500 times.
_REFUSED_FOR = 10.0


class SharedToken:
    """A token credential over the run's cache.

    One process fetches a token while the others wait for it. A request with claims always goes to the real credential, and its
    answer is not shared. `make` builds the real credential when it is first needed, and again after drop(), because it caches
    tokens itself.
    """

    def __init__(
        self,
        make: t.Callable[[], t.Any],
        memory: RunCache,
        identity: str,
        now: t.Callable[[], float],
        explain: t.Callable[[BaseException], BaseException] = lambda exc: exc,
        patience: t.Callable[[], Patience] | None = None,
    ) -> None:
        self._make = make
        self._memory = memory
        self._identity = identity
        self._now = now
        self._explain = explain
        self._patience = patience
        self._credential: t.Any = None
        self._keys: set[str] = set()

    def get_token(
        self, *scopes: str, claims: str | None = None, tenant_id: str | None = None, **kwargs: t.Any
    ) -> t.Any:
        """A token as azure-core's older protocol wants it."""
        found = self._token(scopes, claims, tenant_id, bool(kwargs.get("enable_cae")))
        return sdk.AccessToken(found["token"], int(found["expires_on"]))

    def get_token_info(self, *scopes: str, options: t.Mapping[str, t.Any] | None = None) -> t.Any:
        """A token as azure-core's newer protocol wants it."""
        options = options or {}
        found = self._token(scopes, options.get("claims"), options.get("tenant_id"), bool(options.get("enable_cae")))
        return sdk.AccessTokenInfo(found["token"], int(found["expires_on"]), token_type="Bearer")

    def drop(self, token: str | None) -> None:
        """Remove a token that Azure refused, unless another process has replaced it; the next one is new."""
        self._credential = None
        for key in self._keys:
            held = self._memory.get(key)
            if held and (token is None or held.get("token") == token):
                self._memory.forget(key)

    def close(self) -> None:
        """Close the real credential's connections."""
        close = getattr(self._credential, "close", None)
        if close:
            close()

    def _token(self, scopes: tuple[str, ...], claims: str | None, tenant: str | None, cae: bool) -> dict[str, t.Any]:
        if claims:
            return self._fetch(scopes, claims, tenant, cae)
        key = f"token:{hashed(self._identity, scopes, tenant, cae)}"
        self._keys.add(key)
        return t.cast(
            "dict[str, t.Any]",
            self._memory.once(key, _MAX_AGE, lambda: self._fetch_for_all(key, scopes, tenant, cae), self._usable),
        )

    def _fetch_for_all(self, key: str, scopes: tuple[str, ...], tenant: str | None, cae: bool) -> dict[str, t.Any]:
        """Fetch under the key's lock; a recent refusal is the answer for those who waited meanwhile."""
        refused = self._memory.get(f"refused-{key}", _REFUSED_FOR)
        if refused:
            kind = Unavailable if refused["passing"] else SignInFailed
            raise kind(refused["message"], code=refused["code"])
        try:
            return self._fetch(scopes, None, tenant, cae)
        except (SignInFailed, Unavailable) as exc:
            passing = isinstance(exc, Unavailable)
            self._memory.put(f"refused-{key}", {"message": exc.message, "code": exc.code, "passing": passing})
            raise

    def _usable(self, held: dict[str, t.Any]) -> bool:
        return bool(held["expires_on"] - self._now() > MARGIN)

    def _fetch(self, scopes: tuple[str, ...], claims: str | None, tenant: str | None, cae: bool) -> dict[str, t.Any]:
        wanted: dict[str, t.Any] = {}
        if claims:
            wanted["claims"] = claims
        if tenant:
            wanted["tenant_id"] = tenant
        if cae:
            wanted["enable_cae"] = True
        patience = self._patience() if self._patience else None
        while True:
            try:
                token = self._ask(scopes, wanted)
                return {"token": token.token, "expires_on": float(token.expires_on)}
            except Exception as exc:
                error = self._explain(exc)
                if patience is None or not isinstance(error, Unavailable) or is_certificate(exc):
                    raise error from exc
                self.close()
                self._credential = None  # it would repeat the cached failure for a while
                patience.after_error(error)

    def _ask(self, scopes: tuple[str, ...], wanted: dict[str, t.Any]) -> t.Any:
        """A token of the real credential, by whichever protocol it has."""
        if self._credential is None:
            self._credential = self._make()
        if hasattr(self._credential, "get_token_info"):
            return self._credential.get_token_info(*scopes, options=wanted)
        return self._credential.get_token(*scopes, **wanted)


def identity_of(parts: t.Mapping[str, t.Any]) -> str:
    """A text that stands for everything that chose a token; it is hashed before it is kept anywhere."""
    return json.dumps(parts, sort_keys=True, default=str)
