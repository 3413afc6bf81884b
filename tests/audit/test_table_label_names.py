"""Labels written in other ways than the model's names: numbers, truth values, Unicode forms, cells of several labels."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from pathlib import Path

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from audit.table import AuditTable, TableOptions, match_labels, open_table
from audit.table.label_names import number_of
from models.label_sets import join_labels, split_labels

STARS = ("1", "2", "3", "4", "5")
UNNAMED = tuple(f"LABEL_{i}" for i in range(3))
SIGNS = st.text("ab|\\ 1", min_size=1, max_size=5)


def read(folder: Path, content: str, **options) -> AuditTable:
    path = folder / "table.csv"
    path.write_text(content, encoding="utf-8", newline="")
    return open_table(path, TableOptions(**options))


@pytest.mark.parametrize(
    "four", ["4", "4.0", "04", "4.00", "+4", "4e0", "40e-1", "４", "４．０", "4,0", "4,00", " 4 ", "4.", "٤", "\u200b4"]
)
def test_a_number_however_written_is_the_name_of_that_number(four: str):
    mapping = match_labels([four, "1"], STARS)
    assert mapping.mapping == {four: "4", "1": "1"}
    assert mapping.how == "name"
    assert mapping.warnings == ()


@pytest.mark.parametrize("typed", ["4,000", "4.5", "0", "6", "-4", "4²", "four", "4_0", "IV", "nan"])
def test_what_is_no_name_is_never_a_position_where_names_are_numbers(typed: str):
    for column in ([typed], [typed, "2"]):
        mapping = match_labels(column, STARS)
        assert typed in mapping.unmatched
        assert mapping.how == "name"


@given(
    st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-9999, max_value=9999),
    st.sampled_from(["f", "e", "+f", "010.4f"]),
)
def test_numbers_are_read_as_they_were_written(value: Decimal, how: str):
    assert number_of(format(value, how)) == value


@given(st.text("0123456789.,+-eE_ ", max_size=8))
def test_what_is_read_as_a_number_is_one(text: str):
    found = number_of(text)
    if found is None:
        return
    try:
        assert found == Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        pytest.fail(f"{text!r} is no number")


def test_names_that_are_the_same_number_match_exactly_or_not_at_all():
    mapping = match_labels(["1", "1.0", "01"], ("1", "1.0"))
    assert mapping.mapping == {"1": "1", "1.0": "1.0"}
    assert mapping.unmatched == {"01": 1}


def test_names_that_are_numbers_in_another_order_win_over_positions():
    assert match_labels(["0.0", "1.0"], ("1", "0")).mapping == {"0.0": "0", "1.0": "1"}
    assert match_labels(["-1.0", "1.0"], ("-1", "0", "1")).mapping == {"-1.0": "-1", "1.0": "1"}


@pytest.mark.parametrize(
    ("typed", "labels", "proposed"),
    [
        (["1", "2", "3"], UNNAMED, {"1": "LABEL_0", "2": "LABEL_1", "3": "LABEL_2"}),
        (["1.0", "2.0"], ("negative", "positive"), {"1.0": "negative", "2.0": "positive"}),
        (["0", "1", "2", "3", "4"], STARS, {"0": "1"}),
        (["0"], STARS, {"0": "1"}),
        (["2", "3", "4", "5", "6"], STARS, {"6": "5"}),
        (["1", "4"], ("1 star", "2 stars", "3 stars", "4 stars", "5 stars"), {"1": "1 star", "4": "4 stars"}),
        (["0", "1"], ("True", "False"), {"0": "False", "1": "True"}),
        (["True", "False"], ("no", "yes"), {"True": "yes", "False": "no"}),
        (["true", "false"], ("0", "1"), {"true": "1", "false": "0"}),
        (["True", "False"], ("LABEL_0", "LABEL_1"), {"True": "LABEL_1", "False": "LABEL_0"}),
        (["yes", "N"], ("spam", "ham"), {"yes": "ham", "N": "spam"}),
        (["TRUE", "No"], ("false", "true"), {"No": "false"}),
    ],
)  # fmt: skip
def test_a_reading_that_needs_the_user_s_word_is_a_fault_with_the_proposal(
    typed: list[str], labels: tuple[str, ...], proposed: dict[str, str]
):
    mapping = match_labels(typed, labels)
    assert mapping.proposed == proposed
    assert set(mapping.unmatched) == set(proposed)
    for label, meant in proposed.items():
        assert f"did you mean '{meant}' (" in mapping.complaint(label)
    confirmed = match_labels(typed, labels, chosen=mapping.proposed)
    assert confirmed.unmatched == {}
    assert {label: confirmed.mapping[label] for label in proposed} == proposed


def test_a_column_that_seems_shifted_says_so_of_the_labels_that_match_too():
    mapping = match_labels(["0", "1", "2", "3", "4"], STARS)
    assert mapping.mapping == {"1": "1", "2": "2", "3": "3", "4": "4"}
    assert mapping.warnings == (
        "In the column of labels the labels seem to be counted from 0; those that are names of the model's were read as such.",
    )


@pytest.mark.parametrize(("typed", "labels"), [
    (["0", "1"], ("False", "True")), (["0.0", "2.0"], UNNAMED), (["LABEL_1", "0"], ("negative", "positive")), (["label_4"], tuple("vwxyz")),
    (["1", "LABEL_2"], ("first", "second", "third")),
])  # fmt: skip
def test_positions_are_a_guess_that_is_shown_and_goes_once_confirmed(
    tmp_path: Path, typed: list[str], labels: tuple[str, ...]
):
    mapping = match_labels(typed, labels)
    position = {label: labels[int(float(label.lower().removeprefix("label_")))] for label in typed}
    assert (mapping.mapping, mapping.how) == (position, "index")
    assert len(mapping.warnings) == 1
    for label, meant in position.items():
        assert f"{label} = {meant}" in mapping.warnings[0]
    table = read(tmp_path, "text,label\n" + "".join(f"a{i},{label}\n" for i, label in enumerate(typed)))
    assert table.matched(labels).warnings == mapping.warnings
    assert table.matched(labels, chosen=position).warnings == ()


@given(
    st.lists(
        st.sampled_from(["0", "1", "2.0", "negative", "Positive", "neutral", "3", "LABEL_1", "odd"]),
        min_size=1,
        unique=True,
    )
)
def test_names_and_positions_are_never_mixed_in_a_column(typed: list[str]):
    mapping = match_labels(typed, ("negative", "neutral", "positive"))
    by_name = {"negative": "negative", "Positive": "positive", "neutral": "neutral"}
    if mapping.how == "index":
        assert not by_name.keys() & set(typed)
        assert not mapping.unmatched
    else:
        assert mapping.mapping == {label: by_name[label] for label in typed if label in by_name}


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("cafe\u0301", "café"), ("ＰＯＳ", "pos"), ("New\u00a0 York", "new york"), ("po\u00adsitive", "positive"), ("ﬁne", "Fine"),
        ("\ufeffyes", "Yes"), ("İ", "i\u0307"),
    ],
)  # fmt: skip
def test_names_that_look_alike_are_the_same(typed: str, label: str):
    assert match_labels([typed], (label, "other")).mapping == {typed: label}
    assert match_labels([typed], (label, label.swapcase(), "other")).mapping.keys() <= {typed}


@pytest.mark.parametrize("typed", ["very_positive", "very-positive", "positive", "very positive!", "m2"])
def test_names_that_are_only_near_are_faults(typed: str):
    assert match_labels([typed], ("very positive", "m²")).unmatched == {typed: 1}


def test_a_name_that_spaces_tell_from_another_is_found_exactly():
    assert match_labels([" apple "], ("apple", "Apple")).mapping == {" apple ": "apple"}


# -- several labels in a cell ------------------------------------------------------------------------------------------


def meant(cell: str, *labels: str) -> list[str] | None:
    joined = match_labels([cell], labels, multi_label=True).mapping.get(cell)
    return None if joined is None else split_labels(joined, labels)


@pytest.mark.parametrize(
    ("cell", "labels", "expected"),
    [
        ("a|b", ("a|b", "c"), ["a|b"]),
        ("c|a|b", ("a|b", "c"), ["a|b", "c"]),
        ("A|B|c", ("a|b", "c"), ["a|b", "c"]),
        ("a|b|c", ("a", "a|b", "b|c"), ["a", "b|c"]),
        ("a|b|c", ("a", "a|b", "b|c", "a|b|c"), ["a|b|c"]),
        (r"a\|b|c", ("a|b", "c"), ["a|b", "c"]),
        (r"a\|b", ("a", "b"), None),
        (r"a\|b", (r"a\|b", "a|b"), [r"a\|b"]),
        (r"a\b|c", (r"a\b", "c"), [r"a\b", "c"]),
        ("a| |b|", ("a", "b"), ["a", "b"]),
        ("a|b|", ("a", "b", "a|b"), ["a|b"]),
        ("b|a", ("a", "b", "a|b"), ["a", "b"]),
        ("|a", ("|a", "b"), ["|a"]),
        ("a|x", ("a", "b"), None),
        ("|", ("a", "b"), []),
        (" | ", ("a", "b"), []),
        ("|", ("|", "b"), ["|"]),
        ("1.0|03", ("1", "2", "3"), ["1", "3"]),
        ("a|a", ("a", "b"), ["a"]),
    ],
)
def test_cells_of_names_with_the_sign_between_them(cell: str, labels: tuple[str, ...], expected: list[str] | None):
    assert meant(cell, *labels) == expected


def test_a_name_that_could_be_several_is_told():
    mapping = match_labels(["a|b", "c|a|b"], ("a", "b", "c", "a|b"), multi_label=True)
    assert [split_labels(joined, ("a|b",)) for joined in mapping.mapping.values()] == [["a|b"], ["c", "a|b"]]
    assert len(mapping.warnings) == 1
    assert mapping.warnings[0].startswith("'a|b' was read as the one label of this name")


def test_positions_in_cells_of_several_labels():
    mapping = match_labels(["0|2", "1"], UNNAMED, multi_label=True)
    assert (mapping.how, mapping.mapping) == ("index", {"0|2": "LABEL_0|LABEL_2", "1": "LABEL_1"})
    assert match_labels(["0|1|0", "1|1|0"], UNNAMED, multi_label=True).mapping == {}, "one sign for each label"
    assert match_labels(["1|7"], UNNAMED, multi_label=True).mapping == {}
    chosen = match_labels(["x|LABEL_1"], UNNAMED, multi_label=True, chosen={"x": "LABEL_2"})
    assert (chosen.how, chosen.mapping) == ("chosen", {"x|LABEL_1": "LABEL_1|LABEL_2"})


def test_the_part_of_a_cell_that_is_no_label_is_named():
    mapping = match_labels(["red|grean"], ("red", "green"), multi_label=True)
    assert mapping.complaints() == {
        "red|grean": "'grean' in 'red|grean' is not a label of the model (red, green); did you mean 'green'?"
    }


@given(labels=st.lists(SIGNS, min_size=1, max_size=6, unique=True), data=st.data())
@example(labels=["a", "b", "a|b"], data=None)
def test_joined_labels_come_apart_again(labels: list[str], data: st.DataObject | None):
    chosen = labels[:2] if data is None else data.draw(st.lists(st.sampled_from(labels), unique=True))
    present = [label for label in labels if label in chosen]
    assert split_labels(join_labels(present, labels), labels) == present


def by_hand(cell: str, labels: tuple[str, ...]) -> set[str] | None:
    """The reading by its definition: the longest name that leaves a rest which can be read, from the left; slow and sure."""
    if not cell:
        return set()
    for end in sorted({i for i, sign in enumerate(cell) if sign == "|"} | {len(cell)}, reverse=True):
        rest = by_hand(cell[end + 1 :], labels)
        if rest is not None and cell[:end] in labels:
            return {cell[:end]} | rest
    return by_hand(cell[1:], labels) if cell.startswith("|") else None


@given(
    labels=st.lists(st.text("ab|", min_size=1, max_size=4), min_size=1, max_size=5, unique=True),
    cell=st.text("ab|", min_size=1, max_size=9),
)
def test_the_longest_name_wins(labels: list[str], cell: str):
    expected = by_hand(cell, tuple(labels))
    found = meant(cell, *labels)
    assert found == (None if expected is None else [label for label in labels if label in expected])


@given(labels=st.lists(SIGNS.filter(str.strip), min_size=1, max_size=5, unique=True), data=st.data())
def test_an_escaped_cell_means_what_was_escaped(labels: list[str], data: st.DataObject):
    present = data.draw(st.lists(st.sampled_from(labels), min_size=1, unique=True))
    assume(all(match_labels([label], labels).mapping for label in present))
    cell = "|".join(label.replace("\\", "\\\\").replace("|", "\\|") for label in present)
    found = meant(cell, *labels)
    if not any("\\" in label or "|" in label for label in labels):  # else it may be made of longer names as it stands
        assert found == [label for label in labels if label in present]
    assert found is not None
