"""Runs are erased so many days after their end, with everything of them; said before, and never more than was asked for."""

import json
import logging
from datetime import UTC, datetime, timedelta

import pytest
from pages import seen
from runs import make_run
from typer.testing import CliRunner

from audit.__main__ import build
from audit.errors import InputError
from audit.run import grace
from audit.run.retention import Retention, erase_due, retention_days
from audit.store import NewFile, close_stores, open_store
from audit.store.erasing import reports_folder
from models.errors import DiskError

RARE = "xylophonist"
ENDED = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def store(home, monkeypatch):
    monkeypatch.delenv("ASSAY_DATABASE_URL", raising=False)
    monkeypatch.setenv("ASSAY_RETENTION_DAYS", "30")
    opened = open_store()
    known(ENDED - 2 * grace.GRACE, datetime.now(UTC))  # for longer than the day nothing is erased
    yield opened
    close_stores()


def known(since, seen, kept=30):
    """Workers met the days then, and have looked since, the last time at `seen`."""
    said = {"days": kept, "since": since.isoformat(), "seen": seen.isoformat()}
    grace.place().write_text(json.dumps(said))


def erased_at(store, at):
    """How many runs go at a time until which workers looked every hour."""
    known(ENDED - 2 * grace.GRACE, at - grace.HOUR)
    return erase_due(store, at)


def ended(store, tmp_path, *, seed=0, status="finished", at=ENDED):
    """A run that ended then, with a rare word in its rows, records and report files."""
    run = make_run(
        store, tmp_path, rows=6, texts=[f"The {RARE} was dull, take {seed}."], seed=seed, status=status, score=False
    )
    store.update_run(run.id, finished_at=at.isoformat(timespec="milliseconds"))
    folder = reports_folder(run.id) / "full"
    folder.mkdir(parents=True)
    (folder / "report.html").write_text(RARE)
    store.add_job("report", run.id, {"preset": "full"}, result={}, files=[NewFile("r.html", f"{RARE} {seed}".encode())])
    return store.run(run.id)


def holding(home):
    """Files of the data folder that hold the rare word."""
    return [path for path in sorted(home.rglob("*")) if path.is_file() and RARE.encode() in path.read_bytes()]


def test_nothing_of_a_run_is_left_after_its_days(store, home, tmp_path, caplog):
    run = ended(store, tmp_path)
    store.add_job("estimate", None, {"spec": {"name": RARE}}, result={})
    assert holding(home)
    with caplog.at_level(logging.INFO, "assay.worker"):
        assert erased_at(store, ENDED + timedelta(days=30, seconds=-1)) == 0
        assert store.exists(run.id)
        far = datetime.now(UTC) + timedelta(days=31)  # the table is as old as this test
        assert erased_at(store, far) == 1
    assert not store.exists(run.id)
    assert store.uploads() == ()
    assert holding(home) == []
    assert not reports_folder(run.id).exists()
    assert run.id in caplog.text
    assert RARE not in caplog.text
    assert erase_due(store, far) == 0
    erased = [(e.who, e.via, e.verb, e.kind, e.subject, e.run_id, e.outcome) for e in store.events()]
    assert erased == [
        ("assay", "system", "erase_table", "table", run.upload, None, "done"),
        ("assay", "system", "erase_run", "run", run.id, run.id, "done"),
    ]


def test_what_has_not_ended_or_is_kept_or_was_imported_stays(store, tmp_path, monkeypatch):
    running = make_run(store, tmp_path, rows=6, status="running", done=0.5, seed=1)
    paused = make_run(store, tmp_path, rows=6, status="paused", done=0.5, seed=2)
    kept, imported, failed = (
        ended(store, tmp_path, seed=seed, status=s) for seed, s in ((3, "finished"), (4, "finished"), (5, "failed"))
    )
    store.update_run(imported.id, imported=1)
    monkeypatch.setenv("ASSAY_RETENTION_KEEP", kept.id)
    assert erased_at(store, ENDED + timedelta(days=10_000)) == 1
    assert set(store.runs()["id"]) == {running.id, paused.id, kept.id, imported.id}
    assert len(store.uploads()) == 4, "the tables of runs that stay, stay"
    assert not store.exists(failed.id)


def test_nothing_is_erased_where_nothing_is_set(store, tmp_path, monkeypatch):
    run = ended(store, tmp_path)
    monkeypatch.delenv("ASSAY_RETENTION_DAYS")
    assert erase_due(store, ENDED + timedelta(days=10_000)) == 0
    assert Retention.read().ends(run) is None
    assert Retention.read().note(run) == ""


@pytest.mark.parametrize("wrong", ["0", "-1", "1.5", "ten", "\u00b2", "9" * 5000, "36501", "1 0"])
def test_a_setting_that_is_no_number_of_days_erases_nothing(store, tmp_path, monkeypatch, wrong):
    run = ended(store, tmp_path)
    monkeypatch.setenv("ASSAY_RETENTION_DAYS", wrong)
    with pytest.raises(InputError, match="whole days from 1"):
        erase_due(store, ENDED + timedelta(days=10_000))
    assert store.exists(run.id)


@pytest.mark.parametrize("wrong", ["latest", "ab", "%", "0123456789abc"])
def test_a_run_to_keep_that_is_no_id_erases_nothing(store, tmp_path, monkeypatch, wrong):
    run = ended(store, tmp_path)
    monkeypatch.setenv("ASSAY_RETENTION_KEEP", f"{run.id},{wrong}")
    with pytest.raises(InputError, match="whole ids"):
        erase_due(store, ENDED + timedelta(days=10_000))
    assert store.exists(run.id)


