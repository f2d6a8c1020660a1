"""What must be alike in a recorded and a replayed answer."""

from __future__ import annotations

import re
from typing import Any

from arm_emulator.clock import parse_instant
from arm_emulator.messages import Answer

from .headers import header_differences
from .recordings import Call

# Values that differ from run to run: only that they have the right form is compared.
_INSTANTS = (
    "startTime",
    "endTime",
    "publishedDate",
    "softDeletedTime",
    "consumptionEndTime",
    "hardDeletionTargetTime",
    "timeCreated",
    "time",
    "LastOwnershipUpdateTime",
)
_GUID = re.compile(r"[0-9a-f-]{36}\Z")
_SIGNED = r"https://[^/]+/[\w-]+/[\w.-]+\.[0-9a-f-]{36}\.%s(\?sv=[\d-]+&sr=b&sig=[^&]+&se=[^&]+Z&sp=r)?\Z"
# Values that only one run has: the form must be alike.
_FORMS = {
    "etag": re.compile(r'(W/"[0-9a-f-]{36}"|"\d+")\Z'),
    **dict.fromkeys(("vmId", "uniqueId", "sourceUniqueId", "principalId", "tenantId"), _GUID),
    "vmAgentVersion": re.compile(r"\d+(\.\d+)+\Z"),
    "serialConsoleLogBlobUri": re.compile(_SIGNED % r"serialconsole\.log"),
    "consoleScreenshotBlobUri": re.compile(_SIGNED % r"screenshot\.bmp"),
    "resourceGuid": re.compile(r"[0-9a-f-]{36}\Z"),
    "ipAddress": re.compile(r"\d+(\.\d+){3}\Z"),
    "macAddress": re.compile(r"[0-9A-F]{2}(-[0-9A-F]{2}){5}\Z"),
    "publicNames": re.compile(r"\w+-[0-9a-f-]{36}\Z"),
    "internalDomainNameSuffix": re.compile(r"\w{26}\.\wx\.internal\.cloudapp\.net\Z"),
    "internalFqdn": re.compile(r"\w+\.\w{26}\.\wx\.internal\.cloudapp\.net\Z"),
}
_UNIQUE_NAME = re.compile(r"[0-9a-f-]{36}-[A-Z0-9_.]+\Z")
_PUBLIC_NAME = re.compile(r"[A-Za-z0-9]+-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")
_GROUP = re.compile(r"/resourceGroups/([^/]+)/", re.IGNORECASE)
_OS_DISK = re.compile(r"_OsDisk_1_[0-9a-f]{32}\Z")
_DISK = re.compile(r"(/disks/)[^/]+\Z")
# Reads of a subnet have its interfaces in capitals, whose random names recorders do not find.
_CAPITALS = re.compile(r"(/networkInterfaces/)[A-Z0-9_.-]+(/ipConfigurations/)[A-Z0-9_.-]+\Z")
_OPERATION = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")


def differences(call: Call, answer: Answer, retry_after_kept: bool, own: set[str] | None = None) -> list[str]:
    """Every difference that counts, in words. Of a whole subscription's list only the groups in `own` are compared."""
    found: list[str] = []
    if answer.status != call.status:
        found.append(f"status: recorded {call.status}, replayed {answer.status} {answer.body[:300]!r}")
        return found
    replayed = {name.lower(): value for name, value in answer.headers.items()}
    found += header_differences(call, replayed, retry_after_kept)
    if call.body is None or call.body == "":
        if answer.body:
            found.append("body: recorded none, replayed one")
        return found
    if isinstance(call.body, str):
        if _text(call.body) != _text(answer.body.decode()):
            found.append(f"body: recorded {call.body!r}, replayed {answer.body!r}")
        return found
    _bodies(_only(call.body, own), _only(answer.json(), own), "", found)
    return found


def _text(body: str) -> str:
    """A body that is no JSON, without its own time and id."""
    return re.sub(r"(RequestId|Time):[^<\s]+", r"\1:*", body).replace("\r\n", "\n")


def _only(body: Any, own: set[str] | None) -> Any:
    """A list of a whole subscription without what others had in it when it was recorded."""
    if own is None or not isinstance(body, dict) or not isinstance(body.get("value"), list):
        return body
    kept = [entry for entry in body["value"] if own & set(str(entry.get("id")).lower().split("/")[4:5])]
    return {**body, "value": kept}


def _bodies(recorded: Any, replayed: Any, path: str, found: list[str]) -> None:
    if isinstance(recorded, dict) and isinstance(replayed, dict):
        _objects(recorded, replayed, path, found)
    elif isinstance(recorded, list) and isinstance(replayed, list):
        if len(recorded) != len(replayed):
            found.append(f"{path}: recorded {len(recorded)} entries, replayed {len(replayed)}")
        for index, (one, other) in enumerate(zip(recorded, replayed, strict=False)):
            _bodies(one, other, f"{path}[{index}]", found)
    elif not _same(path.rsplit(".", 1)[-1], recorded, replayed):
        found.append(f"{path}: recorded {recorded!r}, replayed {replayed!r}")


def _objects(recorded: dict[str, Any], replayed: dict[str, Any], path: str, found: list[str]) -> None:
    """Keys, their order, and their values."""
    missing = [name for name in recorded if name not in replayed]
    extra = [name for name in replayed if name not in recorded]
    if missing:
        found.append(f"{path}: recorded and not replayed: {', '.join(missing)}")
    if extra:
        found.append(f"{path}: replayed and not recorded: {', '.join(extra)}")
    if not missing and not extra and list(recorded) != list(replayed):
        found.append(f"{path}: order: recorded {list(recorded)}, replayed {list(replayed)}")
    for name in recorded:
        if name in replayed:
            _bodies(recorded[name], replayed[name], f"{path}.{name}", found)


def _same(name: str, recorded: Any, replayed: Any) -> bool:
    if name in _INSTANTS:
        return (parse_instant(recorded) is None) == (parse_instant(replayed) is None)
    form = _FORMS.get(name.partition("[")[0])
    if form is not None and form.match(str(recorded)):
        return bool(form.match(str(replayed)))
    if name == "endOfLifeDate":
        return parse_instant(recorded) == parse_instant(replayed)
    if name == "uniqueName":
        return bool(_UNIQUE_NAME.match(recorded)) == bool(_UNIQUE_NAME.match(str(replayed)))
    if isinstance(recorded, str) and isinstance(replayed, str):
        if name.startswith("publicNames[") and _PUBLIC_NAME.match(recorded):
            return bool(_PUBLIC_NAME.match(replayed))
        if name == "name" and _OPERATION.match(recorded) and _OPERATION.match(replayed):
            return True
        return _plain(recorded) == _plain(replayed)
    return bool(recorded == replayed)


def _plain(text: str) -> str:
    """An id without what a recording replaced: a group in capitals keeps its random name there, disks get other names."""

    def group(match: re.Match[str]) -> str:
        return "/resourceGroups/CAPITALS/" if match[1].isupper() else match[0]

    text = _CAPITALS.sub(r"\1*\2*", text)
    text = _OS_DISK.sub("_OsDisk_1_*", text)
    return _DISK.sub(r"\1*", _GROUP.sub(group, text))
