"""A signed-in connection to one Resource Manager: credentials, cloud, trust and one SDK client per subscription."""

from __future__ import annotations

import functools
import os
import re
import typing as t

from .._resources.errors import GalleryError, InvalidRequest
from . import pipeline, sdk
from .answer import Answer
from .auth import sign_in, sign_in_failure
from .auth.certificates import Trust, trust
from .auth.clouds import Cloud, known_cloud, resolve_cloud
from .auth.credentials import Chosen, Surroundings, resolve
from .auth.secrets import hidden
from .auth.tokens import SharedToken, identity_of
from .retry import Lost, Patience, Waiting, silent
from .run_cache import RunCache, hashed

# `az account show` is asked once a run.
_ACCOUNT_AGE = 3600.0
# It becomes part of every URL; Azure decides whether the subscription exists.
_SUBSCRIPTION = re.compile(r"[\w-]{1,64}", re.ASCII)


class Connection:
    """Created from the credential options; nothing is read or requested before it is needed.

    `transport` and `make_credential` are for tests.
    """

    def __init__(
        self,
        options: t.Mapping[str, t.Any],
        memory: RunCache,
        waiting: Waiting,
        check_mode: bool = False,
        alive: t.Callable[[], bool] = lambda: True,
        debug: t.Callable[[str], None] = silent,
        around: Surroundings | None = None,
        transport: t.Any = None,
        make_credential: t.Callable[[], t.Any] | None = None,
    ) -> None:
        self._options = options
        self._memory = memory
        self._waiting = waiting
        self._check_mode = check_mode
        self._alive = alive
        self._debug = debug
        self._around = around or Surroundings()
        self._transport = transport
        self._make_credential = make_credential
        self._clients: dict[str, tuple[t.Any, pipeline.Recorder]] = {}

    @functools.cached_property
    def chosen(self) -> Chosen:
        chosen = resolve(self._options, self._around)
        self._debug(f"signing in with {chosen.source}")
        return chosen

    @functools.cached_property
    def trust(self) -> Trust:
        found = trust(self._around.environ)
        if sdk.AVAILABLE:
            sdk.tls_context(found.verify)  # InvalidRequest for a file that holds none, before anything is asked
        return found

    @functools.cached_property
    def cloud(self) -> Cloud:
        return resolve_cloud(
            self.chosen.cloud_environment,
            self.trust,
            self._memory,
            lambda what, url: Patience(self._waiting, what, "", url, self.trust, None),
        )

    @functools.cached_property
    def subscription_id(self) -> str:
        """The default subscription; GalleryError if neither the task nor the credentials name one."""
        found = self.chosen.subscription_id
        if not found and self.chosen.kind == "cli":
            found = self._az_account().get("id")
            other = self._other_cloud()
            if other:
                raise InvalidRequest(f"The subscription of the Azure CLI cannot be used. {other}")
        if not found:
            raise InvalidRequest(
                f"No subscription is known: none is set, and none comes with {self.chosen.source}. "
                "Set the option subscription_id, or AZURE_SUBSCRIPTION_ID in the environment."
            )
        if not _SUBSCRIPTION.fullmatch(str(found)):
            raise InvalidRequest(
                f"subscription_id: {found!r} is not the id of a subscription, a GUID such as "
                "00000000-0000-0000-0000-000000000000. 'az account list' shows those that you have, with their names."
            )
        return str(found)

    def _az_account(self) -> dict[str, t.Any]:
        """What `az account show` prints, asked once a run."""
        key = f"az-account:{hashed(self._around.environ.get('AZURE_CONFIG_DIR'), os.getuid())}"
        return t.cast("dict[str, t.Any]", self._memory.once(key, _ACCOUNT_AGE, sign_in.az_account))

    def _other_cloud(self) -> str:
        """What to do where the Azure CLI is signed in to another cloud than cloud_environment; empty where it is not."""
        if self.chosen.kind != "cli" or not self.cloud.known:
            return ""
        signed_in = known_cloud(str(self._az_account().get("environmentName") or ""))
        if signed_in in (None, self.cloud):
            return ""
        return (
            f"The Azure CLI is signed in to {signed_in.name}, and cloud_environment is {self.cloud.name}. Set "
            f"cloud_environment to {signed_in.name}, or run 'az cloud set --name {self.cloud.name}' and 'az login'."
        )

    @functools.cached_property
    def identity(self) -> str:
        """A short text that is the same for all tasks with the same credentials; it contains no secret."""
        names = ("tenant", "client_id", "x509_certificate_path", "federated_token_file")
        values = [self.chosen.values.get(name) for name in names]
        return hashed(self.chosen.kind, values, self.cloud.resource_manager)[:16]

    @functools.cached_property
    def token(self) -> SharedToken:
        chosen, cloud = self.chosen, self.cloud
        around = ("AZURE_CONFIG_DIR", "IDENTITY_ENDPOINT", "MSI_ENDPOINT", "HOME")
        parts = {
            "kind": chosen.kind,
            "values": chosen.values,
            "cloud": cloud,
            "around": [self._around.environ.get(name) for name in around],
        }
        hook = sign_in.RetryAfterHook()
        make = self._make_credential or (lambda: sign_in.build(chosen, cloud, self.trust, hook))
        return SharedToken(
            make,
            self._memory,
            identity_of(parts),
            lambda: self._waiting.clock.now().timestamp(),
            lambda exc: sign_in_failure.failed(exc, chosen, cloud, self.trust, hook, self._other_cloud),
            lambda: self.patience("", "", None),
        )

    def patience(self, what: str, subscription_id: str, deadline: float | None) -> Patience:
        """The tries of one request; `what` begins the message of the error that ends them."""
        return Patience(self._waiting, what, subscription_id, self.cloud.resource_manager, self.trust, deadline)

    def _client(self, subscription_id: str) -> tuple[t.Any, pipeline.Recorder]:
        found = self._clients.get(subscription_id.lower())
        if found is None:
            sdk.require()
            if self._transport is None:
                self._transport = sdk.transport(self.trust.verify, pipeline.CONNECT_TIMEOUT, pipeline.READ_TIMEOUT)
            recorder = pipeline.Recorder(self._debug, lambda text: hidden(text, self.chosen), self.chosen.kind)
            policies = pipeline.policy_list(recorder, self.token, self.cloud, self._check_mode, self._alive)
            client = sdk.compute_client(self.cloud.resource_manager, subscription_id, policies, self._transport)
            found = self._clients[subscription_id.lower()] = (client, recorder)
        return found

    def send(self, subscription_id: str, call: t.Callable[[t.Any], t.Any]) -> Answer:
        """Let `call` make one request with the SDK client of a subscription, and give the answer as Azure sent it.

        The SDK's own reading of the answer, and what it raises about its status, are not used. Lost if no whole answer came.
        """
        client, recorder = self._client(subscription_id)
        recorder.answer = None
        failure: Exception | None = None
        try:
            call(client)
        except GalleryError:
            raise
        except Exception as exc:  # noqa: BLE001  what counts is whether there was an answer
            failure = exc
        answer: Answer | None = recorder.answer
        if answer is None:
            raise Lost(failure or RuntimeError("the SDK made no request"))
        return answer

    def send_get(self, subscription_id: str, url: str, params: t.Mapping[str, str] | None = None) -> Answer:
        """GET a path of the Resource Manager, or a URL that it gave, word for word."""
        if url.startswith("/"):
            url = self.cloud.resource_manager + url
        pipeline.check_host(url, self.cloud)  # the SDK would stumble over what is no URL, before its policies see it
        request = sdk.HttpRequest("GET", url, params=params, headers={"Accept": "application/json"})
        return self.send(subscription_id, lambda client: client._client.send_request(request))

    def send_path(
        self,
        subscription_id: str,
        method: str,
        path: str,
        params: t.Mapping[str, str],
        content: bytes | None = None,
        headers: t.Mapping[str, str] | None = None,
    ) -> Answer:
        """One request about a path of the Resource Manager; `content` is JSON."""
        more = {"Content-Type": "application/json"} if content is not None else {}
        request = sdk.HttpRequest(
            method,
            self.cloud.resource_manager + path,
            params=params,
            content=content,
            headers={"Accept": "application/json", **more, **(headers or {})},
        )
        return self.send(subscription_id, lambda client: client._client.send_request(request))

    def close(self) -> None:
        """Close the connections."""
        if "token" in self.__dict__:
            self.token.close()
        for client, _recorder in self._clients.values():
            client.close()
