"""What is kept in English is told again: its sentence and values are found, whatever stands in the values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import telling, translating
from models.telling import again, taken_apart

SENTENCES = (
    "There is no {kind} named '{name}'.",
    "There is no {kind} named '{name}'; choose from: {offered}.", "run", "{path} is a folder; name a file.",
    "{n} rows failed.", "The run could not be prepared: {error}", "and {n} more",
)  # fmt: skip


class German(translating.NullTranslations):
    """Turns sentences round, so that it can be seen which were said."""

    def gettext(self, message: str) -> str:
        return {"run": "Lauf", "{n} rows failed.": "{n} Zeilen fehlen.", "and {n} more": "und {n} mehr"}.get(
            message, f"<{message}>"
        )

    def pgettext(self, context: str, message: str) -> str:
        return "." if context == translating.THOUSANDS else message


@pytest.fixture
def german(monkeypatch):
    monkeypatch.setattr(telling, "sentences_of", lambda _: SENTENCES)
    monkeypatch.setattr(translating, "_translations", lambda _: German())
    with translating.speaking("de"):
        yield


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("1,200 rows failed.", "1.200 Zeilen fehlen."),
        ("There is no run named 'a'.", "<There is no Lauf named 'a'.>"),
        ("There is no run named 'x'; choose from: y, z.", "<There is no Lauf named 'x'; choose from: y, z.>"),
        ("The run could not be prepared: a.csv is a folder; name a file.",
         "<The run could not be prepared: <a.csv is a folder; name a file.>>"),
        ("3 rows failed. a.csv is a folder; name a file.", "<3 Zeilen fehlen. a.csv is a folder; name a file.>"),
        ("something else altogether", "something else altogether"),
        ("salt and pepper and many other things more", "salt and pepper and many other things more"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_sentence_is_found_again_with_its_values(german, text, told):
    assert again(text) == told


def test_english_is_as_it_is():
    assert again("1,200 rows failed.") == "1,200 rows failed."


@given(st.text(), st.text(alphabet="abc';.{}: ", max_size=30))
def test_whatever_stands_in_it_the_values_give_the_text_back(kind, name):
    text = f"There is no {kind} named '{name}'."
    found = taken_apart(text, SENTENCES)
    if found is not None:
        sentence, values = found
        assert sentence.format_map(values) == text


@given(st.text(max_size=300))
def test_a_text_of_others_is_never_an_error(text):
    with pytest.MonkeyPatch.context() as patch, translating.speaking("de"):
        patch.setattr(telling, "sentences_of", lambda _: SENTENCES)
        patch.setattr(translating, "_translations", lambda _: German())
        assert isinstance(again(text), str)
