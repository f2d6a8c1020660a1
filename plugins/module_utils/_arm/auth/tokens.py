"""One token for all tasks of a run, as a credential that the SDK's authentication policy takes."""

from __future__ import annotations

import functools
import typing as t

from ..._resources.errors import GalleryError, SignInFailed, Unavailable
from .. import sdk
from ..lost_answer import is_certificate
from ..retry import Tries
from ..run_cache import hashed
from ..task import Task

# A token with less than this left is not used any more.
MARGIN = 300.0
# No token lives longer than a day or so; this only bounds what is looked at.
_MAX_AGE = 7 * 86400.0
# How long a failed sign-in answers for the other tasks of the run, so that a wrong secret is sent once and not 500 times.
_REFUSED_FOR = 10.0


class SharedToken:
    """A token credential over the run's cache, for azure-core's protocol SupportsTokenInfo.

    One process fetches a token while the others wait for it. A request with claims always goes to the real credential, and its
    answer is not shared. `make` builds the real credential when it is first needed, and again after drop(), because it caches
    tokens itself. `identity` stands for everything that chose it, `explain` gives the error for what it raises, `tries` those of
    one sign-in.
    """

    def __init__(
        self,
        make: t.Callable[[], t.Any],
        task: Task,
        identity: str,
        explain: t.Callable[[BaseException], GalleryError],
        tries: t.Callable[[], Tries],
    ) -> None:
        self._make = make
        self._cache = task.cache
        self._clock = task.clock
        self._identity = identity
        self._explain = explain
        self._tries = tries
        self._credential: t.Any = None
        self._keys: set[str] = set()

    def get_token_info(self, *scopes: str, options: t.Mapping[str, t.Any] | None = None) -> t.Any:
        """A token for the scopes; `options` may have claims."""
        found = self._token(scopes, options or {})
        return sdk.AccessTokenInfo(found["token"], int(found["expires_on"]), token_type="Bearer")

    def drop(self, token: str) -> None:
        """Remove a token that Azure refused, unless another process has replaced it; the next one is new."""
        self._credential = None
        for key in self._keys:
            if (self._cache.get(key) or {}).get("token") == token:
                self._cache.forget(key)

    def close(self) -> None:
        """Close the real credential's connections."""
        close = getattr(self._credential, "close", None)
        if close:
            close()

    def _token(self, scopes: tuple[str, ...], options: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        if options.get("claims"):
            return self._fetch(scopes, options)
        key = f"token:{hashed(self._identity, scopes, options)}"
        self._keys.add(key)
        fetch = functools.partial(self._fetch_for_all, key, scopes, options)
        return t.cast("dict[str, t.Any]", self._cache.once(key, _MAX_AGE, fetch, self._usable))

    def _fetch_for_all(self, key: str, scopes: tuple[str, ...], options: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        """Fetch under the key's lock; a recent refusal is the answer for those who waited meanwhile."""
        refused = self._cache.get(f"refused-{key}", _REFUSED_FOR)
        if refused:
            kind = Unavailable if refused["passing"] else SignInFailed
            raise kind(refused["message"], code=refused["code"])
        try:
            return self._fetch(scopes, options)
        except (SignInFailed, Unavailable) as exc:
            passing = isinstance(exc, Unavailable)
            self._cache.put(f"refused-{key}", {"message": exc.message, "code": exc.code, "passing": passing})
            raise

    def _usable(self, held: dict[str, t.Any]) -> bool:
        return bool(held["expires_on"] - self._clock.now().timestamp() > MARGIN)

    def _fetch(self, scopes: tuple[str, ...], options: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        tries = self._tries()
        while True:
            try:
                if self._credential is None:
                    self._credential = self._make()
                token = self._credential.get_token_info(*scopes, options=options)
                return {"token": token.token, "expires_on": float(token.expires_on)}
            except Exception as exc:
                error = self._explain(exc)
                if not isinstance(error, Unavailable) or is_certificate(exc):
                    raise error from exc
                self.close()
                self._credential = None  # it would repeat the cached failure for a while
                tries.after_failure(error)
