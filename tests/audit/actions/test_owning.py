"""What people may call their runs, and how they delete them for now."""

from __future__ import annotations

import pytest
from verbs import Bench, somebody

from audit.actions import owning, runs
from audit.errors import InputError, UnknownName


def test_a_name_is_one_line(bench: Bench):
    assert owning.rename(somebody(), bench.run, "  a\n name\t of two ").name == "a name of two"
    for bad in ("", "  \n", "x" * 201, "zero\u200bwidth", "bell\a"):
        with pytest.raises(InputError, match="1 to 200 printable"):
            owning.rename(somebody(), bench.run, bad)
    assert bench.store.run(bench.run).name == "a name of two"


def test_tags_are_kept_once_and_in_order(bench: Bench):
    said = ["Release", " b ", "release", "审计", "a  x"]
    assert owning.tag(somebody(), bench.run, said).tags == ("a x", "b", "Release", "审计")
    assert owning.tag(somebody(), bench.run, []).tags == ()


@pytest.mark.parametrize("tags", [[""], ["a,b"], ["x" * 41], ["a\u202eb"], [f"t{i}" for i in range(21)]])
def test_what_is_no_tag_is_refused_and_changes_nothing(bench: Bench, tags):
    owning.tag(somebody(), bench.run, ["kept"])
    with pytest.raises(InputError, match="tag"):
        owning.tag(somebody(), bench.run, tags)
    assert bench.store.run(bench.run).tags == ("kept",)


def test_a_note_is_on_something_that_the_run_has(bench: Bench):
    finding = bench.store.findings(bench.run)[0].id
    owning.write_note(somebody(name="ana"), bench.run, " on a finding ", about="finding", subject=finding)
    owning.write_note(somebody(name="ben"), bench.run, "on a row", about="row", subject=bench.row)
    assert [(n.about, n.subject, n.note, n.who) for n in bench.store.notes(bench.run)] == [
        ("row", bench.row, "on a row", "ben"), ("finding", finding, "on a finding", "ana"),
    ]  # fmt: skip
    for about, subject in (("row", "nothing"), ("finding", "nothing")):
        with pytest.raises(UnknownName, match=f"no {about} named 'nothing'"):
            owning.write_note(somebody(), bench.run, "x", about=about, subject=subject)
    with pytest.raises(InputError, match="at most 4,000 characters; this one has 4,001"):
        owning.write_note(somebody(), bench.run, "x" * 4001)


def test_events_never_hold_what_was_written(bench: Bench):
    owning.rename(somebody(), bench.run, "the hateful film")
    owning.tag(somebody(), bench.run, ["hateful"])
    owning.write_note(somebody(), bench.run, "hateful rows")
    assert "hateful" not in repr(bench.store.events())


def test_only_a_finished_run_is_a_baseline(bench: Bench):
    with pytest.raises(InputError, match="is paused; a baseline is a run that has finished"):
        owning.mark_baseline(somebody(), bench.made["paused"].id)
    assert owning.mark_baseline(somebody(), bench.run).baseline
    assert not owning.mark_baseline(somebody(), bench.run, False).baseline


def test_several_are_deleted_and_had_back(bench: Bench):
    ids = [bench.made[status].id for status in ("finished", "running")]
    runs.discard(somebody(), ids)
    assert not any(bench.store.exists(run_id) for run_id in ids)
    runs.restore(somebody(), ids)
    assert [bench.store.run(run_id).status for run_id in ids] == ["finished", "cancelled"]
    assert runs.resume(somebody(), ids[1]).status == "queued"
    runs.discard(somebody(), ids[:1])
    runs.delete(somebody(), ids[1])
    with pytest.raises(UnknownName):
        runs.restore(somebody(), ids[1:])


def test_a_bundle_of_a_deleted_run_can_come_in_at_once(bench: Bench, tmp_path):
    from audit.actions import bundles

    owning.tag(somebody(), bench.run, ["release"])
    owning.write_note(somebody(name="ana"), bench.run, "for the committee")
    bundles.export(somebody(), bench.run, tmp_path / "out.zip", with_report=False)
    owning.tag(somebody(), bench.run, ["later"])
    runs.discard(somebody(), [bench.run])
    taken = bundles.take_in(somebody(), tmp_path / "out.zip")
    assert (taken.id, taken.tags, taken.starred) == (bench.run, ("release",), False)
    assert [(n.note, n.who) for n in bench.store.notes(bench.run)] == [("for the committee", "ana")]
    assert bench.run not in {run.id for run in bench.store.deleted_runs()}
    assert [e.verb for e in bench.store.events(run_id=bench.run)][:3] == [
        "import_run",
        "erase_discarded",
        "discard_run",
    ]
