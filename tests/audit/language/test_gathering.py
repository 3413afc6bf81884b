"""Every sentence that is said can be gathered, so that a catalog can have it."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest
from babel.messages.pofile import read_po, write_po

from audit.language.catalog import catalog as numbers_catalog
from audit.language.gathering import Sentence, everything, in_code, in_file
from audit.language.numbers import _numbers, numbers
from audit.language.translating import speaking
from models import translating

ROOT = Path(__file__).resolve().parents[3]


def test_sentences_are_found_with_their_places(tmp_path):
    path = tmp_path / "page.py"
    path.write_text(
        'TITLE = tr_later("Runs")\nx = tr("{n} of {m}", n=1, m=2)\ny = tr_n("{n} row", "{n} rows", 3)\nz = tr(TITLE)\n'
    )
    assert sorted(in_code(path, tmp_path), key=lambda s: s.place) == [
        Sentence("Runs", "", "", "page.py:1"),
        Sentence("{n} of {m}", "", "", "page.py:2"),
        Sentence("{n} row", "{n} rows", "", "page.py:3"),
    ]


@pytest.mark.parametrize("wrong", ['tr(f"{n} rows")', 'tr("a" + name)', 'tr_n("{n} row", many, 2)', "tr_later(name)"])
def test_what_no_catalog_could_have_is_refused(tmp_path, wrong):
    path = tmp_path / "page.py"
    path.write_text(wrong)
    with pytest.raises(ValueError, match=r"page\.py:1: what \w+\(\) says is not written out"):
        list(in_code(path, tmp_path))


def test_a_file_of_sentences_gives_them_by_key(tmp_path):
    path = tmp_path / "words.toml"
    path.write_text('top = "Top"\n[a.b]\ntitle = """\nTwo\nlines"""\nn = 3\n')
    assert list(in_file(path, tmp_path)) == [
        Sentence("Top", "", "top", "words.toml"),
        Sentence("Two lines", "", "a.b.title", "words.toml"),
    ]


def test_everything_that_is_said_in_the_sources_is_written_out():
    for folder in ("audit", "dashboard", "models"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            list(in_code(path, ROOT))


def test_a_sentence_has_one_form_for_several_wherever_it_is_said():
    forms: dict[tuple[str, str], set[str]] = {}
    for sentence in everything(ROOT):
        forms.setdefault((sentence.key, sentence.one), set()).add(sentence.many)
    assert {said: found for said, found in forms.items() if len(found) > 1} == {}


@pytest.mark.slow
def test_a_new_language_is_one_file_with_every_sentence(tmp_path, monkeypatch):
    words = runpy.run_path(str(ROOT / ".ci" / "words.py"))
    total, left = words["update"]("de", tmp_path)
    assert total == left == len(everything(ROOT))
    path = tmp_path / "de.po"
    said = path.read_text("utf-8")
    assert all(f'msgctxt "{kind}.' in said for kind in ("numbers", "report", "finding", "note", "definition"))
    with path.open("rb") as file:
        catalog = read_po(file, locale="de")
    for key, one, text in (
        ("numbers.number.decimal", ".", ","),
        ("numbers.number.interval", "{low} to {high}", "{low} bis {high}"),
    ):
        catalog.get(one, key).string = text
    with path.open("wb") as file:
        write_po(file, catalog)
    assert words["update"]("de", tmp_path) == (total, total - 2)
    monkeypatch.setattr(translating, "FOLDER", tmp_path)
    kept = (translating._translations, numbers_catalog, _numbers)
    for cache in kept:
        cache.cache_clear()
    try:
        with speaking("de"):
            assert numbers().interval(0.31, 0.452) == "31,0% bis 45,2%"
    finally:
        for cache in kept:
            cache.cache_clear()
