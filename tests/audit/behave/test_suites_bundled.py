"""The suites that come with Assay: what they promise of themselves, without a model."""

from __future__ import annotations

import json
from collections import Counter
from itertools import pairwise

import pytest

from audit.behave.suites.bundled import FOLDER, bundled, names
from audit.errors import AuditError
from models.places import BUNDLED
from models.text_language import text_fits

MODEL_OF = {"sentiment": "sentiment", "intents": "intents", "moderation": "toxicity"}
LANGUAGES = {"english": "en", "chinese": "zh"}
ALL = [f"{scene}-{language}" for scene in MODEL_OF for language in LANGUAGES]
FULL_WIDTH = "，。！？；："


def labels(model: str) -> set[str]:
    """Labels of a bundled model, from its card."""
    return set(json.loads((BUNDLED / model / "card.json").read_text(encoding="utf-8"))["labels"])


def test_these_come_with_assay():
    assert list(names()) == sorted(ALL)
    with pytest.raises(AuditError, match="sentiment-english"):
        bundled("sentiment-latin")


@pytest.mark.parametrize("name", ALL)
class TestBundled:
    def test_it_has_tests_enough_and_each_says_what_it_shows(self, name):
        suite = bundled(name)
        assert len(suite.tests) >= 12
        assert {"MFT", "INV", "DIR"} == {test.type for test in suite.tests}
        assert (
            "Irony is left out on purpose" in suite.description or "irony is left out on purpose" in suite.description
        )
        for test in suite.tests:
            assert 20 <= len(test.cases) <= 200, test.name
            assert test.capability, test.name
            assert test.description.endswith("."), test.name

    def test_its_labels_are_those_of_the_bundled_model(self, name):
        scene, _, _ = name.partition("-")
        assert bundled(name).labels, "nothing else would hold the next line"
        assert set(bundled(name).labels) <= labels(MODEL_OF[scene])

    def test_all_texts_of_a_test_are_different(self, name):
        for test in bundled(name).tests:
            texts = Counter(text for case in test.cases for text in case.texts)
            assert [text for text, times in texts.items() if times > 1] == [], test.name

    def test_no_text_is_held_to_two_labels(self, name):
        held: dict[str, tuple[str, str | None]] = {}
        for test in bundled(name).tests:
            if test.type != "MFT":
                continue
            for case in test.cases:
                for text, label in zip(case.texts, case.labels, strict=True):
                    assert held.setdefault(text, (test.expectation.wanted, label)) == (
                        test.expectation.wanted,
                        label,
                    ), text

    def test_its_texts_are_in_its_language(self, name):
        suite = bundled(name)
        language = LANGUAGES[name.rpartition("-")[2]]
        assert suite.language == language
        texts = [text for test in suite.tests for case in test.cases for text in case.texts]
        assert [text for text in texts if not text_fits(text, (language,))] == []
        if language == "zh":
            assert [text for text in texts if set(text.replace("19:30", "")) & set(",.!?;:")] == []
        else:
            assert [text for text in texts if set(text) & set(FULL_WIDTH)] == []

    def test_no_slot_and_no_double_space_is_left(self, name):
        texts = [text for test in bundled(name).tests for case in test.cases for text in case.texts]
        assert [text for text in texts if set("{}") & set(text) or "  " in text or text != text.strip()] == []

    def test_english_articles_agree(self, name):
        if not name.endswith("english"):
            return
        words = [text.split() for test in bundled(name).tests for case in test.cases for text in case.texts]
        pairs = {(a.casefold(), b) for text in words for a, b in pairwise(text) if a.casefold() in {"a", "an"}}
        vowel = {(a, b) for a, b in pairs if b[0].casefold() in "aeio"}
        assert {a for a, _ in vowel} <= {"an"}, vowel
        assert {a for a, _ in pairs - vowel} <= {"a"}, pairs - vowel


def test_every_file_of_the_folder_is_a_suite():
    assert {path.name for path in FOLDER.iterdir()} == {f"{name}.toml" for name in ALL}
