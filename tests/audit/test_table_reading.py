"""Odd but sound files, read as they are meant: encodings, delimiters, line ends, quotes, columns."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from audit.errors import TableError
from audit.table import AuditTable, TableOptions, open_table, preview

H = "text,label\n"
ROW = ("這部電影很好看，我喜歡", "good")
CHINESE = "房间很小，早餐太差，但是服务员态度很好"
TRADITIONAL = "房間很小，早餐太差，但是服務員態度很好"


def save(folder: Path, content: str | bytes, name: str = "table.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read(folder: Path, content: str | bytes, name: str = "table.csv", **options: Any) -> AuditTable:
    table = open_table(save(folder, content, name), TableOptions(**options))
    assert table.faults == ()
    return table


@dataclass(frozen=True)
class Odd:
    """A file and its rows as (line, text, label); `warned` is part of its one warning, if it has one."""

    content: str | bytes
    rows: list[tuple[int, str, str | None]]
    warned: str = ""
    name: str = "table.csv"


SOUND = {
    "UTF-8 with byte order mark": Odd(b"\xef\xbb\xbf" + (H + "é,good\n").encode(), [(2, "é", "good")]),
    "UTF-16 with byte order mark": Odd((H + "é,good\n").encode("utf-16"), [(2, "é", "good")]),
    "UTF-16 big-endian with byte order mark": Odd(
        b"\xfe\xff" + (H + "é,good\n").encode("utf-16-be"), [(2, "é", "good")]
    ),
    "UTF-16 without byte order mark": Odd(
        (H + "é,good\n").encode("utf-16-le"), [(2, "é", "good")], "encoding was guessed: utf-16-le"
    ),
    "UTF-32": Odd((H + "é,good\n").encode("utf-32"), [(2, "é", "good")]),
    "GB18030": Odd((H + CHINESE + ",good\n").encode("gb18030"), [(2, CHINESE, "good")], "guessed: gb18030"),
    "Big5": Odd((H + TRADITIONAL + ",good\n").encode("big5"), [(2, TRADITIONAL, "good")], "guessed: big5"),
    "Latin-1": Odd(
        (H + "déjà vu, à l'été\n".replace(",", "") + "café,good\n").replace("été\n", "été,good\n").encode("latin-1"),
        [(2, "déjà vu à l'été", "good"), (3, "café", "good")],
        "guessed: latin-1",
    ),
    "cp1252 with its quotes": Odd(
        (H + "it’s “fine” – naïve,good\n").encode("cp1252"), [(2, "it’s “fine” – naïve", "good")], "guessed: cp1252"
    ),
    "emoji, right-to-left, combining marks": Odd(
        H + "👩‍👩‍👧 שלום e\u0301 \u202eabc,good\n", [(2, "👩‍👩‍👧 שלום e\u0301 \u202eabc", "good")]
    ),
    "line and paragraph separators are no line ends": Odd(
        H + "a\u2028b\u2029c\x85d\x0be\x0cf,good\nz,bad\n", [(2, "a\u2028b\u2029c\x85d\x0be\x0cf", "good"), (3, "z", "bad")]
    ),
    "semicolons": Odd("text;label\na, b;good\n", [(2, "a, b", "good")], "delimiter was guessed: semicolon"),
    "tabs": Odd("text\tlabel\na, b; c\tgood\n", [(2, "a, b; c", "good")], "delimiter was guessed: tab"),
    "tabs in a .tsv": Odd("text\tlabel\na, b\tgood\n", [(2, "a, b", "good")], name="table.tsv"),
    "pipes": Odd("text|label\na, b; c|good\n", [(2, "a, b; c", "good")], "delimiter was guessed: pipe"),
    "a spreadsheet's choice of delimiter": Odd(
        "sep=;\ntext;label\na, b;good\n", [(3, "a, b", "good")], "'sep=;', was taken as the choice"
    ),
    "Windows line ends": Odd("text,label\r\na,good\r\nb,bad\r\n", [(2, "a", "good"), (3, "b", "bad")]),
    "old Macintosh line ends": Odd("text,label\ra,good\rb,bad\r", [(2, "a", "good"), (3, "b", "bad")]),
    "mixed line ends": Odd("text,label\r\na,good\nb,bad\r", [(2, "a", "good"), (3, "b", "bad")]),
    "no line end after the last row": Odd(H + "a,good\nb,bad", [(2, "a", "good"), (3, "b", "bad")]),
    "blank lines": Odd("\n\n" + H + "\na,good\n\n  \nb,bad\n\n\n", [(5, "a", "good"), (8, "b", "bad")]),
    "cells of several lines": Odd(
        H + '"a\nb\r\nc\rd",good\nz,bad\n', [(2, "a\nb\r\nc\rd", "good"), (6, "z", "bad")]
    ),
    "doubled quotes": Odd(H + '"say ""hi""",good\n""""," bad "\n', [(2, 'say "hi"', "good"), (3, '"', " bad ")]),
    "a quote inside a bare cell": Odd(H + '5" screen,good\n', [(2, '5" screen', "good")]),
    "white space around cells is kept": Odd(H + "  a  ,good\n", [(2, "  a  ", "good")]),
    "white space around the header": Odd(" Text , LABEL \na,good\n", [(2, "a", "good")]),
    "more columns than are used": Odd("id,text,x,label,y\n1,a,,good,\n", [(2, "a", "good")]),
    "an index column without a name": Odd(",text,label\n0,a,good\n", [(2, "a", "good")]),
    "columns without a name at the end": Odd("text,label,,\na,good,,\n", [(2, "a", "good")]),
    "text only": Odd("text\na\nb\n", [(2, "a", None), (3, "b", None)]),
    "one column of another name": Odd("verbatim\na\n", [(2, "a", None)], "only column, 'verbatim', was taken as the text"),
    "a text by a usual name": Odd("Review,stars\na,5\n", [(2, "a", None)], "'Review' was taken as the text"),
    "rows without a label": Odd(H + "a,\nb,good\nc,  \n", [(2, "a", None), (3, "b", "good"), (4, "c", None)]),
    "formulas, HTML and escapes are text": Odd(
        H + "=1+1,good\n<b>x</b>&amp;,good\n\\n \\t,good\n",
        [(2, "=1+1", "good"), (3, "<b>x</b>&amp;", "good"), (4, "\\n \\t", "good")],
    ),
    "control characters that are no NUL": Odd(H + "a\x01b\x7fc,good\n", [(2, "a\x01b\x7fc", "good")]),
    "a byte order mark inside the file": Odd(H + "\ufeffa,good\n", [(2, "\ufeffa", "good")]),
    "the longest cell there may be": Odd(H + "x" * 131_072 + ",good\n", [(2, "x" * 131_072, "good")]),
    "numbers and 'NA' stay as typed": Odd(H + "007,1.50\nNA,null\n", [(2, "007", "1.50"), (3, "NA", "null")]),
    ".txt with commas": Odd(H + "a,good\n", [(2, "a", "good")], name="table.txt"),
    "an ending nobody knows": Odd(H + "a,good\n", [(2, "a", "good")], name="table.data"),
}  # fmt: skip


@pytest.mark.parametrize("name", SOUND)
def test_odd_files_are_read_as_they_are_meant(tmp_path: Path, name: str):
    case = SOUND[name]
    table = read(tmp_path, case.content, case.name)

    assert [(example.line, example.text, example.label) for example in table] == case.rows
    assert len(table.warnings) == bool(case.warned)
    assert case.warned in "".join(table.warnings)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "gb18030", "big5"])
def test_an_encoding_can_be_set(tmp_path: Path, encoding: str):
    table = read(tmp_path, (H + ",".join(ROW) + "\n").encode(encoding), encoding=encoding)
    assert (table[0].text, table[0].label) == ROW
    assert table.warnings == ()


def test_an_encoding_set_beats_the_guess(tmp_path: Path):
    content = (H + "очень хорошо,good\n").encode("cp1251")
    assert read(tmp_path, content, encoding="cp1251")[0].text == "очень хорошо"


@pytest.mark.parametrize(("sign", "names"), [(",", "comma"), (";", "semicolon"), ("\t", "tab"), ("|", "pipe")])
def test_a_delimiter_can_be_set_by_sign_or_name(tmp_path: Path, sign: str, names: str):
    content = f"text{sign}label\nx{sign}good\n"
    for wanted in (sign, names, names.upper()):
        assert read(tmp_path, content, delimiter=wanted)[0].label == "good"
        assert read(tmp_path, content, delimiter=wanted).warnings == ()


def test_the_columns_asked_for_decide_on_the_delimiter(tmp_path: Path):
    content = "text;a,label;b\nx;1,y;2\n"
    assert read(tmp_path, content, label="b").source.delimiter == ";"
    assert read(tmp_path, content, text="text;a", label="label;b").source.delimiter == ","


def test_a_choice_of_two_delimiters_is_told(tmp_path: Path):
    table = read(tmp_path, "sentence;review,text\nx;y,z\n")
    assert "(a semicolon would fit too)" in table.warnings[0]


def test_columns_are_found_and_can_be_named(tmp_path: Path):
    content = "premise,hypothesis,gold,region,group:age,rationale\na b,c,yes,north,old,0 1\n"
    table = read(tmp_path, content, label="GOLD ", groups=("Region",))
    assert table.columns.text == "premise"
    assert table.columns.pair == "hypothesis"
    assert table.columns.label == "gold"
    assert table.columns.groups == ("region",)
    assert table[0].groups == {"region": "north"}
    assert table[0].rationale == (0, 1)
    assert read(tmp_path, content).columns.groups == ("group:age",)


def test_a_dash_asks_for_no_column(tmp_path: Path):
    content = "text,text_pair,label,rationale\na b,c,good,0 1\n"
    table = read(tmp_path, content, label="-", pair="-", rationale="-")
    assert (table[0].label, table[0].pair, table[0].rationale) == (None, None, None)


@pytest.mark.parametrize("cell", ["1 0 1", '"1,0,1"', '"[1, 0, 1]"', " 1  0 1 "])
def test_rationales_are_lists_of_0_and_1(tmp_path: Path, cell: str):
    assert read(tmp_path, f"text,rationale\na b c,{cell}\nd e,\n")[0].rationale == (1, 0, 1)
    assert read(tmp_path, f"text,rationale\na b c,{cell}\nd e,\n")[1].rationale is None


def test_a_column_called_rationale_may_hold_something_else(tmp_path: Path):
    table = read(tmp_path, "text,rationale\na b,because it is good\nc,\n")
    assert table.columns.rationale is None
    assert "'rationale' holds no 0/1 lists" in table.warnings[0]


def test_an_upload_goes_by_the_name_its_user_knows(tmp_path: Path):
    kept = save(tmp_path, "text\tlabel\na, b\n", "0123abcd")
    table = open_table(kept, name="Reviews.TSV")
    assert (table.source.name, table.source.delimiter, table.warnings) == ("Reviews.TSV", "\t", ())
    with pytest.raises(TableError, match=r"^Reviews\.TSV has 1 fault"):
        table.require()
    assert preview(kept, name="Reviews.parquet").faults[0].message.startswith("Reviews.parquet is not a Parquet file")


def test_a_limit_ends_the_reading(tmp_path: Path):
    path = save(tmp_path, H + "a,good\nb,good\nbroken\n")
    table = open_table(path, TableOptions(limit=2))
    assert [example.text for example in table] == ["a", "b"]
    assert table.faults == ()


def test_a_preview_shows_the_mapping_to_confirm(tmp_path: Path):
    content = ("Review;Stars;label\n" + f"{CHINESE};5;good\n" * 30).encode("gb18030")
    shown = preview(save(tmp_path, content), rows=3)
    assert shown.header == ("Review", "Stars", "label")
    assert shown.columns.text == "Review"
    assert shown.columns.label == "label"
    assert shown.rows == ((CHINESE, "5", "good"),) * 3
    assert shown.source.encoding == "gb18030"
    assert shown.source.encoding_guessed
    assert shown.source.delimiter == ";"
    assert len(shown.warnings) == 3


def test_a_preview_of_a_broken_file_says_why(tmp_path: Path):
    shown = preview(save(tmp_path, b"%PDF-1.7"))
    assert shown.rows == ()
    assert [fault.kind for fault in shown.faults] == ["binary"]


def test_real_files_hold_no_faults(data_folder: Path):
    rows = {"sst2/test": 1821, "hatexplain/val": 1922, "banking77/test": 3080, "chnsenticorp_hotel/all": 7765}
    for name, count in rows.items():
        table = open_table(data_folder / f"{name}.csv")
        assert (table.faults, table.warnings, len(table)) == ((), (), count)


def test_real_chinese_text_is_recognised_in_its_encodings(data_folder: Path, tmp_path: Path):
    table = open_table(data_folder / "chnsenticorp_hotel" / "all.csv", TableOptions(limit=300))
    content = "text,label\n" + "".join(f'"{e.text.replace(chr(34), "")}",{e.label}\n' for e in table)
    other = open_table(save(tmp_path, content.encode("gb18030")))
    assert other.source.encoding == "gb18030"
    assert [e.text for e in other] == [e.text.replace('"', "") for e in table]
