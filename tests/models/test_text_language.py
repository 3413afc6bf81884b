"""The language of a text by its script and function words, and which languages a tokenizer reads."""

from __future__ import annotations

import json
import shutil
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.card import read_card
from models.catalog import entries, languages_on_disk
from models.known_languages import (
    Known,
    Pieces,
    declared_languages,
    known_languages,
    measured_languages,
    pieces_of,
    reference_texts,
)
from models.language_names import NAMES, language_name
from models.loading import load
from models.places import BUNDLED
from models.scripts import SCRIPTS, main_script, scripts_of
from models.text_language import (
    SCRIPTS_ALONE,
    counted,
    fits,
    language_of,
    main_languages,
    row_languages,
    script_of_language,
    text_fits,
)
from models.tokenizer_languages import languages_known

ENGLISH = ["It was not for us, and we had to leave.", "The room is big and they were kind.", "Superb acting!"]
GERMAN = "Das Zimmer war nicht sehr sauber, aber wir haben uns doch wohl gefühlt."
CHINESE = "房间很干净，位置也不错，下次还会来。"


@given(st.text(max_size=40))
def test_letters_of_scripts_are_letters_and_none_is_counted_twice(text):
    found = scripts_of(text)
    letters = sum(unicodedata.category(one).startswith("L") for one in text)
    assert sum(found.values()) <= letters
    assert set(found) <= set(SCRIPTS.values())
    assert main_script(text) in {*found, ""}
    assert (main_script(text) == "") == (not found)


@pytest.mark.parametrize("language", sorted(reference_texts()))
def test_the_reference_texts_are_told_as_what_they_are(language):
    told = language_of(reference_texts()[language])
    assert told in {language, script_of_language(language)}
    if language in {"de", "en", "es", "fr", "it", "ja", "ko", "nl", "pt", "ru", "th", "zh"}:
        assert told == language


def test_a_text_with_latin_names_in_it_is_chinese_and_one_with_a_chinese_name_is_not():
    assert language_of("用iPhone在App Store下单，三天就到了，很满意") == "zh"
    assert language_of("We met Mr. 王 at the station and he was very kind to all of us") == "en"


def test_short_texts_go_with_their_table_and_clear_ones_do_not():
    told = row_languages([*ENGLISH, GERMAN, CHINESE, "12:30 !"])
    assert told == ["en", "en", "en", "de", "zh", ""]
    assert row_languages(["Superb!", "They die in the war", GERMAN, GERMAN + " Und es war schön."])[0] == "de"


def test_words_that_languages_share_accuse_no_english_row():
    """`die`, `war`, `was`, `so` are German words too, and `no`, `me`, `a` Spanish ones."""
    rows = [*ENGLISH * 3, "die hard war movie", "no me gusta, said the man", "u wat mate", "was so wet"]
    assert set(row_languages(rows)) == {"en"}
    assert all(text_fits(text, ["en"]) for text in rows)


def test_rows_are_counted_with_their_weights_and_rare_languages_are_no_main_ones():
    counts = counted(["en", "zh", "", "en"], [90, 4, 6, 1])
    assert list(counts.items()) == [("en", 91), ("zh", 4), ("", 6)]
    assert main_languages(counts) == ("en",)


@pytest.mark.parametrize(
    ("language", "known", "fit"),
    [
        ("zh", ("en",), False), ("zh", ("Latn",), False), ("de", ("Latn",), True), ("de", ("en",), False),
        ("Latn", ("en",), True), ("", ("en",), True), ("zh", (), True), ("Cyrl", ("ru",), True), ("Cyrl", ("en",), False),
        ("ja", ("zh",), False), ("ko", ("Hang",), True),
    ],
)  # fmt: skip
def test_what_somebody_knows_fits_by_language_or_script(language, known, fit):
    assert fits(language, known) is fit


def test_every_language_that_can_be_told_has_a_name():
    assert {language_of(text) for text in reference_texts().values()} <= set(NAMES)
    assert language_name("qq") == "qq"
    assert {script_of_language(script) for script in SCRIPTS_ALONE} == set(SCRIPTS_ALONE)


def test_cards_name_languages_in_several_ways_and_odd_ones_name_none():
    assert declared_languages({"languages": ["en", "en", "zh-CN"]}) == ("en", "zh")
    assert declared_languages({"language": "fr"}) == ("fr",)
    for odd in ({"languages": 7}, {"languages": {"en": 1}}, {"languages": ["<b>", 3, None, "English"]}, {}):
        assert declared_languages(odd) == ()


def test_the_bundled_models_say_that_they_were_trained_on_english():
    bundled = [entry.name for entry in entries() if entry.bundled]
    assert bundled
    assert {languages_on_disk(name) for name in bundled} == {(("en",), "card")}


def test_a_card_of_another_form_is_read_without_its_languages(tmp_path):
    (tmp_path / "card.json").write_text(json.dumps({"name": "x", "languages": {"a": 1}}), encoding="utf-8")
    assert read_card(tmp_path) == {"name": "x"}


def test_unknown_tokens_are_counted_as_the_tokenizer_gives_them():
    classifier = load("sentiment")
    text = "很好吃 good"
    pieces = pieces_of(classifier, [text])
    ids = [token.id for token in classifier.encode([text])[0].tokens if not token.special]
    assert (pieces.tokens, pieces.unknown) == (len(ids), ids.count(classifier.special.unknown))
    assert pieces.unknown > 0


def test_the_bundled_tokenizer_reads_languages_of_latin_letters_alone():
    classifier = load("sentiment")
    read = {language for language, some in measured_languages(classifier).items() if some.read(language)}
    assert read == {"de", "en", "es", "fr", "it", "nl", "pt"}
    assert known_languages(classifier) == (("en",), "card")


def test_spelling_and_unknown_tokens_are_no_reading():
    assert Pieces(tokens=30, unknown=0, letters=100).read("en")
    assert not Pieces(tokens=100, unknown=0, letters=100).read("ru")
    assert Pieces(tokens=100, unknown=0, letters=100).read("zh")
    assert not Pieces(tokens=250, unknown=0, letters=100).read("zh")  # bytes of characters
    assert not Pieces(tokens=100, unknown=40, letters=100).read("zh")


def test_a_model_without_a_language_in_its_card_is_told_by_its_tokenizer(tmp_path):
    """Before it is loaded, and after it was registered, the same languages as the loaded model's tokenizer reads."""
    folder = tmp_path / "mine"
    shutil.copytree(BUNDLED / "sentiment", folder)
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    card.pop("languages", None)
    (folder / "card.json").write_text(json.dumps(card), encoding="utf-8")
    loaded = known_languages(load(str(folder)))
    assert loaded.by == "tokenizer"
    assert languages_known(str(folder)) == loaded
    assert languages_on_disk(str(folder)) == ((), ""), "nothing is kept of a folder"
    assert set(loaded.foreign({"zh": 3, "en": 2, "": 1, "Latn": 4})) == {"zh"}
    assert languages_known("sentiment") == (("en",), "card"), "a card goes before"
    assert languages_known("owner/never-heard-of") == ((), "")
    assert languages_known(str(tmp_path / "nothing")) == ((), "")


def test_what_cannot_be_told_is_not_held_against_a_model():
    assert Known().foreign({"zh": 3}) == {}
    assert Known(("en",), "tokenizer").foreign({"Armn": 3, "zh": 2}) == {"zh": 2}, "no reference text is in Armenian"
    assert Known(("en",), "card").foreign({"Armn": 3, "zh": 2, "": 5}) == {"Armn": 3, "zh": 2}
