"""Every setting with a value that is not right, in every program: one sentence or none, and never a traceback."""

from __future__ import annotations

import io
import os
import sys
from contextlib import redirect_stderr, redirect_stdout
from unittest import mock

import pytest
from commands import Done, typed

import audit.run.worker
import dashboard.__main__ as launcher
from audit.errors import ResourceError
from audit.resources import download
from audit.store import close_stores
from models.errors import SettingsError
from models.places import home, offline, sealed, setting, settled, whole_number
from models.settings import CONFIG, SETTINGS

VARIABLES = [one.variable for one in (*SETTINGS.values(), CONFIG)]
VALUES = ("x", "-1", "99999999", "", "²", "~no-such-user/x", "/dev/null/x", "postgresql://a@b:port/c")
"""What no setting can mean, each for another reason."""
REFUSED = {
    "ASSAY_PORT": "whole number from 1 to 65,535", "ASSAY_WORKERS": "whole number from 0 to 64", "ASSAY_OFFLINE": "forbid downloads",
    "ASSAY_RETENTION_DAYS": "whole days", "ASSAY_RETENTION_KEEP": "whole ids", "ASSAY_ACCENT": "must look like",
    "ASSAY_LOGO": "cannot be read", "ASSAY_DATABASE_URL": "must be sqlite", "ASSAY_FILES_URL": "no URL",
    "ASSAY_ADDRESS": "no address to listen on", "ASSAY_CONFIG": "cannot be read",
}  # fmt: skip
"""Of those for which "x" cannot be meant, what is said of it where the dashboard is started."""


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(home, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ASSAY_DATABASE_URL", raising=False)
    yield
    close_stores()


def started() -> Done:
    """`python -m dashboard` up to where it would serve."""
    out, err = io.StringIO(), io.StringIO()
    patches = mock.patch.object(sys, "argv", ["dashboard"]), mock.patch.object(launcher, "serve", return_value=0)
    with redirect_stdout(out), redirect_stderr(err), patches[0], patches[1]:
        try:
            status = launcher.program()
        except SystemExit as ended:
            status = int(ended.code or 0)
    return Done(status, out.getvalue(), err.getvalue())


def working() -> Done:
    """`python -m audit worker --bare` up to where it would take a place."""
    with mock.patch.object(audit.run.worker, "Slot", side_effect=audit.run.worker.RunError("All is well so far.")):
        return typed("audit", "worker", "--bare")


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("variable", VARIABLES)
def test_no_program_ends_in_a_traceback(variable, value, monkeypatch):
    monkeypatch.setenv(variable, value)
    for program in (started, working, lambda: typed("audit", "status")):
        close_stores()
        done = program()  # any error but one of ours would come through here
        if done.status:
            (said,) = [line for line in done.err.splitlines() if line.strip()]
            assert said.startswith(("Error: ", "python -m dashboard: error: ")), done
            assert said.endswith("."), done
            assert said.isprintable(), done


@pytest.mark.parametrize(("variable", "said"), REFUSED.items())
def test_what_cannot_be_meant_is_said_before_anything_is_started(variable, said, monkeypatch):
    monkeypatch.setenv(variable, "x")
    done = started()
    assert done.status in (1, 2), done
    assert said in done.err
    if variable not in {"ASSAY_PORT", "ASSAY_WORKERS", "ASSAY_ADDRESS"}:  # no business of a worker
        assert said in working().err


@pytest.mark.parametrize("said", ["0", "-1", "65536", "99999999", "1e3", "٣", "8501.0", "x", "9" * 5000])
@pytest.mark.parametrize("option", ["--port", "--workers"])
def test_the_options_are_held_to_the_same(option, said):
    if (option, said) == ("--workers", "0"):
        assert launcher.command_line().parse_args(["--workers", "0"]).workers == 0, "the pages alone"
        return
    with pytest.raises(SystemExit), redirect_stderr(io.StringIO()) as told:
        launcher.command_line().parse_args([f"{option}={said}"])
    assert "give a whole number" in told.getvalue()


@pytest.mark.parametrize(
    ("name", "written"),
    [("port", "[1]"), ("home", "{a = 1}"), ("offline", "1979-05-27"), ("logo", r'"a\u0000b"'), ("organisation", "[]")],
)
def test_a_value_of_the_file_that_is_none(name, written, tmp_path, monkeypatch):
    (tmp_path / "assay.toml").write_text(f"{name} = {written}\n", encoding="utf-8")
    monkeypatch.setenv("ASSAY_CONFIG", str(tmp_path / "assay.toml"))
    monkeypatch.delenv(SETTINGS[name].variable, raising=False)
    with pytest.raises(SettingsError, match=f"The setting {name} in "):
        setting(name)


@pytest.mark.parametrize("written", ["= 1", "a = " + "[" * 5000, "a = 1\na = 2", "\xff"])
def test_a_file_that_is_no_toml(written, tmp_path, monkeypatch):
    (tmp_path / "assay.toml").write_bytes(written.encode("latin-1"))
    monkeypatch.setenv("ASSAY_CONFIG", str(tmp_path / "assay.toml"))
    with pytest.raises(SettingsError, match="is not TOML"):
        setting("port")


def test_numbers_come_from_the_file_as_well(tmp_path, monkeypatch):
    (tmp_path / "assay.toml").write_text("port = 9000\nworkers = 99999999\noffline = true\n", encoding="utf-8")
    monkeypatch.setenv("ASSAY_CONFIG", str(tmp_path / "assay.toml"))
    assert whole_number("port", setting("port"), 8501, least=1, most=65_535) == 9000
    assert sealed()
    with pytest.raises(SettingsError, match="ASSAY_WORKERS"):
        whole_number("workers", setting("workers"), 1, least=0, most=64)


@pytest.mark.parametrize("said", ["x", "ja", "2", "-1", "１", "flase", "yes please"])
def test_a_slip_of_the_pen_does_not_allow_downloads(said, monkeypatch):
    monkeypatch.delenv("HF_HUB_OFFLINE")
    monkeypatch.setenv("ASSAY_OFFLINE", said)
    with pytest.raises(SettingsError, match="ASSAY_OFFLINE"):
        offline()


@pytest.mark.parametrize(
    "get",
    [
        lambda into: download.fetch("https://files.example/x.zip", print, sha256="0" * 64),
        lambda into: download.pip_download("x==1", "0" * 64, print),
        lambda into: download.debian_package("x", into, print),
        lambda into: download.npm_package("x", "0" * 64, into, print),
    ],
)
def test_nothing_at_all_is_downloaded_in_spite_of_it(get, tmp_path, monkeypatch):
    monkeypatch.setenv("ASSAY_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("ASSAY_OFFLINE", "1")
    for way in ("audit.resources.download.subprocess.run", "urllib.request.OpenerDirector.open"):
        monkeypatch.setattr(way, mock.Mock(side_effect=AssertionError("somebody was asked")))
    with pytest.raises(ResourceError, match="ASSAY_OFFLINE is set"):
        get(tmp_path)


def test_a_process_started_elsewhere_has_the_same_folders(tmp_path, monkeypatch):
    """The pages and workers begin in another folder: a relative data folder would be another one there."""
    given = {"ASSAY_HOME": "a/home", "ASSAY_CACHE": "cache", "ASSAY_LOGO": "~/logo.png", "ASSAY_MASKED_LM": "owner/model",
             "ASSAY_MODEL_FOLDERS": os.pathsep.join(("m", "/n"))}  # fmt: skip
    for variable, value in given.items():
        monkeypatch.setenv(variable, value)
    here, found = home().resolve(), settled()
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    for variable in given:
        monkeypatch.setenv(variable, found[variable])
    assert home().resolve() == here
    assert found["ASSAY_MODEL_FOLDERS"] == os.pathsep.join((str(tmp_path / "m"), "/n"))
    assert found["ASSAY_MASKED_LM"] == "owner/model"
    assert found["ASSAY_LOGO"] == os.path.expanduser("~/logo.png")
    assert "ASSAY_CONFIG" in found or CONFIG.variable not in os.environ
