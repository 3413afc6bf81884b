import copy
import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.old_forms import read_finding, read_score, read_slice
from audit.records import from_dict, to_dict
from audit.said import Telling, literal
from audit.scored import Finding, Score
from audit.slices import Slice, of_group, score_key

NAMES = st.text(st.sampled_from("ab,=[]@\\*|:? "), max_size=6) | st.sampled_from(
    ["label=a", "a,word=b", "group:x", "billing [EU]", "x,predicted=y", "*"]
)
SLICES = st.one_of(
    st.builds(lambda a: Slice(label=a), NAMES),
    st.builds(lambda a, b: Slice(label=a, predicted=b), NAMES, NAMES),
    st.builds(lambda a, b: Slice(label=a, word=b), NAMES, NAMES),
    st.builds(of_group, NAMES),
    st.builds(of_group, NAMES, NAMES),
    st.builds(lambda a, b, c: of_group(a, b, label=c), NAMES, NAMES, NAMES),
)


def score(where, name="class_recall"):
    return Score(name, 0.5, 0.1, 0.9, 0.95, 20, "wilson", "higher_is_better", name, where=where)


@given(SLICES, SLICES)
def test_two_slices_never_share_a_key(one, other):
    assert (score_key("a", "p", one) == score_key("a", "p", other)) == (one == other)


@given(SLICES)
def test_a_slice_is_plain_json_and_comes_back(where):
    data = json.loads(json.dumps(to_dict(score(where))))
    assert data["where"] == dict(where)
    assert data["slice"] == str(where)
    assert from_dict(Score, data) == score(where)
    assert pickle.loads(pickle.dumps(where)) == copy.deepcopy(where) == where


def test_plain_names_keep_the_plain_form():
    assert str(Slice(word="b", label="a")) == Slice(label="a", word="b").key == "label=a,word=b"
    assert str(of_group("region", "north", label="a")) == "group:region=north,label=a"
    assert score(Slice(label="billing [EU]")).key == "class_recall[label=billing [EU]]"
    assert score(Slice(label="a,b=c")).key == r"class_recall[label=a\,b\=c]"
    assert score(Slice()).key == "class_recall"


OLD = [
    ("class_recall", Slice(label="a,word=b")),
    ("class_recall", Slice(label="x,y=z")),
    ("confusion_share", Slice(label="a,predicted=b", predicted="c")),
    ("confusion_share", Slice(label="a", predicted="b,predicted=c")),
    ("shortcut_word", Slice(label="a,word=b", word="c")),
    ("group_accuracy", of_group("a=b", "c=d")),
    ("group_tpr", of_group("a", "b,label=c", label="a,word=b")),
    ("accuracy_gap", of_group("a=b")),
]


@pytest.mark.parametrize(("name", "where"), OLD)
def test_slices_written_as_text_are_read_by_what_the_run_knows(name, where):
    labels = ["a", "b", "c", "a,word=b", "x,y=z", "a,predicted=b", "b,predicted=c"]
    found = [read_slice(name, str(where), labels, ["a=b", "a"])]
    if name == "confusion_share":  # the text alone cannot say which of two
        assert str(found[0]) == str(where)
        assert {found[0]["label"], found[0]["predicted"]} <= set(labels)
    else:
        assert found == [where]


def test_old_scores_and_findings_get_their_slice_and_new_ones_stay():
    new = to_dict(score(Slice(label="a,b")))
    old = {key: value for key, value in new.items() if key != "where"}
    assert from_dict(Score, read_score(old, ["a,b"])) == score(Slice(label="a,b"))
    assert read_score(new) == new
    finding = Finding(
        "check:c:class_recall[label=a,b]", Telling(literal("t")), "PASS", "low", score(Slice(label="a,b")), 0.5, 0.95
    )
    before = {**to_dict(finding), "score": old}
    assert read_finding(before, ["a,b"])["id"] == r"check:c:class_recall[label=a\,b]"
    assert read_finding(to_dict(finding)) == to_dict(finding)


def test_a_slice_in_words_has_a_column_of_the_table_by_its_own_name():
    assert of_group("channel", "web", label="positive").said == "channel: web, label: positive"
    assert of_group("channel").said == "channel"
    assert Slice().said == ""
