"""Typed columns of Parquet and values of JSON Lines: each read as a person would, or one clear fault."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from audit.table import AuditTable, TableOptions, open_table, preview

ROLES = ("text", "pair", "label", "group", "rationale")
EAST = timezone(timedelta(hours=5, minutes=30))
NOON = datetime(2024, 1, 31, 12, 0, 0)
REFUSED = object()


def options(role: str) -> TableOptions:
    """The column called `x` has the role; `body` is the text unless `x` is."""
    asked: dict[str, Any] = {"text": "body", "label": "-"} | ({"groups": ("x",)} if role == "group" else {role: "x"})
    return TableOptions(**asked)


def parquet(folder: Path, array: Any, role: str, *, body: str = "one two") -> AuditTable:
    path = folder / "table.parquet"
    pq.write_table(pa.table({"body": [body] * len(array), "x": array}), path)
    return open_table(path, options(role))


def cells(table: AuditTable, role: str) -> list[Any]:
    return [example.groups["x"] if role == "group" else getattr(example, role) for example in table]


STRINGS = {
    "string": pa.array(["a", "b"]),
    "large_string": pa.array(["a", "b"], pa.large_string()),
    "string_view": pa.array(["a", "b"], pa.string_view()),
    "binary": pa.array([b"a", b"b"]),
    "large_binary": pa.array([b"a", b"b"], pa.large_binary()),
    "fixed-size binary": pa.array([b"a", b"b"], pa.binary(1)),
    "categorical": pa.array(["a", "b"]).dictionary_encode(),
    "categorical of large strings": pa.array(["a", "b"], pa.large_string()).dictionary_encode(),
}


@pytest.mark.parametrize("kind", STRINGS)
@pytest.mark.parametrize("role", ["text", "pair", "label", "group"])
def test_every_kind_of_string_is_read(tmp_path: Path, kind: str, role: str):
    table = parquet(tmp_path, STRINGS[kind], role)
    assert table.faults == ()
    assert cells(table, role) == ["a", "b"]


SINGLE = {
    "int8": (pa.array([1, -2], pa.int8()), ["1", "-2"]),
    "uint64": (pa.array([2**64 - 1], pa.uint64()), ["18446744073709551615"]),
    "float64": (pa.array([4.0, 0.1, float("inf")]), ["4.0", "0.1", "inf"]),
    "float32": (pa.array([4.0, 0.1], pa.float32()), ["4.0", "0.1"]),
    "float16": (pa.array([4.0, 0.1], pa.float16()), ["4.0", "0.1"]),
    "decimal": (pa.array([Decimal("4.00"), Decimal("-0.5")], pa.decimal128(10, 2)), ["4.00", "-0.50"]),
    "large decimal": (pa.array([Decimal("4E+2")], pa.decimal256(40, 0)), ["400"]),
    "bool": (pa.array([True, False]), ["true", "false"]),
    "date32": (pa.array([date(2024, 1, 31)]), ["2024-01-31"]),
    "date64": (pa.array([date(2024, 1, 31)], pa.date64()), ["2024-01-31"]),
    "timestamp": (pa.array([NOON], pa.timestamp("ms")), ["2024-01-31 12:00:00"]),
    "timestamp with nanoseconds": (pa.array([1], pa.timestamp("ns")), ["1970-01-01 00:00:00.000000001"]),
    "timestamp in UTC": (pa.array([NOON.replace(tzinfo=UTC)], pa.timestamp("us", "UTC")), ["2024-01-31 12:00:00+00:00"]),
    "timestamp in a zone": (
        pa.array([NOON.replace(tzinfo=EAST)], pa.timestamp("us", "Asia/Kolkata")), ["2024-01-31 12:00:00+05:30"],
    ),
    "time": (pa.array([time(9, 30)], pa.time64("us")), ["09:30:00"]),
    "duration": (pa.array([timedelta(days=1, hours=2)], pa.duration("s")), ["1 day, 2:00:00"]),
    "categorical of numbers": (pa.array([3, 1]).dictionary_encode(), ["3", "1"]),
    "uuid": (pa.array([b"\x01" * 16], pa.uuid()), ["01010101-0101-0101-0101-010101010101"]),
}  # fmt: skip


@pytest.mark.parametrize("kind", SINGLE)
@pytest.mark.parametrize("role", ["label", "group"])
def test_single_values_are_read_as_they_are_written(tmp_path: Path, kind: str, role: str):
    array, written = SINGLE[kind]
    table = parquet(tmp_path, array, role)
    assert table.faults == ()
    assert cells(table, role) == written


@pytest.mark.parametrize("kind", SINGLE)
@pytest.mark.parametrize("role", ["text", "pair"])
def test_what_is_no_text_is_one_fault(tmp_path: Path, kind: str, role: str):
    table = parquet(tmp_path, SINGLE[kind][0], role)
    assert [(f.kind, f.column, f.line) for f in table.faults] == [("not_text", "x", None)]
    assert ", not text; choose another (--text)." in table.faults[0].message


NESTED = {
    "struct": pa.array([{"name": "a"}]),
    "struct of strings": pa.array([{"string": "a"}], pa.struct([("string", pa.string())])),
    "map": pa.array([[("a", "b")]], pa.map_(pa.string(), pa.string())),
    "list of lists": pa.array([[["a"]]]),
    "list of structs": pa.array([[{"a": "b"}]]),
}


@pytest.mark.parametrize("kind", NESTED)
@pytest.mark.parametrize("role", ROLES)
def test_nested_values_are_one_fault_with_column_type_and_what_is_allowed(tmp_path: Path, kind: str, role: str):
    table = parquet(tmp_path, NESTED[kind], role)
    assert [(f.column, f.line) for f in table.faults] == [("x", None)]
    message = table.faults[0].message
    assert f"the column holds {pq.read_schema(tmp_path / 'table.parquet').field('x').type}" in message
    allowed = {
        "label": "a label is a text,",
        "group": "a group is a text,",
        "rationale": "a rationale is a list of 0 and 1",
    }
    assert allowed.get(role, "not text") in message


@pytest.mark.parametrize(
    ("array", "labels"),
    [
        (pa.array([["a", "b"], ["c"], []]), ["a|b", "c", "|"]),
        (pa.array([["a", "b"], None], pa.large_list(pa.string())), ["a|b", None]),
        (pa.array([["a", "b"]], pa.list_(pa.string(), 2)), ["a|b"]),
        (pa.array([[2, 0], [1]]), ["2|0", "1"]),
        (pa.array([["x|y", "z"], ["x|y"], ["p\\q", "z"]]), ["x\\|y|z", "x|y", "p\\\\q|z"]),
    ],
)
def test_a_list_of_labels_is_a_cell_of_several(tmp_path: Path, array: Any, labels: list[str | None]):
    table = parquet(tmp_path, array, "label")
    assert table.faults == ()
    assert cells(table, "label") == labels
    found = table.matched(("0", "1", "2", "a", "b", "c", "x|y", "z", "p\\q"), multi_label=True)
    assert found.fault_total == 0


def test_a_list_that_is_no_set_of_labels_is_a_fault_of_its_row(tmp_path: Path):
    table = parquet(tmp_path, pa.array([["a"], ["a", None], [""]]), "label")
    assert [(f.kind, f.line, f.place) for f in table.faults] == [("wrong_type", 2, "row"), ("wrong_type", 3, "row")]
    assert str(table.faults[0]).startswith("row 2, column 'x': the cell holds [\"a\", null]; a label is a text,")
    assert cells(table, "label") == ["a"]


def test_marks_for_each_label_of_the_model_are_not_taken_for_its_labels(tmp_path: Path):
    for marks in ([0, 1, 0], [False, False], [1.0, 0.0, 0.0]):
        table = parquet(tmp_path, pa.array([marks]), "label")
        assert [(f.kind, f.line) for f in table.faults] == [("wrong_type", 1)]
        assert "the same label twice; list each label that is right, once" in table.faults[0].message


def test_lists_are_no_groups_and_no_texts(tmp_path: Path):
    for role in ("group", "text", "pair"):
        table = parquet(tmp_path, pa.array([["a"]]), role)
        assert [(f.column, f.line) for f in table.faults] == [("x", None)]
        assert "the column holds list<" in table.faults[0].message


@pytest.mark.parametrize(
    ("array", "kept"),
    [
        (pa.array([[1, 0], None]), [(1, 0), None]),
        (pa.array([[True, False]]), [(1, 0)]),
        (pa.array([[1.0, 0.0]]), [(1, 0)]),
        (pa.array([[1, 0]], pa.list_(pa.int8(), 2)), [(1, 0)]),
        (pa.array(["0 1", "[1, 1]"]), [(0, 1), (1, 1)]),
        (pa.array([None, None], pa.null()), [None, None]),
    ],
)
def test_rationales_of_every_type(tmp_path: Path, array: Any, kept: list[Any]):
    table = parquet(tmp_path, array, "rationale")
    assert table.faults == ()
    assert cells(table, "rationale") == kept


def test_rationales_that_are_none(tmp_path: Path):
    table = parquet(tmp_path, pa.array([[1, 0], [1, 2], [0.5, 0]]), "rationale")
    assert [(f.kind, f.line) for f in table.faults] == [("broken_rationale", 2), ("broken_rationale", 3)]
    table = parquet(tmp_path, pa.array([0.5, 1.5]), "rationale")
    assert [(f.kind, f.line) for f in table.faults] == [("wrong_type", None)]


def test_a_column_only_called_rationale_may_hold_anything(tmp_path: Path):
    for column in ([{"why": "so"}], [["because", "so"]], [1.5], ["prose"]):
        pq.write_table(pa.table({"text": ["a b"], "rationale": column}), tmp_path / "t.parquet")
        table = open_table(tmp_path / "t.parquet")
        assert table.faults == ()
        assert table[0].rationale is None
        assert "not taken as the rationale" in table.warnings[0]


@pytest.mark.parametrize("missing", [
    pa.array([None, "a"]), pa.array([None, 1]), pa.array([float("nan"), 1.0]), pa.array([None, 1.0], pa.float32()),
    pa.array([float("nan"), 1.0], pa.float32()), pa.array([None, date(2024, 1, 1)]), pa.array([None, True]),
    pa.array([None, "a"]).dictionary_encode(),
    pa.array([None, ["a"]]), pa.array([None, Decimal(1)]), pa.array([None, None], pa.null()),
])  # fmt: skip
def test_missing_values_are_blank(tmp_path: Path, missing: Any):
    table = parquet(tmp_path, missing, "label")
    assert table.faults == ()
    assert cells(table, "label")[0] is None
    if not pa.types.is_list(missing.type):
        assert cells(parquet(tmp_path, missing, "group"), "group")[0] == ""


def test_numbers_with_missing_values_are_the_model_s_names(tmp_path: Path):
    """What pandas makes of whole numbers once one is missing."""
    import pandas as pd

    pd.DataFrame({"text": ["a", "b", "c"], "label": [4, None, 1]}).to_parquet(tmp_path / "t.parquet")
    table = open_table(tmp_path / "t.parquet").matched(("1", "2", "3", "4", "5"))
    assert [e.label for e in table] == ["4", None, "1"]
    assert table.warnings == ()


def test_pandas_categories_and_times(tmp_path: Path):
    import pandas as pd

    frame = pd.DataFrame(
        {
            "text": pd.Series(["a", "b"], dtype="string"),
            "label": pd.Categorical(["good", "bad"], ["bad", "good"], ordered=True),
            "when": pd.to_datetime(["2024-01-31 10:00", None]).tz_localize("Europe/Paris"),
        }
    )
    frame.to_parquet(tmp_path / "t.parquet")
    table = open_table(tmp_path / "t.parquet", TableOptions(groups=("when",)))
    assert table.faults == ()
    assert [(e.label, e.groups["when"]) for e in table] == [("good", "2024-01-31 10:00:00+01:00"), ("bad", "")]


def test_what_no_calendar_has_is_a_fault_of_its_row(tmp_path: Path):
    array = pa.array([0, 2**62], pa.timestamp("us"))
    table = parquet(tmp_path, array, "group")
    assert [(f.kind, f.line, f.column) for f in table.faults] == [("wrong_type", 2, "x")]
    assert len(table) == 1
    assert len(preview(tmp_path / "table.parquet").rows) == 2


def test_a_zone_nobody_knows_is_a_fault_and_no_crash(tmp_path: Path):
    table = parquet(tmp_path, pa.array([0], pa.timestamp("s", "Mars/Olympus")), "label")
    assert [(f.line, f.column) for f in table.faults][:1] == [(1, "x")]
    preview(tmp_path / "table.parquet")


def test_strings_that_are_no_utf8_wherever_they_are(tmp_path: Path):
    raw = pa.array([b"fine", b"caf\xe9"], pa.large_binary()).view(pa.large_string())
    for array in (raw, raw.dictionary_encode(), pa.array([b"fine", b"caf\xe9"])):
        table = parquet(tmp_path, array, "text")
        assert [(f.kind, f.line) for f in table.faults] == [("undecodable", 2)]
    listed = pa.ListArray.from_arrays(
        pa.array([0, 1, 2], pa.int32()), pa.array([b"fine", b"caf\xe9"]).view(pa.string())
    )
    assert [(f.kind, f.line) for f in parquet(tmp_path, listed, "label").faults] == [("wrong_type", 2)]


def test_every_type_can_be_previewed(tmp_path: Path):
    columns = {
        **{k: v.slice(0, 1) for k, v in STRINGS.items()},
        **{k: v[0].slice(0, 1) for k, v in SINGLE.items()},
        **NESTED,
    }
    pq.write_table(pa.table({"text": ["a"], **columns}), tmp_path / "t.parquet")
    shown = preview(tmp_path / "t.parquet")
    assert shown.faults == ()
    row = dict(zip(shown.header, shown.rows[0], strict=True))
    assert (row["struct"], row["list of lists"], row["decimal"]) == ('{"name": "a"}', '[["a"]]', "4.00")
    assert len(open_table(tmp_path / "t.parquet")) == 1


def test_columns_of_one_name_can_be_previewed_and_are_a_fault(tmp_path: Path):
    pq.write_table(
        pa.table([pa.array(["a"]), pa.array(["b"]), pa.array(["c"])], names=["text", "x", "x"]), tmp_path / "t.parquet"
    )
    shown = preview(tmp_path / "t.parquet")
    assert shown.rows == (("a", "b", "c"),)
    assert [f.kind for f in shown.faults] == ["duplicate_header"]
    assert [f.kind for f in open_table(tmp_path / "t.parquet").faults] == ["duplicate_header"]


def test_names_with_dots_are_their_own_columns(tmp_path: Path):
    pq.write_table(pa.table({"a": ["1"], "a.b": ["text"], "label": ["x"]}), tmp_path / "t.parquet")
    table = open_table(tmp_path / "t.parquet", TableOptions(text="a.b", groups=("a",)))
    assert (table[0].text, table[0].groups) == ("text", {"a": "1"})


# -- JSON Lines --------------------------------------------------------------------------------------------------------

VALUES: dict[str, tuple[str, Any, Any, Any]] = {
    # value: as label, as group, as rationale of two words
    "text": ('"a"', "a", "a", REFUSED),
    "whole number": ("4", "4", "4", REFUSED),
    "number as written": ("4.00", "4.00", "4.00", REFUSED),
    "exponent": ("4e0", "4e0", "4e0", REFUSED),
    "more digits than a float has": (
        "0.12345678901234567890",
        "0.12345678901234567890",
        "0.12345678901234567890",
        REFUSED,
    ),
    "beyond a float": ("1e999", "1e999", "1e999", REFUSED),
    "big integer": (str(2**70), str(2**70), str(2**70), REFUSED),
    "true": ("true", "true", "true", REFUSED),
    "null": ("null", None, "", None),
    "not-a-number": ("NaN", None, "", None),
    "list of texts": ('["a", "b|c"]', "a|b\\|c", REFUSED, REFUSED),
    "list of one": ('["b|c"]', "b|c", REFUSED, REFUSED),
    "empty list": ("[]", "|", REFUSED, None),
    "list of marks": ("[0, 1]", "0|1", REFUSED, (0, 1)),
    "list of truth values": ("[false, true]", "false|true", REFUSED, (0, 1)),
    "list of numbers": ("[0.5, 1]", "0.5|1", REFUSED, REFUSED),
    "list with a mark for each label": ("[1, 1]", REFUSED, REFUSED, (1, 1)),
    "list with a truth value for each label": ("[true, true]", REFUSED, REFUSED, (1, 1)),
    "list with a label twice": ('["a", "b", "a"]', REFUSED, REFUSED, REFUSED),
    "list with a null": ('["a", null]', REFUSED, REFUSED, REFUSED),
    "list of lists": ("[[1]]", REFUSED, REFUSED, REFUSED),
    "object": ('{"a": 1}', REFUSED, REFUSED, REFUSED),
    "object with a key twice": ('{"a": 1, "a": 2}', REFUSED, REFUSED, REFUSED),
}


@pytest.mark.parametrize("kind", VALUES)
@pytest.mark.parametrize("role", ["label", "group", "rationale"])
def test_json_values(tmp_path: Path, kind: str, role: str):
    value, *expected = VALUES[kind]
    (tmp_path / "t.jsonl").write_text('{"body": "one two", "x": null}\n{"body": "one two", "x": ' + value + "}\n")
    table = open_table(tmp_path / "t.jsonl", options(role))
    wanted = expected[("label", "group", "rationale").index(role)]
    if wanted is REFUSED:
        assert [(f.line, f.column) for f in table.faults] == [(2, "x")]
        assert {"label": "a label is", "group": "a group is", "rationale": "no list of 0 and 1"}[role] in table.faults[
            0
        ].message
    else:
        assert table.faults == ()
        assert cells(table, role)[1] == wanted


@pytest.mark.parametrize("value", ["4", "4.5", "true", "[]", '["a"]', "{}", "NaN", '{"text": "a"}'])
@pytest.mark.parametrize("role", ["text", "pair"])
def test_json_texts_must_be_text(tmp_path: Path, value: str, role: str):
    (tmp_path / "t.jsonl").write_text('{"body": "one two", "x": "fine"}\n{"body": "one two", "x": ' + value + "}\n")
    table = open_table(tmp_path / "t.jsonl", options(role))
    assert [(f.kind, f.line, f.column) for f in table.faults] == [("not_text", 2, "x")]


def test_mixed_types_are_read_value_by_value(tmp_path: Path):
    values = [1, "1", 1.0, True, None, ["1", "2"]]
    (tmp_path / "t.jsonl").write_text(
        "".join(json.dumps({"text": f"t{i}", "label": v}) + "\n" for i, v in enumerate(values))
    )
    table = open_table(tmp_path / "t.jsonl")
    assert [e.label for e in table] == ["1", "1", "1.0", "true", None, "1|2"]
    matched = table.matched(("1", "2"), multi_label=True)
    assert [e.label for e in matched] == ["1", "1", "1", None, "1|2"]
    assert [f.line for f in matched.faults] == [4]


def test_a_key_twice_inside_an_unused_object_is_nobody_s_fault(tmp_path: Path):
    (tmp_path / "t.jsonl").write_text('{"text": "a", "meta": {"k": 1, "k": 2}}\n')
    assert open_table(tmp_path / "t.jsonl").faults == ()


def test_keys_that_come_late_are_told(tmp_path: Path):
    lines = ['{"text": "a"}'] * 120 + ['{"text": "b", "label": "x"}'] * 3
    (tmp_path / "t.jsonl").write_text("\n".join(lines))
    table = open_table(tmp_path / "t.jsonl")
    assert len(table) == 123
    assert [w for w in table.warnings if "'label' (line 121)" in w and "first 100 objects" in w]
