"""JSON Lines and Parquet go through the same checks as CSV."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from audit.table import AuditTable, TableOptions, open_table, preview


def jsonl(folder: Path, *lines: Any, encoding: str = "utf-8", **options: Any) -> AuditTable:
    path = folder / "table.jsonl"
    rows = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines]
    path.write_bytes("".join(row + "\n" for row in rows).encode(encoding))
    return open_table(path, TableOptions(**options))


def parquet(folder: Path, columns: dict[str, Any], **options: Any) -> AuditTable:
    path = folder / "table.parquet"
    pq.write_table(pa.table(columns), path)
    return open_table(path, TableOptions(**options))


def places(table: AuditTable) -> list[tuple[int | None, str | None, str]]:
    return [(fault.line, fault.column, fault.kind) for fault in table.faults]


def test_jsonl_rows(tmp_path: Path):
    table = jsonl(
        tmp_path,
        {"text": "a\nb", "label": "x", "id": 1},
        "",
        {"label": 1, "text": "é \U0001f600"},
        {"text": "c", "label": None},
        {"text": "d", "label": True, "extra": {"deep": [1]}},
        {"text": "e", "label": 1.0},
        {"text": "f"},
    )
    assert table.faults == ()
    assert [(e.line, e.text, e.label) for e in table] == [
        (1, "a\nb", "x"), (3, "é \U0001f600", "1"), (4, "c", None), (5, "d", "true"), (6, "e", "1.0"), (7, "f", None),
    ]  # fmt: skip
    assert table.header == ("text", "label", "id", "extra")
    assert table.source.format == "jsonl"
    assert table.source.delimiter is None


@pytest.mark.parametrize(
    ("line", "column", "kind", "words"),
    [
        ('{"text": "a"', None, "broken_json", "expecting ',' delimiter at character 13"),
        ("[1, 2]", None, "broken_json", "no JSON object"),
        ("plain text", None, "broken_json", "expecting value at character 1"),
        ('{"text": "a", "text": "b"}', "text", "duplicate_header", "this key twice"),
        ('{"text": 5}', "text", "not_text", "holds 5, which is not text"),
        ('{"text": ["a"]}', "text", "not_text", "not text"),
        ('{"text": " "}', "text", "empty_text", "blank"),
        ('{"label": "x"}', "text", "empty_text", "blank"),
        ('{"text": null}', "text", "empty_text", "blank"),
        ('{"text": "a\\u0000"}', "text", "nul", "NUL character at character 2"),
        ('{"text": "a\\ud83d"}', "text", "undecodable", "\\ud83d at character 2 is half a character"),
        ('{"text": "a", "n": ' + "9" * 5000 + "}", None, "broken_json", "a number has over 4,300 digits"),
        ('{"text": "a", "n": ' + "[" * 100_000 + "}", None, "broken_json", "in each other too deep"),
        ('{"text": "' + "x" * 131_073 + '"}', "text", "long_cell", "131,073 characters"),
    ],
)
def test_jsonl_faults(tmp_path: Path, line: str, column: str | None, kind: str, words: str):
    table = jsonl(tmp_path, {"text": "fine"}, line, {"text": "also fine"})
    assert places(table) == [(2, column, kind)]
    assert words in table.faults[0].message
    assert [e.text for e in table] == ["fine", "also fine"]


@pytest.mark.parametrize("depth", [900, 5_000])
@pytest.mark.parametrize("key", ["text", "label", "other"])
def test_jsonl_nested_deep_from_the_first_line(tmp_path: Path, depth: int, key: str):
    nested = {"text": '"fine"', "label": '"a"', "other": "0", key: "[" * depth + "]" * depth}
    table = jsonl(tmp_path, "{" + ", ".join(f'"{k}": {v}' for k, v in nested.items()) + "}", {"text": "also fine"})
    assert [e.text for e in table][-1:] == ["also fine"]
    assert len(table.faults) == (0 if depth == 900 and key == "other" else 1)


def test_jsonl_bad_bytes_and_other_encodings(tmp_path: Path):
    path = tmp_path / "table.jsonl"
    path.write_bytes('{"text": "été à Nîmes"}\n'.encode() * 3 + b'{"text": "caf\xe9"}\n')
    assert places(open_table(path)) == [(4, None, "undecodable")]
    table = jsonl(tmp_path, {"text": "é"}, encoding="utf-16")
    assert (table[0].text, table.source.encoding, table.warnings) == ("é", "utf-16", ())
    assert jsonl(tmp_path, "\ufeff" + json.dumps({"text": "a"}))[0].text == "a"


def test_jsonl_of_nothing_but_faults(tmp_path: Path):
    table = jsonl(tmp_path, "x", "y")
    assert table.fault_counts == {"broken_json": 2, "missing_column": 1}
    assert jsonl(tmp_path, "{}").fault_counts == {"empty_file": 1}


def test_jsonl_rationales_and_groups(tmp_path: Path):
    table = jsonl(tmp_path, {"text": "a b", "rationale": [0, 1], "zone": 3}, groups=("zone",))
    assert table[0].rationale == (0, 1)
    assert table[0].groups == {"zone": "3"}


def test_parquet_rows(tmp_path: Path):
    rows = 1_500
    table = parquet(
        tmp_path,
        {
            "text": [f"text {i}\n" for i in range(rows)],
            "label": pa.array([i % 2 for i in range(rows)], pa.int8()),
            "rationale": [[1, 0]] * rows,
            "vector": [[0.5] * 4] * rows,
            "kind": pa.array(["a", "b", None] * 500).dictionary_encode(),
        },
        groups=("kind",),
    )
    assert table.faults == ()
    assert len(table) == rows
    assert (table[1_499].line, table[1_499].text, table[1_499].label) == (1_500, "text 1499\n", "1")
    assert table[2].groups == {"kind": ""}
    assert table[0].rationale == (1, 0)
    assert table.source.format == "parquet"
    assert table.source.encoding is None


def test_parquet_faults_name_rows(tmp_path: Path):
    table = parquet(tmp_path, {"text": ["a", None, " ", "b\0", "c"], "label": ["x"] * 5})
    assert places(table) == [(2, "text", "empty_text"), (3, "text", "empty_text"), (4, "text", "nul")]
    assert str(table.faults[0]) == "row 2, column 'text': the cell is blank; a text is needed."
    matched = parquet(tmp_path, {"text": ["a"], "label": ["z"]}).matched(("x", "y"))
    assert str(matched.faults[0]).startswith("row 1, column 'label': 'z' is not a label")


def test_parquet_text_must_be_text(tmp_path: Path):
    table = parquet(tmp_path, {"text": [1, 2]})
    assert places(table) == [(None, "text", "not_text")]
    assert "int64" in table.faults[0].message
    nothing = pa.array([], pa.string())
    assert parquet(tmp_path, {"text": nothing}).fault_counts == {"no_rows": 1}


def test_parquet_strings_that_are_no_utf8(tmp_path: Path):
    raw = pa.array([b"fine", b"caf\xe9"], pa.binary()).view(pa.string())
    table = parquet(tmp_path, {"text": raw})
    assert places(table) == [(2, "text", "undecodable")]
    assert "byte E9 at character 4 cannot be read as UTF-8" in table.faults[0].message


def test_damaged_parquet(tmp_path: Path):
    path = tmp_path / "table.parquet"
    path.write_bytes(b"PAR1" + b"x" * 100)
    assert [f.kind for f in open_table(path).faults] == ["broken_parquet"]
    path.write_bytes(b"text\na\n")
    assert [f.kind for f in open_table(path).faults] == ["wrong_format"]


def test_a_parquet_file_is_known_by_its_bytes(tmp_path: Path):
    parquet(tmp_path, {"text": ["a"]})
    unnamed = (tmp_path / "table.parquet").rename(tmp_path / "table.bin")
    assert open_table(unnamed)[0].text == "a"


def test_previews(tmp_path: Path):
    parquet(tmp_path, {"text": ["a", "b"], "n": [1, None]})
    shown = preview(tmp_path / "table.parquet", rows=1)
    assert (shown.header, shown.rows) == (("text", "n"), (("a", "1"),))
    jsonl(tmp_path, {"text": 5, "n": [1]})
    assert preview(tmp_path / "table.jsonl").rows == (("5", "[1]"),)
