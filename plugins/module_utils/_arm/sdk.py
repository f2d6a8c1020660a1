"""The one place that imports the Azure SDK.

Importing this file never fails: where the SDK is missing or too old, AVAILABLE is False and IMPORT_ERROR says why. It imports
all that a first request needs, so that a process forked after the import imports nothing more.
"""

from __future__ import annotations

import contextlib
import functools
import os
import typing as t

from .._resources.errors import GalleryError, InvalidRequest

# The collection's own version, for the user agent of every request.
VERSION = "1.0.0"
# Seconds to connect, and between two pieces of an answer, of what is asked without a token.
TIMEOUT = (10, 30)
REQUIREMENTS = ("azure-identity>=1.19", "azure-mgmt-compute>=33.0.0", "azure-core>=1.31")

AVAILABLE = True
IMPORT_ERROR = ""
try:
    import collections.abc

    # requests and socket import it at the first host name
    import encodings.idna  # noqa: F401  pylint: disable=unused-import

    import azure.identity
    import msal  # noqa: F401  pylint: disable=unused-import
    import requests
    import urllib3.exceptions
    import urllib3.util.ssl_
    from azure.core import exceptions as core_exceptions
    from azure.core.credentials import AccessTokenInfo
    from azure.core.pipeline import policies
    from azure.core.pipeline.transport import RequestsTransport
    from azure.core.rest import HttpRequest
    from azure.mgmt.compute import ComputeManagementClient
    from azure.mgmt.core.policies import ARMChallengeAuthenticationPolicy
except Exception as exc:  # noqa: BLE001  a broken installation raises anything; all of it means: not usable
    AVAILABLE = False
    IMPORT_ERROR = f"{type(exc).__name__}: {exc}"
    HTTPAdapter: t.Any = object
    HTTPPolicy: t.Any = object
    ChallengePolicy: t.Any = object
else:
    HTTPAdapter = requests.adapters.HTTPAdapter
    HTTPPolicy = policies.HTTPPolicy
    ChallengePolicy = ARMChallengeAuthenticationPolicy


def compute_client(base_url: str, policy_list: list[t.Any], transport: t.Any) -> t.Any:
    """The pipeline client of a ComputeManagementClient: exactly `policy_list` over `transport`.

    The credential is part of the policies; the client itself gets none. Nothing registers a resource provider and nothing
    is repeated by the SDK. Requests name their whole path, so one client serves all subscriptions.
    """
    client = ComputeManagementClient(
        object(),
        "any",
        base_url=base_url,
        credential_scopes=[],
        policies=policy_list,
        transport=transport,
        retry_total=0,
    )
    return client._client


def require() -> None:
    """Raise a GalleryError that says what is missing; returns when the SDK can be used."""
    if not AVAILABLE:
        raise GalleryError(f"The Azure SDK for Python cannot be used: {IMPORT_ERROR}.", missing_sdk=list(REQUIREMENTS))


def transport(verify: str | bool, connect_timeout: float, read_timeout: float) -> t.Any:
    """A requests transport that takes nothing from the environment. `verify` is that of certificates.Trust.

    With requests' own look at the environment a default entry of ~/.netrc would replace the token.
    """
    session = requests.Session()
    session.trust_env = False
    session.mount("https://", _Trusting(tls_context(verify)))
    return RequestsTransport(
        session=session,
        connection_timeout=connect_timeout,
        read_timeout=read_timeout,
        use_env_settings=False,
    )


class _Trusting(HTTPAdapter):  # type: ignore[misc]
    """Every connection of it, through a proxy too, is verified by one TLS context. It repeats and redirects nothing."""

    def __init__(self, context: t.Any) -> None:
        self._context = context
        super().__init__(max_retries=urllib3.Retry(total=False, redirect=False, raise_on_status=False))

    def init_poolmanager(self, *args: t.Any, **more: t.Any) -> None:
        super().init_poolmanager(*args, ssl_context=self._context, **more)

    def proxy_manager_for(self, proxy: str, **more: t.Any) -> t.Any:
        if proxy.lower().startswith("https:"):
            more["proxy_ssl_context"] = self._context
        return super().proxy_manager_for(proxy, ssl_context=self._context, **more)

    def cert_verify(self, conn: t.Any, url: str, verify: t.Any, cert: t.Any) -> None:
        """The context has the authorities already; requests would load them again for every connection."""
        conn.cert_reqs = "CERT_REQUIRED"


def tls_context(verify: str | bool) -> t.Any:
    """The TLS context that trusts the authorities in a file or folder; True stands for those that come with requests.

    Made once a process and inherited by those that are forked later: to load some 140 authorities takes longer than a request.
    """
    path = requests.utils.DEFAULT_CA_BUNDLE_PATH if verify is True else str(verify)
    try:
        return _tls_context(path, os.stat(path).st_mtime_ns)
    except OSError as exc:  # OpenSSL's errors are such too
        raise InvalidRequest(
            f"The certificate authorities in {path} cannot be loaded ({getattr(exc, 'reason', None) or exc.strerror}). "
            "It must be a file of certificates in PEM form. Correct the file, or the variable that names it: "
            "AZURE_GALLERY_CA_BUNDLE, REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE or SSL_CERT_FILE."
        ) from exc


@functools.lru_cache(maxsize=8)
def _tls_context(path: str, _changed: int) -> t.Any:
    context = urllib3.util.ssl_.create_urllib3_context()
    if os.path.isdir(path):
        context.load_verify_locations(capath=path)
    else:
        context.load_verify_locations(cafile=path)
    return context


@contextlib.contextmanager
def get(url: str, verify: str | bool, params: t.Mapping[str, str] | None = None) -> t.Iterator[t.Any]:
    """The answer of requests to a GET without a token, its body not yet read. No redirect is followed.

    Nothing but proxies is taken from the environment: requests would choose a bundle of certificates by an order of its own, and
    make an entry of ~/.netrc an Authorization header.
    """
    with requests.Session() as session:
        session.trust_env = False
        more: dict[str, t.Any] = {"proxies": proxies(url), "allow_redirects": False, "stream": True, "timeout": TIMEOUT}
        with session.get(url, params=params, headers={"Accept": "application/json"}, verify=verify, **more) as answer:
            yield answer


def proxies(url: str) -> dict[str, str]:
    """The proxies that the environment (HTTPS_PROXY, NO_PROXY) names for a URL."""
    return dict(requests.utils.get_environ_proxies(url))


def _warm() -> None:
    """Load what the SDK would load with its first credential and its first request."""
    with contextlib.suppress(ImportError):
        import msal_extensions  # type: ignore[import-untyped]  # noqa: F401  pylint: disable=unused-import
    with contextlib.suppress(ImportError):
        import azure.core.rest._requests_basic  # noqa: F401  pylint: disable=unused-import
    # Python asks each of the SDK's 500 models, all mappings, about a type that it meets for the first time.
    some: tuple[t.Any, ...] = ({}.values(), collections.OrderedDict().values(), (one for one in ""), [], (), "", b"")
    values = (*some, 0, 0.0, True, None)
    for value in values:
        isinstance(value, collections.abc.Mapping)


if AVAILABLE:
    _warm()

# What is imported here for the other files.
__all__ = ["AccessTokenInfo", "HttpRequest", "azure", "core_exceptions", "policies", "requests"]
