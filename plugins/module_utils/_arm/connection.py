"""A signed-in connection to one Resource Manager: credentials, cloud, trust and the SDK's client."""

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
from .auth.credentials import Chosen, resolve
from .auth.secrets import hidden
from .auth.tokens import SharedToken
from .retry import Lost, Tries
from .run_cache import hashed
from .task import Task

# `az account show` is asked once a run.
_ACCOUNT_AGE = 3600.0
# It becomes part of every URL; Azure decides whether the subscription exists.
_SUBSCRIPTION = re.compile(r"[\w-]{1,64}", re.ASCII)


class Connection:
    """Created for a task; nothing is read or requested before it is needed."""

    def __init__(self, task: Task) -> None:
        self._task = task

    @functools.cached_property
    def chosen(self) -> Chosen:
        chosen = resolve(self._task.params)
        self._task.debug(f"signing in with {chosen.source}")
        return chosen

    @functools.cached_property
    def trust(self) -> Trust:
        found = trust(os.environ)
        if sdk.AVAILABLE:
            sdk.tls_context(found.verify)  # InvalidRequest for a file that holds none, before anything is asked
        return found

    @functools.cached_property
    def cloud(self) -> Cloud:
        return resolve_cloud(self.chosen.cloud_environment, self.trust, self._task)

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
        key = f"az-account:{hashed(os.environ.get('AZURE_CONFIG_DIR'), os.getuid())}"
        return t.cast("dict[str, t.Any]", self._task.cache.once(key, _ACCOUNT_AGE, sign_in.az_account))

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
        around = [os.environ.get(name) for name in ("AZURE_CONFIG_DIR", "IDENTITY_ENDPOINT", "MSI_ENDPOINT", "HOME")]
        hook = sign_in.RetryAfterHook()
        return SharedToken(
            lambda: self._credential(hook),
            self._task,
            hashed(chosen.kind, sorted(chosen.values.items()), cloud, around),
            lambda exc: sign_in_failure.failed(exc, chosen, cloud, self.trust, hook, self._other_cloud),
            lambda: self.tries(""),
        )

    def tries(self, what: str, deadline: float | None = None) -> Tries:
        """The tries of one request; `what` begins the message of the error that ends them."""
        return Tries(self._task, what, self.cloud.resource_manager, self.trust, deadline)

    def _credential(self, hook: sign_in.RetryAfterHook) -> t.Any:
        return sign_in.build(self.chosen, self.cloud, self.trust, hook)

    @functools.cached_property
    def _transport(self) -> t.Any:
        return sdk.transport(self.trust.verify, pipeline.CONNECT_TIMEOUT, pipeline.READ_TIMEOUT)

    @functools.cached_property
    def _guard(self) -> pipeline.Guard:
        return pipeline.Guard(self._task, self.cloud)

    @functools.cached_property
    def _client(self) -> t.Any:
        sdk.require()
        debug = self._task.debug
        policies = pipeline.policy_list(
            self._guard, self.token, self.cloud, lambda line: debug(hidden(line, self.chosen))
        )
        return sdk.compute_client(self.cloud.resource_manager, policies, self._transport)

    def send(
        self,
        method: str,
        url: str,
        params: t.Mapping[str, str] | None = None,
        body: t.Any = None,
        headers: t.Mapping[str, str] | None = None,
    ) -> Answer:
        """One request about a path of the Resource Manager, or a URL that it gave, word for word; `body` is sent as JSON.

        Lost if no whole answer came.
        """
        if url.startswith("/"):
            url = self.cloud.resource_manager + url
        self._guard.check(method, url)
        headers = {"Accept": "application/json", **(headers or {})}
        request = sdk.HttpRequest(method, url, params=params, json=body, headers=headers)
        try:
            response = self._client.send_request(request)
        except GalleryError:
            raise
        except Exception as exc:
            raise Lost(exc) from exc
        return Answer(
            response.status_code,
            response.headers,
            response.content,
            lambda text: hidden(text, self.chosen),
            self.chosen.kind,
        )

    def close(self) -> None:
        """Close the connections."""
        if "token" in self.__dict__:
            self.token.close()
        if "_client" in self.__dict__:
            self._client.close()
