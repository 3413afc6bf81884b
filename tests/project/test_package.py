"""`pip install .` gives a package that works away from the checkout: all its files are there, under names of its own."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("audit", "dashboard", "models")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds what a wheel of the sources holds."""
    source = tmp_path_factory.mktemp("source")
    for name in (*PACKAGES, "assets"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "setup.py", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source / name)
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-q",
        "--no-deps",
        "--no-build-isolation",
        "--no-index",
        "-w",
        "made",
        ".",
    ]
    subprocess.run(command, cwd=source, check=True, capture_output=True, text=True)
    (wheel,) = (source / "made").glob("assay-*.whl")
    folder = tmp_path_factory.mktemp("installed")
    zipfile.ZipFile(wheel).extractall(folder)
    return folder


def files(folder: Path) -> set[str]:
    """Every file below a folder, what Python makes left out."""
    kept = (
        path.relative_to(folder) for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts
    )
    return {path.as_posix() for path in kept if path.name != ".gitkeep"}


def test_every_file_of_the_packages_and_assets_is_installed(installed):
    for name in PACKAGES:
        assert files(ROOT / name) - files(installed / name) == set(), name
    assert files(ROOT / "assets") - files(installed / "assay_assets") == set()


def test_nothing_is_installed_under_a_name_that_others_may_have(installed):
    own = {path.name for path in installed.iterdir() if not path.name.endswith(".dist-info")}
    assert own == {*PACKAGES, "assay_assets"}


@pytest.mark.slow
def test_it_finds_its_assets_and_predicts_away_from_the_checkout(installed, tmp_path):
    said = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "import models.places, audit.score.policy, audit.language.printable, audit.resources.polarity\n"
        "assert models.places.INSTALLED and models.places.ASSETS.parent == models.places.REPOSITORY\n"
        "assert audit.score.policy.DEFAULT.is_file() and audit.language.printable.FONTS.is_dir()\n"
        "assert audit.resources.polarity.OWN.is_file()\n"
        "from models import load\n"
        "print(load('sentiment').predict_proba(['A quiet delight.']).argmax(), models.places.__file__)\n"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", said, str(installed)], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["1", str(installed / "models" / "places.py")]


def test_the_settings_file_of_an_installed_package_is_the_users(installed, tmp_path):
    (installed / "assay.toml").write_text('organisation = "of nobody"\n', encoding="utf-8")
    own = tmp_path / "config" / "assay"
    own.mkdir(parents=True)
    (own / "assay.toml").write_text('organisation = "mine"\n', encoding="utf-8")
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); from models.places import setting; print(setting('organisation'))"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", code, str(installed)], cwd=tmp_path, capture_output=True, text=True, check=True,
        env={"XDG_CONFIG_HOME": str(tmp_path / "config"), "HOME": str(tmp_path), "PATH": ""},
    )  # fmt: skip
    assert done.stdout.strip() == "mine"
