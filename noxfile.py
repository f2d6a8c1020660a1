"""The checks and tests as sessions of nox: `.venv/bin/nox --list` names them, `make test` runs them.

Sessions that take seconds and those of pytest use .venv. The others have virtual environments in .build/nox, kept between runs.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

import antsibull_nox
import nox
from antsibull_nox.sessions import prepare_collections

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT / "tests"))

from support import artifact_content
from support.collection_tree import BUILD, NAME, NAMESPACE, collections_path

FQCN = f"{NAMESPACE}.{NAME}"
VENV = ROOT / ".venv/bin"
ARTIFACT = BUILD / "artifact"
SITE = BUILD / "site"
IMPORTER = "galaxy-importer==0.4.44"
TYPED = ("module_utils", "plugin_utils", "action", "modules", "inventory")
# ansible-core, and the Pythons that it runs on.
CORES = {
    "2.18": ("3.11", "3.12", "3.13"),
    "2.19": ("3.11", "3.12", "3.13"),
    "2.20": ("3.12", "3.13", "3.14"),
    "2.21": ("3.12", "3.13", "3.14"),
}
# The oldest SDK with the oldest Python of a core, the newest with the newest.
MATRIX = [(core, sdk, CORES[core][end]) for core in CORES for sdk, end in (("oldest", 0), ("newest", -1))]
MATRIX.append(("pre", "newest", "3.14"))  # the newest pre-release
# ansible-test, on the newest Python of each core; "current" is what pip installs on the running Python.
CORE_PYTHONS = [(None, "current"), *((pythons[-1], core) for core, pythons in CORES.items())]
CORE_IDS = [core for _python, core in CORE_PYTHONS]
FEWEST_SANITY_TESTS = 15
TESTS = ("tests/awx", "tests/integration", "tests/resilience", "tests/unit")

nox.needs_version = ">=2025.5"
nox.options.envdir = str(BUILD / "nox")
nox.options.reuse_venv = "yes"
nox.options.stop_on_first_error = True
nox.options.sessions = ["format", "lint", "types", "yamllint", "license", "changelog", "units"]
antsibull_nox.load_antsibull_nox_toml()


def environment(**extra: str) -> dict[str, str | None]:
    """Without the caller's settings and home, which would change the verdict of a tool."""
    home = BUILD / "home"
    home.mkdir(parents=True, exist_ok=True)
    (BUILD / "ansible.cfg").touch()
    others = ("ANSIBLE_", "AZURE_", "ARM_", "PYTEST_", "PYTHON")
    return {
        **{name: None for name in os.environ if name.startswith(others)},
        "LC_ALL": "C.UTF-8",
        "HOME": str(home),
        "ANSIBLE_CONFIG": str(BUILD / "ansible.cfg"),
        "ANSIBLE_HOME": str(home / ".ansible"),
        "PYTHONDONTWRITEBYTECODE": "1",
        **extra,
    }


def tool(session: nox.Session, *command: str, **variables: str) -> None:
    """Run a tool of .venv, with the session's arguments after its own."""
    env = environment(PATH=f"{VENV}{os.pathsep}{os.environ['PATH']}", **variables)
    session.run(str(VENV / command[0]), *command[1:], *session.posargs, env=env, external=True)


def pytest(*arguments: str) -> tuple[str, ...]:
    """More processes than the usual two cores, since some tests mostly wait."""
    return (
        "python",
        "-m",
        "pytest",
        "-q",
        "-n",
        os.environ.get("TEST_WORKERS", "4"),
        "--dist",
        "worksteal",
        *arguments,
    )


def copied(session: nox.Session) -> Path:
    """A copy of the project's files, as the collection, outside of the checkout."""
    setup = prepare_collections(session, install_in_site_packages=False, install_out_of_tree=True)
    assert setup is not None
    return setup.current_path


def requirements(name: str) -> list[str]:
    """The requirements in a file."""
    lines = (line.split("#")[0].strip() for line in (ROOT / name).read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line]


# Seconds


