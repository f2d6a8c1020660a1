"""The emulator as a whole: a service behind a server, for tests in the same process and for the command line."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

from . import blobs
from . import seed as seeds
from .clock import Clock
from .messages import Json
from .server import Server
from .service import Service, describe
from .settings import Settings, Subscription
from .store import Store
from .tls import Authority


class StateError(ValueError):
    """A state file that cannot be used."""


class Emulator:
    """Azure Resource Manager on loopback.

    with Emulator(seed={"resource_groups": [{"name": "rg", "location": "eastus"}]}, replication_seconds=2) as emulator:
        ...emulator.url, emulator.ca_file...
    """

    def __init__(
        self,
        seed: Json | str | Path | None = None,
        *,
        port: int = 0,
        ca_file: str | Path | None = None,
        state_file: str | Path | None = None,
        subscriptions: Iterable[str] = (),
        replication_seconds: float | None = None,
        operation_seconds: float | None = None,
        machine_seconds: float | None = None,
        rate_limits: bool = False,
        clock: Clock | None = None,
    ) -> None:
        document = seeds.load(Path(seed)) if isinstance(seed, str | Path) else dict(seed or {})
        self._settings = _settings(document, subscriptions, replication_seconds, operation_seconds, rate_limits)
        if machine_seconds is not None:
            self._settings.machine_seconds = machine_seconds
        self._clock = clock
        self._port = port
        self._state_file = Path(state_file) if state_file else None
        self._scratch: tempfile.TemporaryDirectory[str] | None = None
        self._ca_file = Path(ca_file) if ca_file else None
        self._server: Server | None = None
        self._blobs: Server | None = None
        self.service = self._make_service(document)

    def _make_service(self, document: Json) -> Service:
        store, restored = Store(), False
        if self._state_file is not None and self._state_file.exists():
            restored = True
            try:
                store.load(self._state_file.read_text(encoding="utf-8"))
            except (OSError, ValueError, KeyError, TypeError) as error:
                raise StateError(f"state file {self._state_file}: not usable: {error}") from None
        service = Service(self._settings, store, self._clock, self._state_file)

        def plant() -> None:
            seeds.Seeder(service).plant(document)
            seeds.order_faults(document, service)

        service.plant = plant
        if restored:
            seeds.order_faults(document, service)
        else:
            plant()
        return service

    # -- life --------------------------------------------------------------------------------------------------
    def start(self) -> Self:
        """Serve in the background."""
        store = self.service.store
        authority = Authority.load(store.authority) if store.authority else Authority.make()
        store.authority = authority.keep()
        context = authority.server_context()
        self._server = Server(self.service, context, self._port, real_time=self._clock is None)
        self._blobs = Server(blobs.Host(self.service), context, real_time=False)
        self._settings.blob_url = f"https://127.0.0.1:{self._blobs.port}"
        authority.write(Path(self.ca_file))  # after the port is ours: another emulator may serve with this file
        self.service.save()
        self._server.start()
        self._blobs.start()
        return self

    def stop(self) -> None:
        """End; the state file stays."""
        for server in (self._server, self._blobs):
            if server is not None:
                server.stop()
        self._server = self._blobs = None
        if self._scratch is not None:
            self._scratch.cleanup()
            self._scratch = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    # -- for clients -------------------------------------------------------------------------------------------
    @property
    def url(self) -> str:
        """Its address, without a slash at the end."""
        if self._server is None:
            raise RuntimeError("the emulator is not started")
        return f"https://127.0.0.1:{self._server.port}"

    @property
    def blob_url(self) -> str:
        """The address of the blob host, without a slash at the end."""
        return self._settings.blob_url

    @property
    def ca_file(self) -> str:
        """The certificate to trust."""
        if self._ca_file is None:
            self._scratch = tempfile.TemporaryDirectory(prefix="arm_emulator.")
            self._ca_file = Path(self._scratch.name) / "ca.pem"
        return str(self._ca_file)

    # -- for tests ---------------------------------------------------------------------------------------------
    @property
    def state(self) -> Store:
        """The store itself, to arrange rows in it."""
        return self.service.store

    @property
    def requests(self) -> list[Json]:
        """The log of requests."""
        return self.service.journal.entries

    def clear_requests(self) -> None:
        """Empty the log."""
        self.service.journal.clear()

    def order_fault(self, **fault: object) -> None:
        """Order a fault; the keys are those of the control interface."""
        self.service.faults.order(fault)

    def clear_faults(self) -> None:
        """No more faults."""
        self.service.faults.clear()

    def reset(self) -> None:
        """Return to the seed; clients stay signed in and still trust the certificate."""
        with self.service.lock:
            self.service.reset()

    def resource(self, resource_id: str) -> Json | None:
        """A resource as it is now: id, kind, provisioning_state, location, tags, properties, regions, job."""
        from .lifecycle import current

        with self.service.lock:
            found = current(self.service.store, self._settings, resource_id, self.service.now())
            return None if found is None else describe(found)


def _settings(
    document: Json,
    subscriptions: Iterable[str],
    replication_seconds: float | None,
    operation_seconds: float | None,
    rate_limits: bool,
) -> Settings:
    """The options given win over the seed's."""
    top = seeds.Reader(document, "seed", seeds.TOP)
    replication = replication_seconds if replication_seconds is not None else top.number("replication_seconds", 30.0)
    operation = operation_seconds if operation_seconds is not None else top.number("operation_seconds", 0.3)
    named = {one.lower(): Subscription(one.lower()) for one in subscriptions}
    settings = Settings(replication, operation, rate_limits)
    if named or top.entries("subscriptions"):
        settings.subscriptions = named
    seeds.configure(document, settings)
    return settings
