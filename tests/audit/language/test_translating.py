"""Sentences by gettext: English without a catalog, another language by one `.po` file, names filled in and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.errors import UnknownName
from audit.language.translating import language, languages, speak, speaking, tr, tr_key, tr_later, tr_n
from models import translating

PO = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);\\n"

msgid "{n} rows failed."
msgstr "Строк с ошибкой: {n}."

msgid "{n} row"
msgid_plural "{n} rows"
msgstr[0] "{n} строка"
msgstr[1] "{n} строки"
msgstr[2] "{n} строк"

msgctxt "accuracy.title"
msgid "Accuracy"
msgstr "Точность"

msgid "Bad {n}"
msgstr "{n.__class__} {n!r}"
"""


@pytest.fixture
def russian(tmp_path, monkeypatch):
    (tmp_path / "ru.po").write_text(PO, encoding="utf-8")
    monkeypatch.setattr(translating, "FOLDER", tmp_path)
    for kept in (translating.sentences_of, translating._translations):
        kept.cache_clear()
    yield
    for kept in (translating.sentences_of, translating._translations):
        kept.cache_clear()


def test_english_needs_no_catalog():
    assert language() == "en"
    assert tr("{n} rows of {table}", n=1200, table="a.csv") == "1,200 rows of a.csv"
    assert [tr_n("{n} row", "{n} rows", n) for n in (1, 0, 2000)] == ["1 row", "0 rows", "2,000 rows"]
    assert tr_key("accuracy.title", "Accuracy") == "Accuracy"
    assert tr(tr_later("as it is {}")) == "as it is {}"


def test_a_catalog_is_one_file(russian):
    assert languages() == ("en", "ru")
    with speaking("ru"):
        assert tr("{n} rows failed.", n=3) == "Строк с ошибкой: 3."
        assert [tr_n("{n} row", "{n} rows", n) for n in (1, 3, 5, 21)] == [
            "1 строка",
            "3 строки",
            "5 строк",
            "21 строка",
        ]
        assert tr_key("accuracy.title", "Accuracy") == "Точность"
        assert tr_key("other.title", "Accuracy") == "Accuracy"
        assert tr("Not translated") == "Not translated"
    assert tr("{n} rows failed.", n=3) == "3 rows failed."


def test_each_thread_speaks_its_own_language(russian):
    from threading import Thread

    heard = []

    def other():
        heard.append(language())
        speak("ru")
        heard.append(language())

    thread = Thread(target=other)
    thread.start()
    thread.join()
    assert heard == ["en", "ru"]
    assert language() == "en"


def test_an_unknown_language_is_refused_with_the_known_ones(russian):
    with pytest.raises(UnknownName, match="ru"), speaking("tlh"):
        pass


def test_a_catalog_reaches_nothing_but_the_names_given(russian):
    with speaking("ru"), pytest.raises((KeyError, TypeError)):
        tr("Bad {n}", n=1)


def test_a_number_with_digits_is_written_before_it_is_said():
    with pytest.raises(TypeError, match="written before"):
        tr("{share} of the rows", share=0.5)
    with pytest.raises(TypeError, match="written before"):
        tr("{n:.2f} of the rows", n=5)


@given(st.text(max_size=40))
def test_what_is_filled_in_is_never_filled_again(text):
    assert tr("<{name}>", name=text) == f"<{text}>"
