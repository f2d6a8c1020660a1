"""Clouds: the URL of the Resource Manager, the authority to sign in at, and the scope of tokens."""

from __future__ import annotations

import typing as t
from urllib.parse import urlsplit

from ..._resources.errors import InvalidRequest, Unavailable
from .. import sdk
from ..answer import Answer
from ..api_versions import METADATA
from ..retry import OBJECT_OR_LIST, Lost, Patience
from ..run_cache import RunCache
from .certificates import Trust

# A cloud does not change while a run lasts.
METADATA_AGE = 86400
TIMEOUT = (10, 30)


class Cloud(t.NamedTuple):
    """`resource_manager` without a trailing slash; `scope` of its tokens; whether Microsoft's list of clouds knows it."""

    name: str
    resource_manager: str
    authority: str
    scope: str
    known: bool


PUBLIC = Cloud(
    "AzureCloud",
    "https://management.azure.com",
    "https://login.microsoftonline.com",
    "https://management.azure.com/.default",
    True,
)
US_GOVERNMENT = Cloud(
    "AzureUSGovernment",
    "https://management.usgovcloudapi.net",
    "https://login.microsoftonline.us",
    "https://management.usgovcloudapi.net/.default",
    True,
)
CHINA = Cloud(
    "AzureChinaCloud",
    "https://management.chinacloudapi.cn",
    "https://login.chinacloudapi.cn",
    "https://management.chinacloudapi.cn/.default",
    True,
)
# Names as users of az, of azure.azcollection and of the SDK know them, in lower case without "_".
_NAMES = {
    "azurecloud": PUBLIC,
    "azurepubliccloud": PUBLIC,
    "azureusgovernment": US_GOVERNMENT,
    "azureusgovernmentcloud": US_GOVERNMENT,
    "azurechinacloud": CHINA,
}


def resolve_cloud(
    text: str | None, trust: Trust, memory: RunCache, patience: t.Callable[[str, str], Patience]
) -> Cloud:
    """The cloud that `cloud_environment` names; the metadata of an https URL are read once a run."""
    if not text:
        return PUBLIC
    if "://" not in text:
        cloud = known_cloud(text)
        if cloud is None:
            raise InvalidRequest(
                f"cloud_environment {text!r} is not a cloud. Give AzureCloud, AzureUSGovernment, AzureChinaCloud, "
                "or the https URL of a Resource Manager."
            )
        return cloud
    url = _checked_url(text)
    known = next((cloud for cloud in (PUBLIC, US_GOVERNMENT, CHINA) if cloud.resource_manager == url), None)
    if known:
        return known
    found = memory.once(f"cloud:{url}", METADATA_AGE, lambda: _read_metadata(url, trust, patience))
    return cloud_of_metadata(url, found)


def known_cloud(name: str) -> Cloud | None:
    """The cloud of this name in any of its spellings; None for a name that is not Microsoft's."""
    return _NAMES.get(name.replace("_", "").strip().lower())


def _checked_url(text: str) -> str:
    """The URL as scheme and host, without a trailing slash."""
    try:
        parts = urlsplit(text.strip())
    except ValueError as error:
        raise InvalidRequest(f"cloud_environment {text!r} is not a URL: {error}.") from error
    if parts.scheme.lower() != "https":
        raise InvalidRequest(
            f"cloud_environment {text!r} is not an https URL. Tokens are never sent unencrypted; "
            "use the Resource Manager's https address."
        )
    if not parts.hostname or parts.username or parts.query or parts.fragment:
        raise InvalidRequest(
            f"cloud_environment {text!r} is not the URL of a Resource Manager (https://HOST or https://HOST:PORT)."
        )
    return f"https://{parts.netloc.lower()}{parts.path.rstrip('/')}"


def _read_metadata(url: str, trust: Trust, patience: t.Callable[[str, str], Patience]) -> t.Any:
    """The metadata of the Resource Manager at `url`, as JSON; repeated like every read."""
    sdk.require()
    what = f"Could not read what cloud {url} belongs to"
    tries = patience(what, url)
    while True:
        try:
            answer = _ask(url, trust)
        except sdk.requests.RequestException as exc:
            tries.after_lost(Lost(exc))
            continue
        if not tries.after_answer(answer, OBJECT_OR_LIST):
            break
    if answer.status != 200:
        raise Unavailable(
            f"{what}: {url}/metadata/endpoints returned HTTP {answer.status}. "
            "Check that cloud_environment is the URL of a Resource Manager.",
            status=answer.status,
        )
    return answer.json()


def _ask(url: str, trust: Trust) -> Answer:
    with sdk.requests.Session() as session:
        # With "trust_env", requests would choose a bundle of certificates by an order of its own, and read ~/.netrc.
        session.trust_env = False
        answer = session.get(
            f"{url}/metadata/endpoints",
            params={"api-version": METADATA},
            headers={"Accept": "application/json"},
            verify=trust.verify,
            timeout=TIMEOUT,
            allow_redirects=False,
            proxies=sdk.proxies(url),
        )
        return Answer(answer.status_code, answer.headers, answer.content)


def _is_plain_https(url: str) -> bool:
    """Whether a URL is https, a host and perhaps a path, and nothing that could make it look like another's."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    doubtful = "@" in parts.netloc or parts.query or parts.fragment
    return parts.scheme == "https" and bool(parts.hostname) and not doubtful


def cloud_of_metadata(url: str, metadata: t.Any) -> Cloud:
    """The cloud that a Resource Manager at `url` describes, in the shape of any age: an object, or a list of them."""
    entries = metadata if isinstance(metadata, list) else [metadata]
    for entry in entries:
        authentication = entry.get("authentication") if isinstance(entry, dict) else None
        if not isinstance(authentication, dict):
            continue
        audiences = authentication.get("audiences") or []
        authority = str(authentication.get("loginEndpoint") or "").rstrip("/")
        if audiences and _is_plain_https(authority):
            scope = f"{str(audiences[0]).rstrip('/')}/.default"
            return Cloud(str(entry.get("name") or url), url, authority, scope, False)
    raise Unavailable(
        f"{url}/metadata/endpoints names no https loginEndpoint and no audience, so signing in is not possible. "
        "Check that cloud_environment is the URL of a Resource Manager."
    )
