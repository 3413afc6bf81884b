"""Every sentence that is said can be gathered, so that a catalog can have it."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit.language.gathering import Sentence, in_code, in_file

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