def quick(name: str, description: str, *commands: str) -> None:
    """Add a session that only runs tools of .venv."""

    def run(session: nox.Session) -> None:
        for command in commands:
            tool(session, *command.split())

    run.__doc__ = description
    nox.session(venv_backend="none", name=name)(run)


quick("format", "Check the formatting: ruff format.", "ruff format --check .")
quick("lint", "Check the code: ruff check.", "ruff check .")
quick("yamllint", "Check YAML files.", "yamllint --strict .")
quick("license", "Check that every file names its license: reuse lint.", "reuse lint --lines")
CHANGELOG = ("antsibull-changelog lint", "antsibull-changelog lint-changelog-yaml changelogs/changelog.yaml")
quick("changelog", "Check the changelog and its fragments.", *CHANGELOG)


@nox.session(venv_backend="none")
def types(session: nox.Session) -> None:
    """Check the types: mypy, strict."""
    # Seen through the link, or mypy would know the files by two names.
    plugins = collections_path().relative_to(ROOT) / "ansible_collections" / NAMESPACE / NAME / "plugins"
    filters = str(plugins.parent / "playbooks")
    tool(session, "mypy", *(str(plugins / name) for name in TYPED), filters, "tests/arm_emulator")


# pytest


@nox.session(venv_backend="none")
def units(session: nox.Session) -> None:
    """Run what a small change needs: the unit tests without the slow ones."""
    tool(session, *pytest("-m", "not slow", "tests/unit"), HYPOTHESIS_PROFILE="few")


@nox.session(venv_backend="none")
def tests(session: nox.Session) -> None:
    """Run all tests."""
    tool(session, *pytest("--durations=5"))


@nox.session(venv_backend="none")
def coverage(session: nox.Session) -> None:
    """Measure what the unit tests cover; pyproject.toml has the floor."""
    tool(
        session,
        *pytest("--cov", "--cov-report=term:skip-covered", "--cov-report=xml:.build/coverage.xml", "tests/unit"),
    )


@nox.session(venv_backend="none")
def resilience(session: nox.Session) -> None:
    """Run every fault at every request, and kill runs at every step. It takes hours."""
    tool(session, *pytest("-m", "exhaustive", "tests/resilience"))


@nox.session
@nox.parametrize("core,sdk,python", MATRIX, ids=[f"{core}-{sdk}" for core, sdk, _python in MATRIX])
def matrix(session: nox.Session, core: str, sdk: str) -> None:
    """Run the tests on a supported ansible-core, with the oldest or the newest SDK."""
    bounds = requirements("requirements.txt")
    oldest = [line.replace(">=", "==") for line in bounds]
    # Pinned tools do not depend on these versions.
    others = [line for line in requirements("test-requirements.txt") if "==" not in line and "ansible-core" not in line]
    ansible = ["--pre", "--upgrade", "ansible-core"] if core == "pre" else [f"ansible-core~={core}.0"]
    session.install(*ansible, *(oldest if sdk == "oldest" else bounds), *others)
    session.run(*pytest(*(session.posargs or TESTS)), env=environment())


# Documentation and artifact


@nox.session
def site(session: nox.Session) -> None:
    """Build the documentation site into .build/site/html; every warning is an error."""
    session.install("ansible-core", "antsibull-docs==2.28.0", "myst-parser>=4", "sphinx-ansible-theme>=0.10")
    source = SITE / "source"
    shutil.rmtree(source, ignore_errors=True)
    shutil.copytree(ROOT / "docs", source)
    (source / "collection").mkdir(mode=0o700)
    env = environment(ANSIBLE_COLLECTIONS_PATH=str(copied(session).parents[2]))
    generate = ("antsibull-docs", "collection", "--use-current", "--squash-hierarchy", "--fail-on-error")
    session.run(*generate, "--dest-dir", str(source / "collection"), FQCN, env=env)
    session.run(
        "sphinx-build",
        "-q",
        "-E",
        "-W",
        "--keep-going",
        "-c",
        str(ROOT / "docs"),
        str(source),
        str(SITE / "html"),
        env=env,
    )