def test_reports_of_runs_that_are_gone_are_removed(store, home):
    folder = home / "reports" / "0123456789ab"
    folder.mkdir(parents=True)
    (home / "reports" / "mine").mkdir()
    erase_due(store, ENDED)
    assert [path.name for path in (home / "reports").iterdir()] == ["mine"]


def test_status_says_when(store, tmp_path):
    run = ended(store, tmp_path)
    for words in (["status"], ["status", run.id]):
        assert "will be erased on 2026-03-31" in " ".join(CliRunner().invoke(build(), words).output.split())
    listed = json.loads(CliRunner().invoke(build(), ["status", "--json"]).stdout)
    assert listed["runs"][0]["erased_on"] == "2026-03-31"
    assert json.loads(CliRunner().invoke(build(), ["status", run.id, "--json"]).stdout)["erased_on"] == "2026-03-31"


def test_the_runs_page_says_when(store, tmp_path):
    from streamlit.testing.v1 import AppTest

    run = ended(store, tmp_path)
    for query in ({}, {"run": run.id}):
        test = AppTest.from_string("from dashboard.app import main\nmain('runs')", default_timeout=300)
        for name, value in query.items():
            test.query_params[name] = value
        assert "will be erased on 2026-03-31" in seen(test.run())


def test_the_flag_goes_before_the_setting(store, monkeypatch):
    from audit.cli.worker import _set_retention

    _set_retention(None, [])
    assert retention_days() == 30
    _set_retention(7, [])
    assert retention_days() == 7


# -- the first day -------------------------------------------------------------------------------------------------

OVERDUE = ENDED + timedelta(days=400)


def days(monkeypatch, given):
    monkeypatch.setenv("ASSAY_RETENTION_DAYS", str(given))


def test_what_is_overdue_when_the_days_are_first_set_stays_for_a_day(store, tmp_path, monkeypatch, caplog):
    grace.place().unlink()
    run = ended(store, tmp_path)
    assert Retention.read(OVERDUE).ends(run) == OVERDUE + grace.GRACE, "said before any worker began"
    with caplog.at_level(logging.INFO, "assay.worker"):
        assert erase_due(store, OVERDUE) == 0
    assert f"nothing is erased before {OVERDUE + grace.GRACE:%Y-%m-%d %H:%M} UTC" in caplog.text
    assert erase_due(store, OVERDUE + grace.GRACE / 2) == 0, "another worker does not begin it anew, nor end it"
    assert Retention.read(OVERDUE + grace.GRACE / 2).ends(run) == OVERDUE + grace.GRACE
    assert store.exists(run.id)
    assert erase_due(store, OVERDUE + grace.GRACE) == 1


@pytest.mark.parametrize(("given", "erased"), [(29, 0), (1, 0), (30, 1), (31, 1)])
def test_fewer_days_begin_it_anew_and_more_do_not(store, tmp_path, monkeypatch, given, erased):
    ended(store, tmp_path)
    days(monkeypatch, given)
    assert erased_at(store, OVERDUE) == erased
    assert erase_due(store, OVERDUE + grace.GRACE) == 1 - erased


def test_days_that_were_taken_back_or_made_more_meanwhile_begin_it_anew(store, tmp_path, monkeypatch):
    ended(store, tmp_path)
    monkeypatch.delenv("ASSAY_RETENTION_DAYS")
    assert erase_due(store, OVERDUE) == 0
    days(monkeypatch, 30)
    assert erase_due(store, OVERDUE) == 0
    days(monkeypatch, 10_000)
    assert erase_due(store, OVERDUE + grace.GRACE) == 0
    days(monkeypatch, 30)
    assert erase_due(store, OVERDUE + 3 * grace.GRACE) == 0
    assert erase_due(store, OVERDUE + 4 * grace.GRACE) == 1


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b"\xff", b'{"days": "x", "since": 7}', b'{"days": 1, "since": "soon"}',
                b'{"days": 1, "since": "2999-01-01T00:00:00.000+00:00"}', b"[" * 100_000],
)  # fmt: skip
def test_where_it_is_not_known_since_when_the_day_begins_now(store, tmp_path, content):
    ended(store, tmp_path)
    grace.place().write_bytes(content)
    assert erase_due(store, OVERDUE) == 0
    assert erase_due(store, OVERDUE + grace.GRACE) == 1


@pytest.mark.parametrize("leap", [timedelta(days=8), timedelta(days=36_000)])
def test_a_clock_that_leaps_ahead_erases_nothing_for_a_day(store, tmp_path, leap):
    run = ended(store, tmp_path)
    before = ENDED + timedelta(days=24)
    assert erased_at(store, before) == 0
    assert erase_due(store, before + leap) == 0, "by its days it is overdue"
    assert Retention.read(before + leap).ends(run) == before + leap + grace.GRACE
    assert erase_due(store, before + grace.HOUR) == 0, "the clock was set right again"
    assert store.exists(run.id)
    assert erase_due(store, before + timedelta(days=5)) == 0
    assert erase_due(store, before + timedelta(days=6)) == 1


@pytest.mark.slow
def test_looking_every_hour_does_not_begin_it_anew(store, tmp_path):
    ended(store, tmp_path)
    known(ENDED, ENDED)
    hours = [ENDED + grace.HOUR * n for n in range(24 * 31)]
    gone = [at for at in hours if erase_due(store, at)]
    assert gone == [ENDED + timedelta(days=30)]


def test_a_disk_that_does_not_take_the_note_keeps_the_runs(store, tmp_path, monkeypatch):
    run = ended(store, tmp_path)
    grace.place().unlink()

    def full(*_):
        raise DiskError("full")

    monkeypatch.setattr(grace, "write_whole", full)
    for _ in range(2):
        with pytest.raises(DiskError):
            erase_due(store, OVERDUE)
    assert store.exists(run.id)
