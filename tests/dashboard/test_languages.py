"""Pages say what a table is written in, and warn of a model that was not trained on that."""

from __future__ import annotations

import csv
import json
import shutil
from types import SimpleNamespace

import pytest
from pages import check, seen

from audit.actions import catalog
from audit.actor import local_user
from dashboard.page import live
from models.language_names import language_list
from models.places import BUNDLED

CHINESE = [f"第{i}次来了，房间很干净，服务也不错" for i in range(12)]
ENGLISH = [f"It was not the {i}th time that we had to wait" for i in range(12)]


@pytest.fixture
def uploaded(store, tmp_path):
    """Upload a table of these texts for the bundled model `sentiment`."""

    def upload(texts):
        path = tmp_path / "t.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            labelled = [(text, ("positive", "negative")[i % 2]) for i, text in enumerate(texts)]
            csv.writer(file).writerows([("text", "label"), *labelled])
        return store.add_upload(path, path.name).sha256

    return upload


def ticked(test):
    return {str(one.key).split("-")[2] for one in test.checkbox if str(one.key).startswith("probe-") and one.value}


def test_a_chinese_table_on_an_english_model_is_warned_of_and_gets_chinese_means(app, uploaded):
    test = app("new_audit", table=uploaded(CHINESE), model="sentiment")
    told = [warning.value for warning in test.warning]
    assert any("12 of 12 rows looked at are in Chinese, and the model was trained on English" in one for one in told)
    assert "chinese" in ticked(test)
    assert not {"deepwordbug", "keyboard_typos", "contractions"} & ticked(test)


def test_the_suites_and_the_bar_speak_of_the_table_at_hand(app, uploaded):
    test = app("new_audit", table=uploaded(CHINESE), model="sentiment")
    said = seen(test)
    captions = " ".join(next(one for one in test.radio if one.key == "suite").proto.captions)
    assert "English" not in captions
    assert "about 1 min" in next(one.value for one in test.markdown if "probes" in one.value), (
        "12 of 50 rows in 5 minutes"
    )
    assert "Estimate* says" not in said
    next(one for one in test.radio if one.key == "suite").set_value("deep").run()
    assert "*Estimate* says how long it takes" in seen(test), "nobody has timed it on Chinese"


@pytest.mark.parametrize(
    ("reads", "warned"),
    [
        (["de", "en"], "12 of 12 rows looked at are in Chinese, which the model's tokenizer cannot read"),
        (["en", "zh"], ""),
    ],
)
def test_a_model_whose_card_names_no_language_is_warned_of_by_its_tokenizer(
    app, uploaded, store, tmp_path, reads, warned
):
    """It was measured when the model was registered, and is known without loading it."""
    folder = tmp_path / "mine"
    shutil.copytree(BUNDLED / "sentiment", folder)
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    card.pop("languages", None)
    (folder / "card.json").write_text(json.dumps(card), encoding="utf-8")
    catalog.register(local_user(), "mine", str(folder), labels=["negative", "positive"], reads=reads)
    test = app("new_audit", table=uploaded(CHINESE), model="mine")
    said = seen(test)
    assert (warned in said) if warned else ("rows looked at are in Chinese" not in said)
    assert f"Its card names no language; its tokenizer reads {language_list(reads)}." in said


def test_an_english_table_on_an_english_model_is_as_it_was(app, uploaded):
    test = app("new_audit", table=uploaded(ENGLISH), model="sentiment")
    assert not any("trained on" in warning.value for warning in test.warning)
    assert {"deepwordbug", "keyboard_typos", "contractions"} <= ticked(test)
    assert "chinese" not in ticked(test)


def test_the_page_of_a_table_says_its_languages_and_counts_words_as_they_are_cut(app, uploaded):
    test = app("data", table=uploaded([*CHINESE[:6], *ENGLISH[:6]]))
    assert any("English (50.0%), Chinese (50.0%)" in caption.value for caption in test.caption)
    words = next(metric for metric in test.metric if metric.label == "Words, median")
    assert 8 <= int(words.value) <= 12


class Away:
    """A model process that is not there to answer."""

    def ask(self, *_, **__):
        return SimpleNamespace(
            done=True, error="The model process is gone.", result=None, cancel=lambda: None, wait=lambda *_: None
        )


def test_where_nobody_can_say_what_a_model_reads_the_page_says_so(monkeypatch, app, uploaded, tmp_path):
    folder = tmp_path / "mine"
    shutil.copytree(BUNDLED / "sentiment", folder)
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    card.pop("languages", None)
    (folder / "card.json").write_text(json.dumps(card), encoding="utf-8")
    catalog.register(local_user(), "mine", str(folder), labels=["negative", "positive"])
    monkeypatch.setattr(live, "live_process", Away)
    test = app("new_audit", table=uploaded(ENGLISH), model="mine")
    check(test)
    assert "Which languages the model reads could not be found out." in seen(test)
    assert not test.button(key="start").disabled
