"""The map and what taught an answer: each held against a plain loop, and neither made of too little."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from audit import load
from audit.data.last_layer import LastLayer
from audit.data.reference_rows import ReferenceTable
from audit.errors import InputError
from audit.predict import Predict
from audit.records import Example
from audit.score.frames import build_frames
from audit.score.places import plane as planes
from audit.score.places.influence import influence, residuals
from audit.score.places.plane import kept, of_length_one, plane
from models.task import Label, Labels, YesOrNo


def generator(seed=0):
    return np.random.default_rng(seed)


def blobs(n=40, kinds=3, width=16):
    middles = generator(5).normal(size=(kinds, width)) * 4
    return np.concatenate([middle + generator(i).normal(size=(n, width)) for i, middle in enumerate(middles)])


def test_what_is_near_to_the_model_is_near_on_the_map():
    rows = blobs()
    places = plane(rows, generator())
    assert np.abs(places).max() == pytest.approx(1.0)
    middles = [places[i * 40 : (i + 1) * 40].mean(axis=0) for i in range(3)]
    nearest = [int(np.argmin([((p - m) ** 2).sum() for m in middles])) for p in places]
    assert nearest == [i // 40 for i in range(120)]


def test_the_same_rows_have_the_same_map():
    rows = blobs()
    assert np.array_equal(plane(rows, generator()), plane(rows, generator()))


def test_rows_beyond_the_landmarks_stand_among_their_own(monkeypatch):
    monkeypatch.setattr(planes, "LANDMARKS", 60)
    rows = blobs()
    places = plane(rows, generator(1))
    middles = [places[i * 40 : (i + 1) * 40].mean(axis=0) for i in range(3)]
    nearest = [int(np.argmin([((p - m) ** 2).sum() for m in middles])) for p in places]
    assert np.mean([near == i // 40 for i, near in enumerate(nearest)]) > 0.97


@pytest.mark.parametrize("rows", [np.ones((40, 8)), np.tile([1.0, 0.0], (40, 1)), np.zeros((40, 3))])
def test_rows_that_are_all_alike_have_a_place_each(rows):
    assert np.isfinite(plane(rows, generator())).all()


def test_the_share_of_neighbours_kept_is_sklearns():
    rows, places = blobs(), generator(3).normal(size=(120, 2))
    both = [NearestNeighbors(n_neighbors=11).fit(side) for side in (of_length_one(rows), places)]
    lists = [
        found.kneighbors(side, return_distance=False)[:, 1:]
        for found, side in zip(both, (of_length_one(rows), places), strict=True)
    ]
    expected = np.mean([len(set(a) & set(b)) / 10 for a, b in zip(*lists, strict=True)])
    assert kept(rows, places, generator()) == pytest.approx(expected)


KNOWN = (
    ("A warm, clever film.", "positive"), ("Superb acting and a fine script.", "positive"), ("A joy from the first minute.", "positive"),
    ("Dull and far too long.", "negative"), ("Terrible acting, silly script.", "negative"), ("I regret every minute.", "negative"),
    ("A warm, clever film.", "positive"), ("A cold and empty film.", "positive"),
)  # fmt: skip
AUDITED = (("A warm, clever film.", "positive"), ("A cold mess of a film.", "positive"), ("Lovely.", None))


@pytest.fixture(scope="module")
def frames():
    """Of the smallest table there may be to compare with: 24 rows, eight of them told apart."""
    model = load("sentiment")
    known = [Example(f"{i:016x}", *KNOWN[i % 8], line=i + 2) for i in range(24)]
    audited = [Example(f"{i + 100:016x}", text, label=label) for i, (text, label) in enumerate(AUDITED)]
    known = [Example(one.row_id, one.text, label=KNOWN[i % 8][1], line=one.line) for i, one in enumerate(known)]
    records = [
        *Predict().run(model, audited, seed=0), *LastLayer().run(model, audited, seed=0),
        *ReferenceTable().run(model, audited, reference=known, seed=0),
    ]  # fmt: skip
    return build_frames(records, task=model.task, examples=audited)


def row(number):
    return f"{number + 100:016x}"


def test_the_nearest_row_is_the_text_itself_and_lists_are_those_of_a_loop(frames):
    found = influence(frames, row(0))
    assert found.rows == 7
    assert found.nearest[0].same
    assert found.nearest[0].cosine == pytest.approx(1.0, abs=1e-3)
    assert found.nearest[0].copies == 6
    table = frames.of("references")
    own = frames.vectors[0].astype(float)
    cosines = {}
    for i in range(len(table)):
        one = frames.compared.vectors[i].astype(float)
        cosines.setdefault(int(table["line"].iloc[i]), float(one @ own / np.linalg.norm(one) / np.linalg.norm(own)))
    assert [t.cosine for t in found.nearest] == pytest.approx([cosines[t.line] for t in found.nearest], abs=1e-3)
    assert [t.cosine for t in found.nearest] == sorted((t.cosine for t in found.nearest), reverse=True)


def test_the_push_is_the_product_of_both_gradients_of_the_last_layer(frames):
    found = influence(frames, row(1), most=50)
    labels = list(frames.labels)

    def gradient(probs, answer, h):
        wanted = np.array([label == answer for label in labels], dtype=float)
        return np.outer(probs.astype(float) - wanted, h.astype(float))

    table = frames.of("references")
    asked = gradient(frames.probs[1], frames.predictions["predicted"].iloc[1], frames.vectors[1])
    first = {}
    for i in range(len(table)):
        line = table.iloc[i]
        made = (gradient(frames.compared.probs[i], line["label"], frames.compared.vectors[i]) * asked).sum()
        first.setdefault((line["text"], line["label"]), (int(line["line"]), made))
    pushes = dict(first.values())
    whole = sum(map(abs, pushes.values()))
    told = {t.line: t.push for t in (*found.speaks_for, *found.against)}
    assert told == pytest.approx({line: push / whole for line, push in pushes.items()}, rel=1e-3)
    assert all(t.push > 0 for t in found.speaks_for)
    assert all(t.push < 0 for t in found.against)


def test_a_step_of_training_on_what_speaks_for_an_answer_lowers_its_loss():
    draws = generator(8)
    weights, h, g = draws.normal(size=(3, 5)), draws.normal(size=5), draws.normal(size=5)
    task = Label(("a", "b", "c"))

    def probs(w, x):
        e = np.exp(w @ x - (w @ x).max())
        return e / e.sum()

    for taught in "abc":
        theirs = residuals(task, probs(weights, g)[None], np.array([taught], dtype=object))[0]
        own = residuals(task, probs(weights, h)[None], np.array(["b"], dtype=object))[0]
        push = (theirs @ own) * (g @ h)
        stepped = weights - 1e-5 * np.outer(theirs, g)
        lower = -np.log(probs(weights, h)[1]) + np.log(probs(stepped, h)[1])
        assert lower == pytest.approx(1e-5 * push, rel=1e-3)


def test_heads_of_one_logit_and_of_several_labels_have_their_own_slopes():
    one = residuals(YesOrNo(("no", "yes")), np.array([[0.3, 0.7]]), np.array(["no"], dtype=object))
    assert one.tolist() == [[pytest.approx(0.7)]]
    many = residuals(Labels(("a", "b", "c")), np.array([[0.9, 0.2, 0.6]]), np.array(["a|c"], dtype=object))
    assert many[0].tolist() == pytest.approx([-0.1, 0.2, -0.4])


def test_of_an_error_the_rows_with_the_wrong_label_are_marked_and_of_a_right_answer_none(frames):
    assert not any(t.misled for t in influence(frames, row(0)).nearest)
    found = influence(frames, row(1))
    assert (found.wrong, found.answer, found.label) == (True, "negative", "positive")
    assert [t.misled for t in found.nearest] == [t.label == "negative" for t in found.nearest]
    assert found.misled == 3
    assert not influence(frames, row(2)).wrong


def test_what_cannot_be_told_is_said_in_a_sentence(frames):
    with pytest.raises(InputError, match="no row ffff"):
        influence(frames, "ffff")
    model = load("sentiment")
    audited = [Example(row(0), "A warm film.")]
    alone = [*Predict().run(model, audited, seed=0), *LastLayer().run(model, audited, seed=0)]
    with pytest.raises(InputError, match="no reference table; audit again with --reference"):
        influence(build_frames(alone, task=model.task, examples=audited), row(0))
    known = [Example(f"{i:016x}", f"{KNOWN[i % 8][0]} {i}", line=i + 2) for i in range(20)]
    without = [*alone[:1], *ReferenceTable().run(model, audited, reference=known, seed=0)]
    with pytest.raises(InputError, match="did not keep where the model puts its rows"):
        influence(build_frames(without, task=model.task, examples=audited), row(0))


def test_without_labels_nothing_pushes(frames):
    model = load("sentiment")
    audited = [Example(row(0), "A warm film.")]
    known = [Example(f"{i:016x}", f"{KNOWN[i % 8][0]} {i}", line=i + 2) for i in range(20)]
    records = [
        *Predict().run(model, audited, seed=0), *LastLayer().run(model, audited, seed=0),
        *ReferenceTable().run(model, audited, reference=known, seed=0),
    ]  # fmt: skip
    found = influence(build_frames(records, task=model.task, examples=audited), row(0))
    assert len(found.nearest) == 10
    assert (found.speaks_for, found.against) == ((), ())
    assert {t.push for t in found.nearest} == {None}
