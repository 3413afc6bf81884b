"""A negation put in: only where it is certain what it does, told of rows whose answer stays, apart from harmless changes."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from audit.behave.negation import OPPOSITES, Negation, leaning, polar_labels
from audit.kinds import KINDS
from audit.records import DirectionOutcome, Example, from_dict, to_dict
from audit.score.direction import FALL, direction
from audit.score.frames import build_frames
from audit.score.intervals import share_interval
from audit.score.measurer import Measurer
from models.task import Label, Labels


class Model:
    """Knows good from bad words; reads a negation where it `reads` them."""

    capabilities = SimpleNamespace(tokens=False)
    max_tokens = 512

    def __init__(self, reads: bool, labels=("negative", "positive"), fall: float = 0.0) -> None:
        self.reads, self.labels, self.fall = reads, labels, fall
        self.task = Label(labels)

    def predict_proba(self, texts):
        return np.asarray([self._of(text if isinstance(text, str) else text[0]) for text in texts])

    def _of(self, text: str) -> list[float]:
        if "boom" in text:
            raise RuntimeError("no memory left")
        good = 0.9 if any(word in text for word in ("superb", "love", "great")) else 0.1
        negated = " not " in text or "n't " in text
        if negated and self.reads:
            good = 1 - good
        elif negated and good > 0.5:
            good -= self.fall
        return [1 - good, good, *[0.0] * (len(self.labels) - 2)]


def rows(*texts: str) -> list[Example]:
    return [Example(f"{i:016x}", text, "positive") for i, text in enumerate(texts)]


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("The acting is superb.", ["The acting is not superb.", "The acting isn't superb."]),
        ("The rooms were dirty", ["The rooms were not dirty", "The rooms weren't dirty"]),
        ("I love this place", ["I do not love this place", "I don't love this place"]),
        ("We enjoyed the tour.", ["We did not enjoy the tour.", "We didn't enjoy the tour."]),
    ],
)
def test_the_verb_that_carries_the_opinion_is_negated_both_ways(text, after):
    assert Negation().variants(text) == after


@pytest.mark.parametrize(
    "text",
    [
        "The acting is not superb.",  # a negation stands there
        "The acting is superb but the plot is thin.",  # two clauses
        "The acting is superb. The plot is dull.",  # two sentences
        "Is the acting superb?",
        "The wonderful cast is awful.",  # speaks for and against
        "The superb cast is here.",  # the praise is not what the verb says
        "The film is long.",  # no opinion
        "If the acting is superb, go.",
        "The acting is definitely superb.",  # "not definitely superb" says something else
        "The film is going to be superb.",
        "Das Essen ist superb.",
        "The acting is superb " + "and superb " * 30,
        "",
    ],
)
def test_what_a_negation_would_do_otherwise_is_left_alone(text):
    assert Negation().variants(text) == []


def test_words_lean_by_their_strongest_part_of_speech():
    assert leaning("superb") > 0.5
    assert leaning("dirty") < -0.5
    assert leaning("film") == 0


def test_labels_that_are_opposites_are_found_however_they_are_written():
    assert polar_labels(("NEGATIVE", "Neutral", "POSITIVE")) == {"NEGATIVE", "POSITIVE"}
    assert polar_labels(("not_recommended", "recommended")) == {"not_recommended", "recommended"}
    assert polar_labels(("ham", "spam")) == frozenset()
    assert all(len({first, second}) == 2 for first, second in OPPOSITES)


def test_a_model_without_opposites_or_with_several_labels_at_once_is_told_why():
    assert "turns opinions alone" in (Negation().unavailable(Model(True, ("ham", "spam"))) or "")
    several = SimpleNamespace(labels=("negative", "positive"), task=Labels(("negative", "positive")))
    assert Negation().unavailable(several) is not None
    assert Negation().unavailable(Model(True)) is None


def test_who_reads_the_negation_turns_and_who_does_not_stays():
    texts = rows("The acting is superb.", "The film is long.", "The rooms were dirty")
    turned = list(Negation().run(Model(True), texts, seed=0))
    assert [(one.kept, one.fall, len(one.variants)) for one in turned] == [(0, None, 2), (0, None, 0), (0, None, 2)]
    stayed = list(Negation().run(Model(False, fall=0.05), texts, seed=0))
    assert [(one.kept, len(one.variants)) for one in stayed] == [(2, 2), (0, 0), (2, 2)]
    assert [one.fall for one in stayed] == [pytest.approx(0.05), None, pytest.approx(0.0)]
    assert all(variant.changes for one in stayed for variant in one.variants)
    assert to_dict(from_dict(DirectionOutcome, to_dict(stayed[0]))) == to_dict(stayed[0])


def test_what_is_neither_praise_nor_blame_need_not_turn():
    class Neutral(Model):
        def _of(self, text):
            return [0.1, 0.2, 0.7]

    [one] = Negation().run(Neutral(False, ("negative", "positive", "neutral")), rows("The acting is superb."), seed=0)
    assert one.variants == ()


def test_a_failing_row_ends_no_other():
    found = list(Negation().run(Model(True), rows("The acting is superb.", "boom", "The rooms were dirty"), seed=0))
    assert [one.error for one in found] == [None, "RuntimeError: no memory left", None]


def scores(model: Model, *texts: str):
    examples = rows(*texts)
    records = list(Negation().run(model, examples, seed=0))
    frames = build_frames(records, examples=examples, task=model.task)
    return {measure.name: measure for measure in direction(frames, Measurer())}


def test_its_score_is_the_share_of_rows_whose_answer_stays_with_wilson_s_interval():
    texts = [f"The acting in part {i} is superb." for i in range(12)] + ["The film is long."]
    stays = scores(Model(False), *texts)["direction_failure"]
    score = stays.score(0.95)
    assert (score.value, score.n) == (1.0, 12)
    assert (score.low, score.high) == pytest.approx(share_interval(12, 12, 0.95), abs=1e-6)
    assert dict(score.where) == {"capability": "Negation"}
    assert len(stays.evidence) > 0
    assert "1 row that offers nothing" in score.note
    assert "falls by 10 percentage points or more" in score.note
    assert scores(Model(True), *texts)["direction_failure"].score(0.95).value == 0.0


def test_an_answer_that_is_clearly_less_sure_has_moved():
    assert scores(Model(False, fall=FALL + 0.01), "The acting is superb.")["direction_failure"].value == 0.0
    assert scores(Model(False, fall=FALL - 0.01), "The acting is superb.")["direction_failure"].value == 1.0


def test_without_records_there_are_no_scores():
    frames = build_frames([], examples=[], task=Label(("a", "b")))
    assert list(direction(frames, Measurer())) == []


def test_it_has_no_part_in_the_worst_case_over_harmless_changes():
    assert "negation" not in KINDS["perturbation"].probes
    assert KINDS["direction"].frame != KINDS["perturbation"].frame
