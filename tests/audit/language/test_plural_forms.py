"""Sentences under keys that say how many have as many forms as the language: two in English, one in Chinese, three in Russian."""

from __future__ import annotations

import re
import runpy
from dataclasses import replace
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po, write_po

from audit.language.gathering import in_file, keyed_files
from audit.language.saying import word
from audit.language.sentences import FILES, REPORT, count_of, counted
from audit.language.translating import speaking
from audit.report.strings import strings
from audit.said import Number, Said
from models import translating

ROOT = Path(__file__).resolve().parents[3]
COUNTS = "rows|texts|n|of|total|words|flips|queries|variants|successes|missing|positive|tested|comparisons|gaps|table|budget|judged"
"""Names of values that are whole numbers from 1 up."""


@pytest.fixture
def catalog_of(tmp_path, monkeypatch):
    """Makes the catalog of a language by `make words`, its sentences filled in by a function of their forms' numbers."""
    monkeypatch.setattr(translating, "FOLDER", tmp_path)
    words = runpy.run_path(str(ROOT / ".ci" / "words.py"))

    def make(language, told):
        words["update"](language, tmp_path)
        path = tmp_path / f"{language}.po"
        with path.open("rb") as file:
            made = read_po(file, locale=language)
        for (context, *forms), texts in told.items():
            message = made.get(tuple(forms) if len(forms) > 1 else forms[0], context or None)
            assert message is not None, (context, forms)
            message.string = texts
        with path.open("wb") as file:
            write_po(file, made)
        return made

    kept = (translating.sentences_of, translating._translations, strings)
    for one in kept:
        one.cache_clear()
    yield make
    for one in kept:
        one.cache_clear()


@pytest.mark.slow
def test_a_russian_note_has_three_forms_and_a_chinese_one(catalog_of):
    forms = counted()["note.groups_left_out"]
    russian = ("групп: {groups}, {rows} строка", "групп: {groups}, {rows} строки", "групп: {groups}, {rows} строк")
    made = catalog_of("ru", {("note.groups_left_out", *forms): russian})
    assert made.num_plurals == 3
    said = [Said("note.groups_left_out", {"needed": 30, "rows": n, "groups": "a"}) for n in (1, 3, 5, 21, 1111)]
    with speaking("ru"):
        assert [word(one).split()[-1] for one in said] == ["строка", "строки", "строк", "строка", "строк"]
    assert [word(one) for one in said[:2]] == [
        "groups with fewer than 30 rows are left out (1 row): a",
        "groups with fewer than 30 rows are left out (3 rows): a",
    ]
    made = catalog_of("zh", {("note.groups_left_out", *forms): ("{rows} 行：{groups}",)})
    assert made.num_plurals == 1
    with speaking("zh"):
        assert [word(one) for one in said[:2]] == ["1 行：a", "3 行：a"]


def test_a_report_has_them_too(catalog_of):
    (forms,) = ((s.one, s.many) for s in in_file(REPORT, ROOT) if s.key == "limits.few_rows")
    catalog_of(
        "ru", {("report.limits.few_rows", *forms): tuple(f"{{rows}} {w}" for w in ("строка", "строки", "строк"))}
    )
    assert [strings("ru")("limits.few_rows", rows=n) for n in (1, 22, 11)] == ["1 строка", "22 строки", "11 строк"]
    assert strings()("limits.few_rows", rows=1).startswith("Only 1 row was audited.")
    assert strings()("limits.few_rows", rows=1200).startswith("Only 1,200 rows were audited.")


def test_a_catalog_says_which_value_chooses_the_form(catalog_of):
    made = catalog_of("ru", {})
    (message,) = (m for m in made if m.context == "note.groups_left_out")
    assert (message.auto_comments, isinstance(message.id, tuple)) == (["The form is chosen by {rows}."], True)


@pytest.mark.parametrize("value", [1, Number(1, "words"), Number(1.0, "plain")])
def test_one_is_one_however_it_is_kept(value):
    said = Said("finding.words_left_median.pass", {"value": value})
    assert word(said).endswith(" word left of the text")


def test_a_share_and_a_half_are_several():
    said = Said("finding.words_left_median.pass", {"value": Number(1.5, "plain")})
    assert word(said).endswith(" words left of the text")


def test_notes_stored_before_a_sentence_had_forms_read_in_them():
    stored = {
        "key": "note.unsure_flips",
        "values": {"unsure": 1, "flips": 1, "confidence": {"value": 0.7, "unit": "setting:share"}},
    }
    assert word(Said.read(stored)) == "of 1 flip, 1 where the model was less than 70% sure"
    assert word(Said.read({"key": "note.wilson_one", "values": {}})) == "Wilson on 1 text"


def test_every_counted_sentence_names_its_count_and_says_the_same_in_both_forms():
    for key, forms in counted().items():
        one, many = (frozenset(name for _, name, _, _ in Formatter().parse(form) if name) for form in forms)
        assert one == many, key
        assert count_of(key) in many, key


def test_no_sentence_counts_without_forms():
    """What says how many of something, in a plural that 1 would make wrong, has a form for one."""
    plural = re.compile(rf"\{{(?:{COUNTS})\}} (?:[a-z]+ ){{0,2}}?[a-z]{{2,}}s\b|\w\(s\)")
    kept = [replace(s, place="") for s in keyed_files(ROOT) if not s.many and not s.key.startswith("numbers.")]
    assert len(kept) > 500
    assert [s.key for s in kept if plural.search(s.one)] == []
    assert {path.name for path in FILES} >= {"findings.toml", "notes.toml"}
