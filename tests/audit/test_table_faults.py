"""Faults of CSV files: each with its line, its column and its sentence, and every other row read."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from audit.errors import TableError
from audit.table import AuditTable, TableOptions, open_table

H = "text,label\n"
OK = "fine,good\n"


@dataclass(frozen=True)
class Case:
    """A file, and what must be found in it: (line, column, kind, words of the sentence) of every fault."""

    content: str | bytes
    faults: list[tuple[int | None, str | None, str, str]]
    texts: list[str] = field(default_factory=list)
    options: dict[str, Any] = field(default_factory=dict)
    name: str = "table.csv"


LONG = "x" * 131_073
CASES = {
    # -- rows that do not fit the header
    "too many cells": Case(H + "a, b,good\n" + OK, [(2, None, "ragged", "3 cells where the header has 2")], ["fine"]),
    "too few cells": Case(H + "alone\n" + OK, [(2, "label", "ragged", "1 cell where the header has 2")], ["fine"]),
    "one delimiter at the end": Case(H + "a,good,\n", [(2, None, "ragged", "3 cells")]),
    "ragged last row": Case(H + OK + "b", [(3, "label", "ragged", "1 cell")], ["fine"]),
    "semicolons where commas are expected": Case(
        H + OK + "b;good\n", [(3, "label", "ragged", "1 cell where the header has 2")], ["fine"]
    ),
    "several ragged rows": Case(
        H + "a\n" + OK + "b,c,d\ne\n",
        [(2, "label", "ragged", "1 cell"), (4, None, "ragged", "3 cells"), (5, "label", "ragged", "1 cell")],
        ["fine"],
    ),
    "a space before the opening quote": Case(H + 'x, "a, b"\n' + OK, [(2, None, "ragged", "3 cells")], ["fine"]),
    "ragged after a cell of several lines": Case(
        H + '"a\nb",good\nc\n', [(4, "label", "ragged", "1 cell")], ["a\nb"]
    ),
    # -- quotes
    "quote never closed at the end": Case(
        H + OK + '"open,good\n', [(3, "text", "broken_quote", "never closed")], ["fine"]
    ),
    "quote never closed, plain rows after it": Case(
        H + '"open,good\n' + OK * 3, [(2, "text", "broken_quote", "never closed")], ["fine"] * 3
    ),
    "quote never closed, quoted rows after it": Case(
        H + '"open,good\n"so, so",good\n' + OK,
        [(2, "text", "broken_quote", "closes only on line 3")],
        ["so, so", "fine"],
    ),
    "two quotes in a row never closed": Case(
        H + '"one,good\n"two,good\n"so, so",good\n',
        [(2, "text", "broken_quote", "closes only on line 3"), (3, "text", "broken_quote", "closes only on line 4")],
        ["so, so"],
    ),
    "quote never closed in the second cell": Case(
        H + 'a,"good\n' + OK, [(2, "label", "broken_quote", "never closed")], ["fine"]
    ),
    "text after a closing quote": Case(
        H + '"a" b,good\n' + OK, [(2, "text", "broken_quote", "text follows a closing quote")], ["fine"]
    ),
    "text after a closing quote on a later line": Case(
        H + '"first\nsecond" oops,good\n' + OK, [(2, "text", "broken_quote", "closes only on line 3")], ["fine"]
    ),
    "lines swallowed by a broken quote are no rows of their own": Case(
        H + '"first\nmiddle\nlast" oops,good\n' + OK, [(2, "text", "broken_quote", "closes only on line 4")], ["fine"]
    ),
    "single quote inside a quoted cell": Case(
        H + '"say "hi" now",good\n' + OK, [(2, "text", "broken_quote", "double the quotes")], ["fine"]
    ),
    "quote that swallows more than a cell may hold": Case(
        H + '"open,good\n' + OK * 20_000, [(2, "text", "broken_quote", "not closed within 131,072")], ["fine"] * 20_000
    ),
    "header with an open quote": Case(
        '"text,label\na,good\n', [(1, None, "broken_quote", "the header cannot be read")]
    ),
    # -- cells
    "empty text": Case(H + ",good\n" + OK, [(2, "text", "empty_text", "blank")], ["fine"]),
    "quoted empty text": Case(H + '"",good\n' + OK, [(2, "text", "empty_text", "blank")], ["fine"]),
    "text of white space": Case(H + " \t ,good\n" + OK, [(2, "text", "empty_text", "blank")], ["fine"]),
    "text of no-break spaces": Case(H + "\u00a0\u3000,good\n" + OK, [(2, "text", "empty_text", "blank")], ["fine"]),
    "text of line ends": Case(H + '"\n\n",good\n' + OK, [(2, "text", "empty_text", "blank")], ["fine"]),
    "a row of delimiters": Case(H + ",\n" + OK, [(2, "text", "empty_text", "blank")], ["fine"]),
    "empty pair": Case(
        "premise,hypothesis,label\na,,good\na,b,good\n", [(2, "hypothesis", "empty_text", "blank")], ["a"]
    ),
    "quoted empty cell of the only column": Case('text\n""\nfine\n', [(2, "text", "empty_text", "blank")], ["fine"]),
    "over-long cell": Case(H + LONG + ",good\n" + OK, [(2, None, "long_cell", "131,072")], ["fine"]),
    "over-long by choice": Case(
        H + "123456,good\n" + OK, [(2, "text", "long_cell", "6 characters, more than 5")], ["fine"], {"max_cell": 5}
    ),
    "NUL in a text": Case(H + "a\0b,good\n" + OK, [(2, "text", "nul", "NUL character at character 2")], ["fine"]),
    "NUL in a column not in use": Case(
        "text,note,label\na,\0,good\nb,c,good\n", [(2, "note", "nul", "NUL")], ["b"]
    ),
    "two faults in one row": Case(
        "text,note,label\n ,\0,good\nb,c,good\n",
        [(2, "note", "nul", "NUL"), (2, "text", "empty_text", "blank")],
        ["b"],
    ),
    # -- bytes
    "a bad byte in UTF-8": Case(
        (H + "déjà vu à l'été,good\n" * 3).encode() + b"caf\xe9,good\n" + OK.encode(),
        [(5, "text", "undecodable", "byte E9 at character 4")],
        ["déjà vu à l'été"] * 3 + ["fine"],
    ),
    "a bad byte in a column not in use": Case(
        ("text,note\n" + "déjà vu,à l'été\n" * 4).encode() + b"a,\xff\n",
        [(6, "note", "undecodable", "byte FF at character 1")],
        ["déjà vu"] * 4,
    ),
    "UTF-8 cut off at the end": Case(
        (H + "déjà vu à l'été,good\n" * 4 + "é,good\n" + "a,é").encode()[:-1],
        [(7, "label", "undecodable", "byte C3 at character 1")],
        ["déjà vu à l'été"] * 4 + ["é"],
    ),
    "the wrong encoding asked for": Case(
        H.encode() + b"caf\xe9,good\n" + OK.encode(),
        [(2, "text", "undecodable", "cannot be read as utf-8")],
        ["fine"],
        {"encoding": "utf-8"},
    ),
    "cp1252 bytes read as ASCII": Case(
        H.encode() + b"it\x92s,good\n" + OK.encode(),
        [(2, "text", "undecodable", "byte 92 at character 3")],
        ["fine"],
        {"encoding": "ascii"},
    ),
    "UTF-16 cut off": Case(
        (H + OK + "ab,good").encode("utf-16")[:-1], [(3, "label", "undecodable", "byte 64 at character 4")], ["fine"]
    ),
    "an unknown encoding": Case(H + OK, [(None, None, "encoding", "no text encoding 'utf-9'")], [], {"encoding": "utf-9"}),
    "an encoding that is none of text": Case(
        H + OK, [(None, None, "encoding", "no text encoding 'hex'")], [], {"encoding": "hex"}
    ),
    "an encoding nobody can guess": Case(
        (H + "これはとても良い映画でした,good\n" * 4).encode("shift-jis"), [(None, None, "encoding", "name it (--encoding)")]
    ),
    "Cyrillic is not taken for Western": Case(
        (H + "очень хороший фильм,good\n" * 4).encode("cp1251"), [(None, None, "encoding", "name it (--encoding)")]
    ),
    # -- header and columns
    "no text column": Case("foo,bar\na,b\n", [(1, None, "missing_column", "the columns are: 'foo', 'bar'")]),
    "the column asked for is missing": Case(
        H + OK, [(1, "review", "missing_column", "no text column of this name")], [], {"text": "review"}
    ),
    "several columns asked for are missing": Case(
        H + OK,
        [(1, "stars", "missing_column", "no label column"), (1, "region", "missing_column", "no group column")],
        [],
        {"label": "stars", "groups": ("region",)},
    ),
    "no header": Case(
        "a fine film,good\na dull one,bad\n", [(1, None, "missing_column", "the columns are: 'a fine film', 'good'")]
    ),
    "two text columns": Case("text,Text ,label\na,b,c\n", [(1, "text", "duplicate_header", "2 columns have this name")]),
    "two columns of one name, not in use": Case(
        "text,note,note\na,b,c\n", [(1, "note", "duplicate_header", "2 columns have this name")], ["a"]
    ),
    # -- the file as a whole
    "empty file": Case("", [(None, None, "empty_file", "is empty")]),
    "a byte order mark only": Case(b"\xef\xbb\xbf", [(None, None, "empty_file", "is empty")]),
    "blank lines only": Case("\n \n\n", [(None, None, "empty_file", "is empty")]),
    "blank cells only": Case(",,\n,,\n", [(None, None, "empty_file", "blank lines only")]),
    "header only": Case(H, [(None, None, "no_rows", "a header but no rows")]),
    "header and blank lines": Case(H + "\n\n", [(None, None, "no_rows", "a header but no rows")]),
    "Excel workbook": Case(
        b"PK\x03\x04\x14\0[Content_Types].xml \0xl/workbook.xml", [(None, None, "broken_excel", "damaged workbook")]
    ),
    "old Excel workbook": Case(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), [(None, None, "spreadsheet", "or as CSV")]
    ),
    "OpenDocument sheet": Case(
        b"PK\x03\x04\x14\0mimetypeapplication/vnd.oasis.opendocument.spreadsheet",
        [(None, None, "broken_excel", "get it again")],
    ),
    "zip archive": Case(b"PK\x03\x04\x14\0table.csv", [(None, None, "broken_excel", "get it again")]),
    "gzip archive": Case(b"\x1f\x8b\x08\0\0\0", [(None, None, "binary", "gzip")]),
    "PDF": Case(b"%PDF-1.7\n", [(None, None, "binary", "PDF")]),
    "PNG": Case(b"\x89PNG\r\n\x1a\n", [(None, None, "binary", "PNG")]),
    "binary rubbish": Case(bytes(range(1, 256)) * 4, [(None, None, "binary", "binary file")]),
    "Parquet renamed": Case(b"PAR1\x15\x04", [(None, None, "wrong_format", "rename it to end in .parquet")]),
    "JSON Lines renamed": Case('{"text": "a"}\n', [(None, None, "wrong_format", "rename it to end in .jsonl")]),
    "a JSON array": Case('[{"text": "a"}]', [(None, None, "wrong_format", "one object a line")]),
    "a web page": Case("<!DOCTYPE html><html><body>404</body></html>", [(None, None, "wrong_format", "web page")]),
    "a delimiter Assay does not read": Case(
        "text:label\na:b\n", [(None, None, "wrong_delimiter", "comma, a semicolon, a tab or a pipe")], [], {"delimiter": ":"}
    ),
    "too many rows": Case(
        H + OK * 4, [(5, None, "too_many_rows", "more than 3 rows")], ["fine"] * 3, {"max_rows": 3}
    ),
    "a label column that holds none": Case(
        H + "".join(f"a,{i}\n" for i in range(10_001)), [(None, "label", "too_many_labels", "over 10,000")], ["a"] * 9728
    ),
    "a rationale of the wrong length": Case(
        "text,rationale\na b,0 1\nc d,1\n", [(3, "rationale", "broken_rationale", "1 entries, the text 2 words")], ["a b"]
    ),
    "a rationale that is no 0/1 list": Case(
        "text,rationale\na b,0 1\nc d,0 2\n", [(3, "rationale", "broken_rationale", "no list of 0 and 1")], ["a b"]
    ),
}  # fmt: skip


def read(folder: Path, case: Case) -> AuditTable:
    path = folder / case.name
    path.write_bytes(case.content if isinstance(case.content, bytes) else case.content.encode())
    return open_table(path, TableOptions(**case.options))


@pytest.mark.parametrize("name", CASES)
def test_every_fault_has_its_place_and_sentence(tmp_path: Path, name: str):
    case = CASES[name]
    table = read(tmp_path, case)

    assert [(f.line, f.column, f.kind) for f in table.faults] == [fault[:3] for fault in case.faults]
    for found, (*_, words) in zip(table.faults, case.faults, strict=True):
        assert words in found.message
        assert found.message.endswith(".")
    assert [example.text for example in table] == case.texts
    assert table.fault_total == len(case.faults)


@pytest.mark.parametrize("name", CASES)
def test_faults_are_raised_all_at_once(tmp_path: Path, name: str):
    table = read(tmp_path, CASES[name])
    with pytest.raises(TableError) as raised:
        table.require()
    assert len(raised.value.faults) == len(CASES[name].faults)
    if CASES[name].texts:
        assert table.require(keep_good=True) is table
    else:
        with pytest.raises(TableError, match="no row that can be used"):
            table.require(keep_good=True)


def test_the_error_counts_kinds_and_says_what_to_do(tmp_path: Path):
    table = read(tmp_path, Case(H + "a\nb\n,good\n" + OK, []))
    with pytest.raises(TableError) as raised:
        table.require()
    assert str(raised.value) == (
        "table.csv has 3 faults (2 ragged rows, 1 empty text); mend the file, or go on with the 1 good row (--keep-good)."
    )
    assert raised.value.faults[2] == "line 4, column 'text': the cell is blank; a text is needed."


def test_an_unknown_label_is_told_once_with_its_lines(tmp_path: Path):
    rows = "".join(f"text {i},{'meh' if i % 2 else 'good'}\n" for i in range(16)) + ",good\nlast,so-so\n"
    table = read(tmp_path, Case("text,label\n" + rows, [])).matched(("bad", "good"))
    with pytest.raises(TableError) as raised:
        table.require()
    assert "10 faults (9 unknown labels, 1 empty text)" in str(raised.value)
    meh, blank, last = raised.value.faults
    assert meh.startswith("lines 3, 5, 7, 9, 11 and 3 more, column 'label': 'meh' is not a label of the model")
    assert blank.startswith("line 18, column 'text'")
    assert last.startswith("line 19, column 'label': 'so-so' is not a label")
    two = read(tmp_path, Case("text,label\na,meh\nb,meh\nc,good\n", [])).matched(("bad", "good"))
    with pytest.raises(TableError) as raised:
        two.require()
    assert raised.value.faults[0].startswith("lines 2 and 3, column 'label': 'meh'")


def test_faults_are_counted_beyond_the_cap(tmp_path: Path):
    table = read(tmp_path, Case(H + "a\n" * 50 + OK, [], options={"max_faults": 10}))
    assert len(table.faults) == 10
    assert table.fault_counts == {"ragged": 50}
    with pytest.raises(TableError) as raised:
        table.require()
    assert raised.value.faults[-1] == "... and 40 more."


def test_a_fault_shows_the_row_with_what_cannot_be_printed(tmp_path: Path):
    content = (H + "été à Nîmes,good\n" * 4).encode() + b"caf\xe9 \x00" + b"y" * 500 + b",good\n"
    fault = read(tmp_path, Case(content, [])).faults[0]
    assert fault.excerpt.startswith("caf\ufffd \u2400yyy")
    assert len(fault.excerpt) == 201
    assert fault.to_dict()["line"] == 6


def test_hopelessly_broken_quotes_end_the_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("audit.table.csv_rows.GIVE_UP", 50)
    table = read(tmp_path, Case(H + '"a" b,good\n' * 100, []))
    assert table.faults[-1].kind == "too_many_faults"
    assert table.fault_counts["broken_quote"] == 51


def test_a_line_without_end_is_refused_before_it_is_held_in_memory(tmp_path: Path):
    path = tmp_path / "endless.csv"
    path.write_bytes(b"text,label\n" + b"x" * (18 << 20))
    table = open_table(path)
    assert [f.kind for f in table.faults] == ["binary"]
    assert "without a line end" in table.faults[0].message


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda folder: folder / "absent.csv", "There is no file"),
        (lambda folder: folder, "is a folder"),
    ],
)
def test_a_path_without_file_is_refused(tmp_path: Path, make: Any, words: str):
    with pytest.raises(TableError, match=words):
        open_table(make(tmp_path))