@nox.session
def artifact(session: nox.Session) -> None:
    """Build the collection into .build/artifact, install it elsewhere, and import it as Galaxy does."""
    session.install(IMPORTER, *requirements("requirements.txt"))
    shutil.rmtree(ARTIFACT, ignore_errors=True)
    env = environment()
    session.run("ansible-galaxy", "collection", "build", str(copied(session)), "--output-path", str(ARTIFACT), env=env)
    (tarball,) = ARTIFACT.glob("*.tar.gz")
    session.log(f"{tarball.relative_to(ROOT)}, {tarball.stat().st_size / 1024:.0f} KiB")
    if problems := artifact_content.unexpected(tarball) + artifact_content.missing(tarball):
        session.error("\n".join(problems))
    if session.posargs == ["build"]:
        return
    place = BUILD / "installed"
    shutil.rmtree(place, ignore_errors=True)
    session.run("ansible-galaxy", "collection", "install", str(tarball), "-p", str(place), "--offline", env=env)
    env["ANSIBLE_COLLECTIONS_PATH"] = str(place)
    for playbook in sorted((place / "ansible_collections" / NAMESPACE / NAME / "playbooks").glob("*.yml")):
        session.run("ansible-playbook", "--syntax-check", "-i", "localhost,", f"{FQCN}.{playbook.stem}", env=env)
    import_artifact(session, tarball)


def import_artifact(session: nox.Session, tarball: Path) -> None:
    """galaxy-importer succeeds without a warning."""
    work = BUILD / "importer"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    (work / "galaxy-importer.cfg").write_text(artifact_content.IMPORTER_SETTINGS, encoding="utf-8")
    env = environment(GALAXY_IMPORTER_CONFIG=str(work / "galaxy-importer.cfg"))
    env.update(ANSIBLE_HOME=None, ANSIBLE_CONFIG=None)
    with session.chdir(work):
        log = session.run("python", "-m", "galaxy_importer.main", str(tarball), env=env, silent=True) or ""
    if problems := artifact_content.importer_problems(log):
        session.error("\n".join(problems))


@nox.session
def emulator(session: nox.Session) -> None:
    """Install the emulator by itself."""
    session.install("./tests/arm_emulator")
    session.run("arm-emulator", "--help", silent=True)


# ansible-test


@nox.session
@nox.parametrize("python,core", CORE_PYTHONS, ids=CORE_IDS)
def sanity(session: nox.Session, core: str) -> None:
    """ansible-test sanity without an ignore file."""
    if ignored := sorted(path.name for path in (ROOT / "tests/sanity").glob("ignore-*.txt")):
        session.error(f"tests/sanity: exceptions are not allowed: {', '.join(ignored)}")
    said = ansible_test(session, core, "sanity", "--requirements")
    ran = set(re.findall(r'^Running sanity test "([^"]+)"', said, re.MULTILINE))
    session.log(f"{len(ran)} sanity tests ran")
    if len(ran) < FEWEST_SANITY_TESTS and not session.posargs:
        session.error("ansible-test found no files")  # which it reports as success


@nox.session
@nox.parametrize("python,core", CORE_PYTHONS, ids=CORE_IDS)
def integration(session: nox.Session, core: str) -> None:
    """ansible-test integration: the targets of tests/integration/targets, on the emulator."""
    session.install("./tests/arm_emulator", *requirements("requirements.txt"))
    ansible_test(session, core, "integration")


def ansible_test(session: nox.Session, core: str, *command: str) -> str:
    """Run ansible-test on a copy of the collection, without containers and without the user's home."""
    session.install("ansible-core" if core == "current" else f"ansible-core~={core}.0")
    home = Path(session.virtualenv.location) / "home"  # it keeps the virtual environments that ansible-test creates
    session.run("python", "tests/support/ansible_test_home.py", str(home))
    version = session.run("python", "-c", "import sys; print('%d.%d' % sys.version_info[:2])", silent=True)
    env = environment(HOME=str(home))
    with session.chdir(copied(session)):
        arguments = (*command, "--color", "no", "--python", str(version).strip(), *session.posargs)
        return session.run("ansible-test", *arguments, env=env, silent=True) or ""
