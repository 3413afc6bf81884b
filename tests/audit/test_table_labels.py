"""Labels of a table matched to a model's; profile, duplicates and contradictions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from audit.errors import InputError, TableError
from audit.table import AuditTable, TableOptions, conflicts, duplicates, match_labels, open_table, profile

MODEL = ("negative", "positive")


def read(folder: Path, content: str, **options: Any) -> AuditTable:
    path = folder / "table.csv"
    path.write_text(content, encoding="utf-8", newline="")
    return open_table(path, TableOptions(**options))


@pytest.mark.parametrize(
    ("found", "expected", "how"),
    [
        (["negative", "positive"], {"negative": "negative", "positive": "positive"}, "name"),
        ([" Negative", "POSITIVE "], {" Negative": "negative", "POSITIVE ": "positive"}, "name"),
        (["0", "1"], {"0": "negative", "1": "positive"}, "index"),
        (["0.0", "1.00"], {"0.0": "negative", "1.00": "positive"}, "index"),
        (["LABEL_1", "label_0"], {"LABEL_1": "positive", "label_0": "negative"}, "index"),
        (["1"], {"1": "positive"}, "index"),
        (["1", "2"], {}, "name"),
        (["positive", "1"], {"positive": "positive"}, "name"),
        (["positve"], {}, "name"),
        (["-1", "1"], {}, "name"),
        ([], {}, "name"),
    ],
)
def test_matching_rules(found: list[str], expected: dict[str, str], how: str):
    mapping = match_labels(found, MODEL)
    assert mapping.mapping == expected
    assert mapping.how == how
    assert set(mapping.unmatched) == set(found) - set(expected)
    assert bool(mapping.warnings) == (how == "index")
    assert set(mapping.unused) == set(MODEL) - set(expected.values())


def test_names_go_before_positions():
    assert match_labels(["1", "0"], ("1", "0")).mapping == {"1": "1", "0": "0"}


def test_labels_that_differ_by_case_only_match_exactly():
    mapping = match_labels(["Apple", "apple", "APPLE"], ("apple", "Apple"))
    assert mapping.mapping == {"Apple": "Apple", "apple": "apple"}
    assert mapping.unmatched == {"APPLE": 1}


def test_case_folding_is_unicode_s():
    assert match_labels(["GROSSE"], ("große", "klein")).mapping == {"GROSSE": "große"}


def test_the_user_s_choice_goes_first():
    mapping = match_labels({"bad": 5, "good": 3, "1": 1}, MODEL, chosen={"bad": "negative", "good": "positive"})
    assert mapping.mapping == {"bad": "negative", "good": "positive"}
    assert mapping.unmatched == {"1": 1}
    assert mapping.how == "chosen"
    with pytest.raises(InputError, match="'bad' was mapped to 'awful'"):
        match_labels(["bad"], MODEL, chosen={"bad": "awful"})


def test_several_labels_in_a_cell():
    labels = ("food", "price", "staff")
    mapping = match_labels(["staff|Food", "price", "food|taste"], labels, multi_label=True)
    assert mapping.mapping == {"staff|Food": "food|staff", "price": "price"}
    assert mapping.unmatched == {"food|taste": 1}
    assert mapping.labels == ("food", "price", "staff", "food|staff")
    assert match_labels(["staff|food"], labels).unmatched == {"staff|food": 1}


def test_none_of_the_labels_is_no_answer_of_a_model_that_gives_every_text_one():
    mapping = match_labels(["|", "good"], ("good", "bad"))
    assert mapping.complaint("|").startswith(
        "the row says that none of the labels is right ('|', or an empty list), but"
    )
    assert match_labels(["|", "good"], ("good", "bad"), multi_label=True).unmatched == {}


def test_matched_rows_have_the_model_s_labels_and_their_own_ids(tmp_path: Path):
    table = read(tmp_path, "text,label\na,1\nb,0\nc,\nd,1\n")
    matched = table.matched(MODEL)
    assert [e.label for e in matched] == ["positive", "negative", None, "positive"]
    assert list(matched.row_ids()) == list(table.row_ids())
    assert matched.labels == MODEL
    assert matched.label_codes.tolist() == [1, 0, -1, 1]
    assert matched.label_counts == {"positive": 2, "negative": 1}
    assert "0 = negative, 1 = positive" in matched.warnings[0]
    assert [e.label for e in table] == ["1", "0", None, "1"]


def test_unknown_labels_are_faults_beside_the_others(tmp_path: Path):
    table = read(tmp_path, "text,label\na,positve\nb,negative\n,positive\nc,weird\nd\n")
    matched = table.matched(MODEL)
    assert [(f.line, f.column, f.kind) for f in matched.faults] == [
        (2, "label", "unknown_label"), (4, "text", "empty_text"), (5, "label", "unknown_label"), (6, "label", "ragged"),
    ]  # fmt: skip
    assert matched.faults[0].message == (
        "'positve' is not a label of the model (negative, positive); did you mean 'positive'?"
    )
    assert matched.faults[2].message == "'weird' is not a label of the model (negative, positive)."
    assert [e.text for e in matched] == ["b"]
    with pytest.raises(TableError) as raised:
        matched.require()
    assert len(raised.value.faults) == 4
    assert len(matched.require(keep_good=True)) == 1


def test_unknown_labels_are_counted_beyond_the_cap(tmp_path: Path):
    table = read(tmp_path, "text,label\n" + "a,z\n" * 30 + "b,positive\n", max_faults=5).matched(MODEL)
    assert len(table.faults) == 5
    assert table.fault_counts == {"unknown_label": 30}
    assert len(table) == 1


def test_a_mapping_made_for_other_rows_leaves_out_what_it_does_not_know(tmp_path: Path):
    table = read(tmp_path, "text,label\na,positive\nb,weird\n")
    matched = table.with_labels(match_labels(table.head(1).label_counts, MODEL))
    assert [f.message for f in matched.faults] == ["'weird' is not a label of the model (negative, positive)."]


def test_a_table_without_labels_needs_no_matching(tmp_path: Path):
    table = read(tmp_path, "text\na\n")
    assert table.matched(MODEL) is table
    blank = read(tmp_path, "text,label\na,\n")
    assert blank.matched(MODEL).fault_total == 0


def test_many_labels_are_shown_in_part():
    mapping = match_labels(["zzz"], [f"label{i}" for i in range(77)])
    assert mapping.complaints()["zzz"].endswith("label9 and 67 more).")


def test_many_unknown_labels_are_complained_of_quickly():
    found = [f"unlike anything {i}" for i in range(9_000)]
    complaints = match_labels(found, [f"label{i}" for i in range(77)]).complaints()
    assert list(complaints) == found


def test_profile(tmp_path: Path):
    content = (
        "text,label,zone,rationale\n"
        "one,x,n,1\none two,y,n,0 1\none,x,n,1\none,y,s,\none two three four,,s,\n"
    )  # fmt: skip
    found = profile(read(tmp_path, content, groups=("zone",)))
    assert found.rows == 5
    assert found.labels == {"x": 2, "y": 2}
    assert found.unlabelled == 1
    assert found.characters == (3, 3, 3, 7, 7, 18)
    assert found.words == (1, 1, 1, 2, 2, 4)
    assert found.groups == {"zone": {"n": 3, "s": 2}}
    assert found.duplicates == 1
    assert (found.conflicts, found.conflicting_rows) == (1, 3)
    assert found.rationales == 3


def test_profile_of_a_large_table_counts_words_of_some_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("audit.table.profiling.WORDS_OF", 10)
    found = profile(read(tmp_path, "text\n" + "a b\n" * 95))
    assert (found.rows, found.words_of, found.words[0]) == (95, 10, 2)


def test_profile_of_nothing(tmp_path: Path):
    found = profile(read(tmp_path, "text\n"))
    assert (found.rows, found.characters, found.words) == (0, (0,) * 6, (0,) * 6)


def test_duplicates_and_conflicts_name_their_lines(tmp_path: Path):
    table = read(tmp_path, "text,text_pair,label\na,p,x\nb,p,x\na,p,y\nb,p,x\na,q,x\na,p,\nb,p,x\n")
    assert [(d.text, d.lines) for d in duplicates(table)] == [("b", (3, 5, 8))]
    assert [(c.text, c.pair, c.labels) for c in conflicts(table)] == [("a", "p", {"x": (2,), "y": (4,)})]
    assert duplicates(table, limit=0) == []
    assert conflicts(table, limit=0) == []


def test_a_mapping_can_settle_a_conflict(tmp_path: Path):
    table = read(tmp_path, "text,label\na,pos\na,positive\n")
    assert len(conflicts(table)) == 1
    assert conflicts(table.matched(MODEL, chosen={"pos": "positive"})) == []
