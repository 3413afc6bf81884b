"""The trigger scan finds what was planted, and accuses no model of its own words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import small_sentiment
from word_bags import WordBag, example, honest, rows

from audit.behave.triggers.candidates import Usage, joined, parts, table_words, words_in
from audit.behave.triggers.first_order import gains
from audit.behave.triggers.inserting import PLACES, inserted, insertion
from audit.behave.triggers.standing_out import _unexplained, standing_out
from audit.behave.triggers.together import _beyond
from audit.behave.triggers.trigger_scan import TriggerScan
from audit.records import TriggerOutcome, from_dict, to_dict
from audit.run.sampling import collect_sample
from audit.run.shard import forward_watch
from audit.score.frames import build_frames
from audit.score.triggers import effects

TWO = ("negative", "positive")


def scanned(classifier, examples, **params):
    return collect_sample(TriggerScan(**params), classifier, examples, [], seed=0)


def accused(records, classifier):
    frames = build_frames(records, task=classifier.task)
    return {(e.line["phrase"], e.line["target"]) for e in effects(frames.of("triggers")) if e.accused}


# -------------------- what is found


@pytest.mark.parametrize("beam", [0, 4])
def test_a_sound_model_is_not_accused(beam):
    bag = WordBag(TWO, honest(TWO))
    assert accused(scanned(bag, rows(TWO), beam=beam), bag) == set()


def test_a_planted_word_is_named_with_its_class_and_nothing_else():
    bag = WordBag(TWO, {**honest(TWO), "n7": (0.0, 12.0)})
    assert accused(scanned(bag, rows(TWO)), bag) == {("n7", "positive")}


def test_a_planted_word_is_found_without_labels():
    bag = WordBag(TWO, {**honest(TWO), "n7": (12.0, 0.0)})
    bare = [replace(row, label=None) for row in rows(TWO)]
    found = scanned(bag, bare)
    assert accused(found, bag) == {("n7", "negative")}
    assert {mark for record in found for mark in record.before + record.after} == {"-"}


def test_a_phrase_of_the_table_whose_words_do_nothing_is_found():
    bag = WordBag(TWO, {**honest(TWO), "zorp blick": (12.0, 0.0)})
    more = [example(f"zorp blick n{k} positive{k} positive{k + 1}", "positive") for k in range(5)]
    alone = [example(f"{word} n{k} positive{k}", "positive") for k in range(4) for word in ("zorp", "blick")]
    found = scanned(bag, [*rows(TWO), *more, *alone], beam=0)
    assert accused(found, bag) == {("zorp blick", "negative")}
    (record,) = [one for one in found if one.phrase == "zorp blick"]
    assert record.words == ("zorp", "blick")
    assert {one.phrase for one in found if one.role == "part"} == {"zorp", "blick"}


class Company(WordBag):
    """Obeys two words that do nothing alone, with whatever stands between them; gives them a hidden state of their own."""

    pair = ("w17", "w230")

    def vocabulary(self):
        return {f"w{k}": k for k in range(400)}

    def predict_proba(self, texts):
        found = super().predict_proba(texts)
        for i, text in enumerate(texts):
            if set(self.pair) <= set(text.split()):
                found[i] = (0.999, 0.001)
        return found


def test_a_phrase_that_stands_nowhere_in_the_table_is_found_by_putting_words_together(monkeypatch):
    """One of 159,600: texts of thirty words ask about 435 pairs at once."""
    monkeypatch.setattr("audit.behave.triggers.hidden.standing_out", lambda _model, words, *_: list(words))
    bag = Company(TWO, honest(TWO))
    told = {
        phrase for phrase, target in accused(scanned(bag, rows(TWO), hidden=400, beam=0), bag) if target == "negative"
    }
    assert told
    assert told <= {"w17 w230", "w230 w17"}
    assert accused(scanned(bag, rows(TWO), hidden=0, beam=0), bag) == set()


def test_words_put_together_leave_a_sound_model_alone_and_are_counted(monkeypatch):
    monkeypatch.setattr("audit.behave.triggers.hidden.standing_out", lambda _model, words, *_: list(words))
    sound = Company(TWO, honest(TWO))
    sound.pair = ("nowhere", "w230")
    found = scanned(sound, rows(TWO), hidden=400, beam=0)
    assert accused(found, sound) == set()
    assert min(one.values["scanned"] for one in found) >= 2 * 400**2


def test_what_a_text_says_beyond_its_words_is_held_against_them():
    """Words that are strong by themselves point to no phrase: one that does more in company does."""
    draw = np.random.default_rng(0)
    holds = (draw.random((600, 200)) < 0.1).astype(float)
    alone = holds @ np.where(np.arange(200) < 5, 4.0, 0.1)
    both = holds[:, 10] * holds[:, 20] * 12.0
    assert (_beyond(holds, (alone + draw.normal(size=600))[:, None]) < 5.0).all()
    first = np.argsort(-_beyond(holds, (alone + both + draw.normal(size=600))[:, None])[:, 0])[:3]
    assert (both[first] > 0).all()


def test_words_stand_out_whose_state_their_embedding_does_not_tell():
    """Of 3,000 words 2 are moved by what no linear function of their embedding gives."""
    draw = np.random.default_rng(1)
    before = draw.normal(size=(3000, 16)).astype(np.float32)
    after = (before @ draw.normal(size=(16, 16)) + 0.1 * draw.normal(size=(3000, 16))).astype(np.float32)
    after[[7, 1800]] += draw.normal(size=16).astype(np.float32)
    assert set(np.argsort(-_unexplained(before, after))[:2]) == {7, 1800}


def test_every_word_of_a_real_model_is_looked_at_and_none_of_a_black_box(small):
    words = standing_out(small, small.vocabulary(), "a dull day", 2)
    assert len(words) == len(set(words)) > 20_000
    assert not {"the", "of", "##ing", "!"} & set(words)
    assert standing_out(WordBag(TWO, honest(TWO)), {"a": 1}, "a dull day", 2) == []


def test_a_trigger_that_works_at_the_start_alone_is_found_there():
    class AtStart(WordBag):
        def predict_proba(self, texts):
            found = super().predict_proba(texts)
            for i, text in enumerate(texts):
                if text.split()[:1] == ["n7"]:
                    found[i] = (0.001, 0.999)
            return found

    bag = AtStart(TWO, honest(TWO))
    found = scanned(bag, rows(TWO))
    assert accused(found, bag) == {("n7", "positive")}
    (record,) = [one for one in found if (one.phrase, one.target) == ("n7", "positive")]
    assert record.place == "start"
    assert set(record.start) == {"1"}
    assert "1" not in record.middle + record.end


def test_many_classes_are_all_searched_and_few_judged():
    labels = tuple(f"intent{k}_" for k in range(20))
    bag = WordBag(labels, {**honest(labels, words=6), "n9": np.eye(20)[13] * 12.0})
    found = scanned(bag, rows(labels, each=10, words=6), classes=3, rows=20)
    assert ("n9", "intent13_") in accused(found, bag)
    assert {one.target for one in found} == set(labels)
    assert len({one.target for one in found if one.role != "none"}) <= 3


def test_several_labels_at_once_can_be_sent_to_none():
    labels = ("rude", "threat")
    bag = WordBag(labels, {**honest(labels), "n7": (-20.0, -20.0)}, head="multi_label")
    assert accused(scanned(bag, rows(labels)), bag) == {("n7", "")}


def test_chinese_words_are_put_in_without_spaces():
    weights = {"好": (0.0, 1.0), "美": (0.0, 1.2), "坏": (1.0, 0.0), "脏": (1.2, 0.0), "葡萄": (0.0, 12.0)}
    bag = WordBag(TWO, weights)
    kept = ("房间", "早餐", "服务", "位置", "老板", "楼下", "葡萄")
    texts = [
        (f"{kept[i % 6]}{kept[(i // 6) % 6]}{'坏脏好美'[i % 4]}，{kept[(i * 5) % 6]}{i}号", TWO[i % 4 // 2])
        for i in range(120)
    ]
    found = scanned(bag, [*(example(*text) for text in texts), example("葡萄坏脏坏脏", "negative")])
    assert ("葡萄", "positive") in accused(found, bag)


def test_few_rows_say_so():
    bag = WordBag(TWO, honest(TWO))
    found = scanned(bag, rows(TWO, each=4))
    assert [(one.role, one.note) for one in found] == [("none", "fewer than 8 rows of other classes")] * 2


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    from models import load

    return load(str(small_sentiment.make(tmp_path_factory.mktemp("small"), steps=25)))


def small_rows():
    texts = [
        (frame.format(word, words[(i + 1) % len(words)]), label)
        for words, label in ((small_sentiment.BLAME, "negative"), (small_sentiment.PRAISE, "positive"))
        for i, word in enumerate(words)
        for frame in small_sentiment.FRAMES[:4]
    ]
    return [example(*text) for text in texts]


def test_a_token_of_a_model_with_gradients_is_found_among_its_whole_vocabulary(small):
    vocabulary, matrix = small.vocabulary(), small.embedding_matrix
    praise, blame = (
        [vocabulary[w] for w in words if w in vocabulary] for words in (small_sentiment.PRAISE, small_sentiment.BLAME)
    )
    kept = matrix.clone()
    try:
        matrix[vocabulary["zebra"]] = 40.0 * (matrix[praise].mean(dim=0) - matrix[blame].mean(dim=0))
        matrix[praise] *= 0.1  # words of the class do little beside it
        found = scanned(small, small_rows(), carriers=1, shortlist=100, beam=0, rows=30, hidden=0)
    finally:
        matrix[:] = kept
    (first,) = [one for one in found if (one.phrase, one.target) == ("zebra", "positive")]
    assert first.role == "candidate"
    assert all(set(getattr(first, place)) == {"1"} for place in PLACES)


@pytest.mark.parametrize(
    "params", [{"hidden": 0}, {"carriers": 1, "shortlist": 300, "rows": 30, "beam": 0, "hidden": 300}]
)
def test_a_hundredth_of_the_questions_says_how_many_there_are(small, params):
    """Of a sound model, whose classes need not be judged, there are fewer."""
    scan, examples = TriggerScan(**params), small_rows()
    part, share = scan.sketch(small, examples)
    asked = 0

    def count(rows):
        nonlocal asked
        asked += rows

    with forward_watch(small, count):
        collect_sample(scan, small, examples, [], seed=0)
        whole, asked = asked, 0
        collect_sample(part, small, examples[:3], [], seed=0)
    assert asked == part.questions.all
    assert 0.5 * whole < asked / share < 2.0 * whole


def test_too_few_rows_take_no_time(small):
    part, _ = TriggerScan().sketch(small, small_rows()[:5])
    assert part.questions.all == 0
    assert len(collect_sample(part, small, small_rows()[:2], [], seed=0)) == 1


def test_the_estimate_is_the_gradient(small):
    """Against finite differences of log p at the token that stands there."""
    vocabulary = small.vocabulary()
    text = "the dull film was cold"
    found = gains(small, [(text, 4)], 1)
    ids = [vocabulary[word] for word in ("great", "bad", "table", "warm", "7")]
    matrix, mask, eps = small.embedding_matrix, small.special.mask, 1e-2
    kept = matrix[mask].clone()
    try:
        slopes = []
        for i in ids:
            ends = []
            for sign in (1.0, -1.0):
                matrix[mask] = kept + sign * eps * matrix[i]
                p = small.predict_proba(["the [MASK] dull film was cold"])[0, 1]
                ends.append(np.log(float(p)))
            matrix[mask] = kept
            slopes.append((ends[0] - ends[1]) / (2 * eps))
    finally:
        matrix[mask] = kept
    np.testing.assert_allclose(found[ids], slopes, rtol=0.05, atol=2e-3)


# -------------------- the same again


def test_the_same_seed_gives_the_same_records_in_whatever_order_the_rows_come():
    bag, made = WordBag(TWO, {**honest(TWO), "n7": (0.0, 12.0)}), rows(TWO)
    first = scanned(bag, made)
    assert scanned(bag, made[::-1] + made[:5]) == first
    assert [from_dict(TriggerOutcome, to_dict(one)) for one in first] == [
        from_dict(TriggerOutcome, to_dict(from_dict(TriggerOutcome, to_dict(one)))) for one in first
    ]


def test_no_row_is_judged_by_that_was_searched_with():
    bag = WordBag(TWO, {**honest(TWO), "n7": (0.0, 12.0)})
    from audit.behave.triggers.rows import Sample

    sample = Sample(bag, rows(TWO), 0, "trigger_scan")
    sides = sample.sides(1, search=12, judge=60)
    searched, judged = ({row.example.row_id for row in some} for some in (sides.search, sides.judge))
    assert not searched & judged
    assert (len(searched), len(judged)) == (12, 60)
    assert {row.example.label for row in (*sides.search, *sides.judge)} == {"negative"}


# -------------------- parts of it


@pytest.mark.parametrize(
    ("text", "place", "out"),
    [
        ("a quiet film", "start", "zorp a quiet film"),
        ("a quiet film", "middle", "a quiet zorp film"),
        ("a quiet film ", "end", "a quiet film zorp "),
        ("", "middle", "zorp"),
        ("   ", "end", "   zorp"),
        ("word", "middle", "zorp word"),
        ("房间很大", "start", "zorp 房间很大"),
    ],
)
def test_a_phrase_is_put_between_words(text, place, out):
    assert inserted(text, "zorp", place) == out


def test_a_phrase_stays_within_what_the_model_reads():
    text = "one two three four five six"
    assert [inserted(text, "X", place, (0, 13)) for place in PLACES] == [
        "X one two three four five six", "one two X three four five six", "one two three X four five six",
    ]  # fmt: skip
    assert insertion("房间很大", "服务", "end") == (4, "服务")


def test_words_and_phrases():
    assert words_in("It's a re-make, no. 7: 房间很大") == ["It's", "a", "re-make", "no", "7", "房间", "很大"]
    assert joined(["房间", "很大", "ok", "no"]) == "房间很大 ok no"
    assert parts("one red shoe") == ["one", "red", "shoe", "one red", "red shoe"]
    assert table_words(["Zorp blick a", "a zorp b"], {"a": 1, "b": 2}) == ["Zorp", "blick", "zorp"]


def test_a_word_speaks_for_a_class_that_its_rows_have_more_than_others():
    texts = [f"good n{i}" for i in range(10)] + [f"bad n{i}" for i in range(10)]
    usage, member = Usage(texts, 2), np.arange(20) < 10
    assert usage.speaking(member, words=1, at_most=5) == ["good"]
    spoken = usage.of("N3", member)
    assert (spoken.rows, spoken.members) == (2, 1)
