"""Credentials, accepted or refused, appear only where the user stored them."""

from __future__ import annotations

import datetime
import json
import time
from pathlib import Path
from typing import Any

import pytest
from canaries import canary, jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from plays import SEED, SUBSCRIPTION, keep, play, task
from watched import ENVIRONMENT, MODULE_PAYLOAD, RUN_MEMORY, WatchedRuns
from witness import echo

from arm_emulator.messages import Answer, Request, one_line
from support.playbook_runner import SYSTEM_PATH

pytestmark = pytest.mark.emulator(seed=SEED)
NO_LINE = "\"'\\/%+&=?:#;,|^$*.()[]{}<>`~!@"
AZ = """#!/bin/sh
cd "${0%/*}/.." || exit 2
case "$*" in
  *refused*) cat refused >&2; exit 1;;
  *) cat accepted;;
esac
"""


def refuses(request: Request) -> Answer | None:
    if b"client_id=refused" not in request.body:
        return None
    return one_line(401, {"error": "invalid_client", "error_description": f"AADSTS700027: {echo(request)}"})


def certificate(password: str) -> bytes:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, "tests")])
    start = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(start).not_valid_after(start + datetime.timedelta(days=9999))
    hidden = serialization.BestAvailableEncryption(password.encode())
    pem = serialization.Encoding.PEM
    made = builder.sign(key, hashes.SHA256()).public_bytes(pem)
    return key.private_bytes(pem, serialization.PrivateFormat.PKCS8, hidden) + made


def prepare(watched: WatchedRuns, token: str) -> None:
    """The files that people sign in with, in the places where they keep them."""
    folder, secret = watched.folder, watched.secret
    (folder / "certificate.pem").write_bytes(certificate(secret("option password")))
    (folder / "federated").write_text(secret("federated token"))
    azure = folder / "home" / ".azure"
    azure.mkdir(parents=True)
    sections = [
        f"[{name}]\nclient_id={name}\ntenant={SUBSCRIPTION}\nsecret={secret('profile secret')}\n"
        for name in ("accepted", "refused")
    ]
    (azure / "credentials").write_text("\n".join(sections), encoding="utf-8")
    (folder / "az").mkdir()
    (folder / "az" / "az").write_text(AZ)
    (folder / "az" / "az").chmod(0o755)
    answer = {"accessToken": token, "expires_on": time.time() + 3600, "expiresOn": "2099-01-01 00:00:00.000000"}
    (folder / "accepted").write_text(json.dumps({**answer, "subscription": SUBSCRIPTION, "tokenType": "Bearer"}))
    (folder / "refused").write_text(f"ERROR: cache: {json.dumps(answer)} {answer} {token} expired.")


def tasks(folder: Path) -> dict[str, dict[str, Any]]:
    """The options of each sign-in, which is accepted or refused as its name says."""
    pem = {"x509_certificate_path": str(folder / "certificate.pem"), "certificate_password": "{{ the_password }}"}
    file = {"federated_token_file": str(folder / "federated")}
    accepted, refused = ({"client_id": name, "tenant": SUBSCRIPTION} for name in ("accepted", "refused"))
    return {
        "certificate_accepted": {**accepted, **pem},
        "certificate_refused": {**refused, **pem},
        "password_refused": {**accepted, **pem, "certificate_password": "x{{ the_password }}"},
        "federated_accepted": {**accepted, **file},
        "federated_refused": {**refused, **file},
        "profile_accepted": {"profile": "accepted"},
        "profile_refused": {"profile": "refused"},
        "cli_accepted": {"auth_source": "cli"},
        "cli_refused": {"auth_source": "cli", "tenant": "refused.example"},
        "environment_accepted": {"auth_source": "env"},
    }


def sign_in(watched: WatchedRuns, *names: str, **env: str) -> dict[str, str]:
    """Run a task for each, and return the messages of those that failed."""
    every = tasks(watched.folder)
    listed = [task("gallery_info", {"resource_group": "rg", **every[name]}, name, ignore_errors=True) for name in names]
    watch = watched.play(
        play(*listed, *keep(*names)),
        "-vvvv",
        extra_vars={"the_password": watched.secret("option password")},
        env={**env, "PATH": f"{watched.folder}/az:{watched.run_playbook.bin}:{SYSTEM_PATH}"},
    )
    belongs = [
        ENVIRONMENT,
        RUN_MEMORY,
        ("file", r"extra_vars_\d+.json", "option password"),
        ("file", "federated", "federated token"),
        ("file", "home/.azure/credentials", "profile secret"),
        ("file", "accepted|refused", "access token"),
    ]
    watch.only(*belongs, *([MODULE_PAYLOAD] if env else []))
    return {one.task: one["msg"] for one in watch.run.ok().results if one.failed}


def test_every_way_to_sign_in(watched: WatchedRuns) -> None:
    hunt, entra = watched.hunt, watched.witness.entra
    for one in (canary("option password"), canary("profile secret", NO_LINE), jwt("federated token")):
        hunt.add(one)
    prepare(watched, entra.make_token("cli", SUBSCRIPTION, time.time(), 3600))
    watched.witness.responders.append(refuses)

    reported = sign_in(watched, *tasks(watched.folder))
    assert set(reported) == {name for name in tasks(watched.folder) if name.endswith("refused")}
    assert "AADSTS700027" in reported["certificate_refused"]
    assert "client_assertion=(token)" in reported["federated_refused"]
    assert "client_secret=(hidden)" in reported["profile_refused"]

    reported = sign_in(watched, "certificate_refused", "cli_accepted", ANSIBLE_AZURE_GALLERY_IN_PROCESS="0")
    assert set(reported) == {"certificate_refused"}
    assert watched.witness.assertions == 5
