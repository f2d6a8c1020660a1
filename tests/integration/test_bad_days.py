"""What a user reads when something is wrong: one clear message, no traceback, and no secret."""

from __future__ import annotations

import socket

import pytest

SEED = {
    "resource_groups": [{"name": "rg", "location": "southcentralus"}],
    "images": [
        {
            "name": "web",
            "resource_group": "rg",
            "location": "southcentralus",
            "os_type": "Linux",
            "hyper_v_generation": "V1",
        }
    ],
    "clients": [
        {
            "client_id": "11111111-1111-1111-1111-111111111111",
            "secret": "the-secret-of-the-tests",
            "tenant": "00000000-0000-0000-0000-000000000000",
            "subscriptions": ["00000000-0000-0000-0000-000000000000"],
        }
    ],
}
pytestmark = pytest.mark.emulator(seed=SEED)

GALLERY = {"resource_group": "rg", "name": "pics"}
VERSION = {
    "resource_group": "rg",
    "gallery_name": "pics",
    "image_definition_name": "web",
    "name": "1.0.0",
    "source": "web",
}


def play(module, options):
    return [
        {
            "hosts": "localhost",
            "gather_facts": False,
            "vars": {"ansible_python_interpreter": "{{ ansible_playbook_python }}"},
            "tasks": [{"name": "It", f"cloudimages.azure_gallery.{module}": options}],
        }
    ]


def message(run, *words):
    """The message of the failed task, which holds the words; nothing else of a failure may be seen."""
    assert run.rc == 2, run.output
    text = run.task("It").result["msg"]
    for word in words:
        assert word in text, text
    for never in ("Traceback", "the-secret-of-the-tests", "wrong-secret", "Bearer ", "unexpected"):
        assert never not in run.stdout + run.stderr, run.output
    return text


def test_a_wrong_secret(emulator, run_playbook):
    run = run_playbook(play("gallery", GALLERY), env={"AZURE_SECRET": "wrong-secret"})
    message(run, "AADSTS7000215")
    assert [entry for entry in emulator.requests if entry["method"] == "PUT"] == []


def test_no_credentials_at_all(emulator, run_playbook):
    nothing = dict.fromkeys(("AZURE_CLIENT_ID", "AZURE_SECRET", "AZURE_TENANT"))
    message(run_playbook(play("gallery", GALLERY), env=nothing), "AZURE_CLIENT_ID")


def test_an_unknown_subscription(emulator, run_playbook):
    other = "99999999-9999-9999-9999-999999999999"
    message(run_playbook(play("gallery", GALLERY), env={"AZURE_SUBSCRIPTION_ID": other}), other)


def test_a_missing_resource_group(emulator, run_playbook):
    message(run_playbook(play("gallery", {**GALLERY, "resource_group": "nowhere"})), "nowhere")


def test_a_missing_gallery(emulator, run_playbook):
    message(run_playbook(play("image_version", VERSION)), "pics")


def test_an_endpoint_without_a_server(emulator, run_playbook):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"https://127.0.0.1:{free.getsockname()[1]}"
    message(run_playbook(play("gallery", GALLERY), env={"AZURE_CLOUD_ENVIRONMENT": url}), url)


def test_a_certificate_that_cannot_be_verified(emulator, run_playbook):
    message(
        run_playbook(play("gallery", GALLERY), env={"REQUESTS_CA_BUNDLE": None}), "REQUESTS_CA_BUNDLE", "certificate"
    )


def test_a_bundle_that_is_not_there(emulator, run_playbook):
    bad = {"REQUESTS_CA_BUNDLE": None, "SSL_CERT_FILE": "/nonexistent/ca.pem"}
    message(run_playbook(play("gallery", GALLERY), env=bad), "SSL_CERT_FILE", "/nonexistent/ca.pem")


def test_an_endpoint_without_tls(emulator, run_playbook):
    message(run_playbook(play("gallery", GALLERY), env={"AZURE_CLOUD_ENVIRONMENT": "http://127.0.0.1:1"}), "https")


@pytest.mark.parametrize("status", [403, 500])
def test_an_error_on_a_read_is_never_absence(emulator, run_playbook, status):
    emulator.order_fault(
        method="GET", kind="gallery", times=0, do={"status": status, "code": "Odd", "message": "Not today."}
    )
    text = message(run_playbook(play("gallery", GALLERY)), "Not today", "Odd", str(status))
    assert "galleries/pics" in text
    assert [entry for entry in emulator.requests if entry["method"] == "PUT"] == []


def test_options_of_another_collection_are_refused_by_name(emulator, run_playbook):
    message(
        run_playbook(play("gallery", {**GALLERY, "ad_user": "me", "password": "the-secret-of-the-tests"})),
        "ad_user",
        "password",
    )


def test_a_failed_task_tells_nothing_secret_at_the_highest_verbosity(emulator, run_playbook):
    run = run_playbook(play("gallery", {**GALLERY, "secret": "wrong-secret", "client_id": "x", "tenant": "y"}), "-vvvv")
    for never in ("wrong-secret", "the-secret-of-the-tests", "Bearer ey", "Traceback"):
        assert never not in run.stdout + run.stderr
