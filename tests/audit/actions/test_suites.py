"""Behavioural suites that are kept: versions by content, files that go with them, and what commands and audits make of them."""

from __future__ import annotations

import json

import pytest
from commands import typed
from verbs import SUITE, Bench, somebody

from audit.actions import suites
from audit.actions.reading import Reader
from audit.actor import Role
from audit.errors import Forbidden, InputError, UnknownName
from audit.spec import read_spec

OTHER = SUITE.replace("It was dull.", "It was a bore.")


def reader():
    return Reader(somebody())


def test_a_suite_is_kept_with_its_versions_and_its_file(bench: Bench):
    (kept,) = bench.store.suites()
    assert (kept.name, kept.version, kept.facts["labels"], kept.facts["cases"]) == ("films", 1, ["negative"], 1)
    assert suites.save(somebody(), SUITE) == kept, "the same file is no version"
    second = suites.save(somebody(name="ben"), OTHER)
    assert (second.version, second.who) == (2, "ben")
    assert second.digest != kept.digest
    assert [one.version for one in bench.store.suite_versions("films")] == [2, 1]
    assert suites.text_of(reader(), suites.named(reader(), "films")) == OTHER
    suites.delete(somebody(), "films")
    assert bench.store.suites() == ()
    assert not bench.store.files.there(second.sha256)


def test_those_of_assay_come_first_and_stay(bench: Bench):
    names = [one.name for one in suites.listed(reader())]
    assert names[0] == "intents-chinese"
    assert names[-1] == "films"
    with pytest.raises(InputError, match="comes with Assay and stays"):
        suites.delete(somebody(), "sentiment-english")
    with pytest.raises(UnknownName, match="no suite named 'nothing'"):
        suites.named(reader(), "nothing")
    with pytest.raises(Forbidden):
        suites.save(somebody(Role.READER), SUITE)


@pytest.mark.parametrize("name", ["", " x", "a.toml", "a.csv", "Sentiment-English", "a/b", "x" * 61, "a\nb"])
def test_a_name_that_cannot_be_used_is_refused(bench: Bench, name):
    with pytest.raises(InputError, match="name"):
        suites.save(somebody(), SUITE, name)
    assert [kept.name for kept in bench.store.suites()] == ["films"]


def test_a_new_one_may_not_take_a_name(bench: Bench):
    with pytest.raises(InputError, match="There is a suite named 'Films' already"):
        suites.save(somebody(), OTHER, "Films", new=True)


def test_one_of_ours_goes_into_an_audit_with_its_content(bench: Bench):
    probe = suites.as_probe(reader(), suites.named(reader(), "films"), labels={"negative": "bad"}, cases=5)
    assert probe.id == "suite:films"
    assert probe.params == {"suite": "films", "content": SUITE, "labels": {"negative": "bad"}, "cases": 5}
    own = suites.as_probe(reader(), suites.named(reader(), "sentiment-english"))
    assert own.params == {"suite": "sentiment-english"}
    assert suites.probe_of("a / b", SUITE).id == "suite:a-b"


@pytest.mark.usefixtures("bench")
def test_the_commands(tmp_path):
    file, out = tmp_path / "plays.toml", tmp_path / "out.toml"
    file.write_text(OTHER)
    assert json.loads(typed("audit", "suite", "save", file, "--name", "plays", "--json").out)["version"] == 1
    listed = json.loads(typed("audit", "suite", "list", "--json").out)["suites"]
    assert [one["name"] for one in listed][-2:] == ["films", "plays"]
    assert "plays" in typed("audit", "suite").out
    assert "It was a bore." in typed("audit", "suite", "show", "plays").out
    assert typed("audit", "suite", "export", "plays", "--out", out).status == 0
    assert out.read_text() == OTHER
    assert typed("audit", "suite", "delete", "plays").status == 0
    assert typed("audit", "suite", "delete", "plays").status == 2
    assert "There is no file plays, and no suite of that name" in typed("audit", "suite", "show", "plays").err


@pytest.mark.usefixtures("bench")
def test_an_audit_takes_suites_along(tmp_path):
    from audit.cli.run import make_spec
    from audit.table_choices import TableChoices

    table, hate = tmp_path / "t.csv", tmp_path / "hate.csv"
    table.write_text("text,label\nGood.,positive\n")
    hate.write_text("functionality,test_case,label_gold\ncounter_speech,Nobody should say so.,non-hateful\n")
    asked = {
        "model": "sentiment", "base": None, "device": None, "csv": table, "choices": TableChoices(), "suite": "quick",
        "spec_file": None, "limit": None, "seed": 0, "name": "", "policy": None,
    }  # fmt: skip
    spec = make_spec(
        **asked, behaviour=["films", str(hate), "sentiment-english"], behaviour_map=["non-hateful=positive"]
    )
    found = {probe.id: probe.params for probe in spec.probes if probe.kind == "behaviour"}
    assert list(found) == ["suite:films", "suite:hate", "suite:sentiment-english"]
    assert found["suite:hate"]["labels"] == {"non-hateful": "positive"}
    assert read_spec(spec.to_json()) == spec
    for said, message in (
        ({"behaviour": ["films", "films"]}, "Two behavioural suites are called 'suite:films'"),
        ({"behaviour": ["nothing"]}, "There is no file nothing"),
        ({"behaviour": ["films"], "behaviour_map": ["odd=positive"]}, "--behaviour-map names 'odd'"),
        ({"behaviour_map": ["odd=positive"]}, "give both"),
    ):
        with pytest.raises(InputError, match=message):
            make_spec(**asked, **said)


def test_those_that_fit_a_model_and_a_table_as_an_audit_asks_them():
    (only,) = suites.fitting_probes(("negative", "positive"), ("en",), cases=20)
    assert (only.kind, only.id, only.params) == (
        "behaviour", "suite:sentiment-english", {"suite": "sentiment-english", "cases": 20},
    )  # fmt: skip
    assert suites.fitting_probes(()) == ()
    assert suites.fitting_probes(("sport", "politics"), ("en",)) == ()
