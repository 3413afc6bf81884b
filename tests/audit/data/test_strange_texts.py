"""Asking about texts that are none of the model's business: which texts, what counts, and what a model that knows its limits gets."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest

from audit import load
from audit.data.strange_texts import SCORE, StrangeTexts, strange_texts
from audit.kinds import find
from audit.records import Example, Prediction
from audit.score.frames import build_frames
from audit.score.samples import samples
from audit.score.scoring import measure_families
from models.task import Label
from models.text_language import language_of

LABELS = ("no", "yes")


class Fake:
    """Says yes, of what it knows with a confidence of its own, of all else with another."""

    name, task = "fake", Label(LABELS)

    def __init__(self, known, of_known=0.9, of_others=0.6):
        self.known, self.sure = set(known), (of_known, of_others)

    def encode_rows(self, texts):
        return [(text,) for text in texts], [1] * len(texts)

    def logits(self, rows):
        sure = np.array([self.sure[0] if text in self.known else self.sure[1] for (text,) in rows])
        return np.log(np.column_stack([1.0 - sure, sure]))

    def probabilities(self, logits):
        return np.exp(logits)


def rows(n=40, language="en"):
    said = (
        "The number {i} film was quiet, warm and clever"
        if language == "en"
        else "第{i}部电影非常安静而且聪明，我很喜欢"
    )
    return [Example(f"{i:016x}", said.format(i=i), label="yes") for i in range(n)]


def found(model, table, **settings):
    return {record.subject: record for record in StrangeTexts(**settings).run(model, table, seed=0)}


def test_a_model_that_is_sure_of_what_it_knows_alone_is_never_sure_of_the_rest():
    table = rows()
    made = found(Fake(e.text for e in table), table)
    assert list(made) == ["shuffled", "languages", "domains", "blanks"]
    assert {record.values[SCORE] for record in made.values()} == {0.0}
    assert [record.values["usual_confidence"] for record in made.values()] == pytest.approx([0.9] * 4)
    sure = found(Fake([], of_others=0.9), table)
    assert {record.values[SCORE] for record in sure.values()} == {1.0}


def test_shuffled_rows_hold_the_same_words_in_another_order():
    table, asked = [*rows(), Example("f" * 16, "Too short", label="yes")], []

    class Hearing(Fake):
        def encode_rows(self, texts):
            asked.extend(texts)
            return super().encode_rows(texts)

    made = found(Hearing(e.text for e in table), table)["shuffled"]
    assert set(made.rows) == {e.row_id for e in rows()}
    shuffled = [text for text in asked if text not in {e.text for e in table}][:40]
    assert sorted(map(sorted, (t.split() for t in shuffled))) == sorted(sorted(e.text.split()) for e in rows())


def test_what_a_table_is_written_in_is_no_other_language():
    chinese = found(Fake(e.text for e in rows(language="zh")), rows(language="zh"))
    said = strange_texts()
    assert chinese["languages"].estimates[SCORE].trials == sum(
        len(t) for code, t in said["languages"].items() if code != "zh"
    )
    assert "domains" not in chinese, "English sentences would be another language"
    for code, texts in said["languages"].items():
        assert {language_of(text) for text in texts} <= {code, "Latn", "Cyrl", "Arab"}, code


def test_rows_that_are_wrong_do_not_say_what_is_usual_and_too_few_right_ones_say_nothing():
    table = [Example(e.row_id, e.text, label="no") for e in rows()]
    with pytest.raises(ValueError, match="0 rows right, and 20 are needed"):
        found(Fake([]), table)
    unlabelled = [Example(e.row_id, e.text) for e in rows()]
    assert found(Fake(e.text for e in unlabelled), unlabelled)["blanks"].values["usual_confidence"] == pytest.approx(
        0.9
    )


def test_the_share_is_a_score_with_wilsons_interval_of_its_own_texts():
    table = rows()
    records = [Prediction(e.row_id, "yes", (0.1, 0.9), 3, 3, probe="predict") for e in table]
    made = list(StrangeTexts().run(load("sentiment"), [Example(e.row_id, e.text) for e in table], seed=0))
    frames = build_frames([*records, *made], labels=LABELS, examples=table)
    scores = {s.where["subject"]: s for s in measure_families(frames, [samples]).scores(0.95)}
    for record in made:
        score, estimate = scores[record.subject], record.estimates[SCORE]
        ends = binomtest(round(estimate.hits), round(estimate.trials)).proportion_ci(0.95, "wilson")
        assert (score.low, score.high) == (pytest.approx(ends.low, abs=1e-6), pytest.approx(ends.high, abs=1e-6))
        assert score.n == estimate.trials


def test_it_is_on_offer():
    assert find("sample", "strange_texts") is StrangeTexts
