"""What the built collection may contain, and what galaxy-importer may say about it."""

from __future__ import annotations

import re
import tarfile
from pathlib import Path

FOLDERS = "awx changelogs docs ee extensions meta playbooks plugins roles tests"
FILES = "CHANGELOG.md CONTRIBUTING.md FILES.json LICENSE MANIFEST.json README.md bindep.txt requirements.txt"
TOP = {*FOLDERS.split(), *FILES.split()}
UNWANTED = re.compile(
    r"(^|/)(\.|__pycache__|.*\.(pyc|tar\.gz|orig|rej|log|pem|key|tmp|swp)$|.*~$)|^tests/output(/|$)|pyproject\.toml$"
)
LARGEST = 2_000_000
# Data of plugins, read only when it is used, so that no import shows that it is missing.
DATA = {f"plugins/module_utils/_fleet/page.{end}" for end in ("html.j2", "css", "js")}
IMPORTER_SETTINGS = """\
[galaxy-importer]
CHECK_REQUIRED_TAGS = true
REQUIRE_V1_OR_GREATER = true
RUN_ANSIBLE_DOC = true
# ansible-lint and ansible-test are sessions of their own, with stricter settings.
RUN_ANSIBLE_LINT = false
RUN_ANSIBLE_TEST = false
"""


def unexpected(tarball: Path) -> list[str]:
    """The members that should not be there."""
    with tarfile.open(tarball) as archive:
        members = archive.getmembers()
    problems = []
    for member in members:
        name = member.name
        if name.split("/")[0] not in TOP or UNWANTED.search(name):
            problems.append(f"unexpected file in the artifact: {name}")
        elif not (member.isfile() or member.isdir()):
            problems.append(f"neither a file nor a folder in the artifact: {name}")
        elif member.size > LARGEST:
            problems.append(f"large file in the artifact: {name}, {member.size} bytes")
    return problems


def missing(tarball: Path) -> list[str]:
    """The data that should be there."""
    with tarfile.open(tarball) as archive:
        return [f"missing in the artifact: {name}" for name in sorted(DATA - set(archive.getnames()))]


def importer_problems(log: str) -> list[str]:
    """Errors and warnings of galaxy-importer."""
    problems = [line for line in log.splitlines() if line.startswith(("ERROR", "CRITICAL", "WARNING"))]
    return problems if "Importer processing completed successfully" in log else [*problems, log]
