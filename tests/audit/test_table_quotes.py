"""Quotes that are letters: rows put together by them are told, and quoting can be turned off."""

from __future__ import annotations

import csv
import io
import random
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.table import AuditTable, TableOptions, open_table, preview

PUT_TOGETHER = "looks like a row of its own"


def read(folder: Path, content: str, name: str = "table.csv", **options) -> AuditTable:
    path = folder / name
    path.write_text(content, encoding="utf-8", newline="")
    return open_table(path, TableOptions(**options))


def warned(table: AuditTable) -> list[str]:
    return [warning for warning in table.warnings if PUT_TOGETHER in warning]


SWALLOWED = {
    "tabs": ("t.tsv", 'text\tlabel\na\t0\n"b said so .\t1\nc is dull\t0\nd\t1\ne "\t0\nf\t1\n', "3 to 6"),
    "commas": ("t.csv", 'text,label\na,0\n"b said so .,1\nc is dull,0\nd,1\ne",0\nf,1\n', "3 to 6"),
    "semicolons": ("t.csv", 'text;label\na;0\n"b said so .;1\nc;0\ne";0\nf;1\n', "3 to 5"),
    "pipes": ("t.csv", 'text|label\na|0\n"b said so .|1\nc|0\ne"|0\nf|1\n', "3 to 5"),
    "two lines": ("t.csv", 'text,label\na,no\n"b,yes\nc",no\nf,yes\ng,no\n', "3 to 4"),
    "the label comes first": ("t.tsv", 'label\ttext\n0\ta\n1\t"b\n0\tc\n1\td "\n0\tf\n', "3 to 5"),
    "three columns": ("t.csv", 'id,text,label\n1,a,0\n2,"b,1\n3,c,0\n4,d",1\n5,e,0\n', "3 to 5"),
    "no labels": ("t.tsv", "text\ttitle\na b\tA B\n\"c\tC D\ne f\tE F\ng\"\tG H\n", "3 to 5"),
    "Windows line ends": ("t.tsv", 'text\tlabel\r\na\t0\r\n"b\t1\r\nc\t0\r\nd "\t1\r\ne\t0\r\n', "3 to 5"),
    "a blank line within": ("t.tsv", 'text\tlabel\na\t0\n"b\t1\n\nc\t0\nd "\t1\ne\t0\n', "3 to 6"),
    "doubled quotes within": ("t.tsv", 'text\tlabel\na\t0\n"b\t1\nsay ""hi""\t0\nd "\t1\ne\t0\n', "3 to 5"),
    "in the pair": ("t.tsv", 'premise\thypothesis\tlabel\na\tx\tyes\nb\t"y\tno\nc\tz\tyes\nd\tz"\tno\ne\tx\tyes\n', "3 to 5"),
    "labels seen nowhere else": ("t.csv", 'text,label\na,pos\n"b,neg\nc,neg\nd",pos\nf,pos\n', "3 to 5"),
    "no comma after a number": ("t.csv", 'text,score\na,1.5\n"b,2.25\nc",0.5\nd,7.75\n', "3 to 4"),
}  # fmt: skip


@pytest.mark.parametrize("case", SWALLOWED)
def test_rows_that_a_quote_put_together_are_told_with_their_lines(tmp_path: Path, case: str):
    name, content, lines = SWALLOWED[case]
    table = read(tmp_path, content, name, label="-" if "label" not in content.partition("\n")[0] else "label")
    assert table.fault_total == 0
    assert len(warned(table)) == 1
    assert warned(table)[0].startswith(f"Lines {lines} were read as one row")
    assert "--no-quotes" in warned(table)[0]
    plain = read(tmp_path, content.replace("\n\n", "\n"), name, quotes=False, label="-")
    assert len(plain) == content.replace("\n\n", "\n").count("\n") - 1
    assert [e.line for e in plain] == list(range(2, len(plain) + 2))
    assert warned(plain) == []
    assert plain.fingerprint != table.fingerprint


SOUND = {
    "a review of two lines": 'text,label\n"First, it was late.\nThen, it was cold.",bad\nfine,good\nok,good\n',
    "one comma a line": 'text,label\n"I came, I saw\nand, well, left",bad\nfine,good\nok,good\n',
    "no space after a comma": 'text,label\n"I came,I saw it\nI left",bad\nfine,good\nok,good\n',
    "thousands": 'id,text\n1,"it cost\n2,000 dollars\n3,000 euros"\n2,fine\n3,ok\n',
    "years": 'text,label\n"Paris, 1999\nRome, 2000",0\nfine,1\nok,0\n',
    "a comma at the end of a line": 'label,text\nbad,"Also,\nI was cold,\nand left"\ngood,fine\ngood,ok\n',
    "an address": 'id,text,label\n1,"12 High St, Ely, CB7\n3 Low Rd, Ely, CB7",bad\n2,fine,good\n3,ok,good\n',
    "paragraphs": 'text,label\n"one, two\n\nthree, four\n\nfive",good\nok,bad\nfine,good\n',
    "a list": 'text;label\n"- red; green\n- blue; white";good\nok;bad\nfine;good\n',
    "one column": 'text\n"a\nb\nc"\nd\n',
    "Chinese": 'text,label\n"房间很小,早餐太差\n服务很好",0\n不错,1\n很好,1\n',
    "tabs in a CSV": 'text,label\n"a\t1\nb\t0",good\nok,bad\nfine,good\n',
}


@pytest.mark.parametrize("case", SOUND)
def test_texts_of_several_lines_are_not_complained_of(tmp_path: Path, case: str):
    table = read(tmp_path, SOUND[case])
    assert table.fault_total == 0
    assert warned(table) == []


@pytest.mark.parametrize(
    "name",
    [
        "imdb_counterfactual/train_paired.csv",
        "checklist_sentiment/cases.csv",
        "banking77/train.csv",
        "ag_news/small_train.csv",
        "chnsenticorp_hotel/all.csv",
    ],
)
def test_real_texts_broken_into_lines_are_not_complained_of(tmp_path: Path, data_folder: Path, name: str):
    rng = random.Random(0)
    rows = []
    for example in open_table(data_folder / name).head(400):
        text = re.sub(
            "([.!?。！？,，;]) ?", lambda end: end[1] + rng.choice("\n "), example.text.replace("<br />", "\n")
        )
        rows.append([text, example.label, str(len(rows))])
    several = sum("\n" in text for text, *_ in rows)
    for header, columns in (
        (("text", "label"), (0, 1)),
        (("label", "text"), (1, 0)),
        (("id", "text", "label"), (2, 0, 1)),
        (("id", "text"), (2, 0)),
    ):
        for delimiter in ",;\t|":
            out = io.StringIO()
            csv.writer(out, delimiter=delimiter).writerows([header, *([row[i] for i in columns] for row in rows)])
            table = read(tmp_path, out.getvalue(), delimiter=delimiter)
            assert len(table) == len(rows)
            assert sum("\n" in example.text for example in table) == several > 10
            assert warned(table) == []


def test_many_places_are_counted_and_some_named(tmp_path: Path):
    piece = 'fine\t0\n"open\t1\nclose "\t0\nok\t1\n'
    table = read(tmp_path, "text\tlabel\n" + piece * 40, "t.tsv")
    assert warned(table)[0].startswith(
        "40 rows were read over several lines (lines 3 to 4, 7 to 8, 11 to 12, 15 to 16, 19 to 20 and 35 more)"
    )


def test_it_is_told_wherever_it_is_in_a_long_file(tmp_path: Path):
    rows = [f"row {i}\t{'yes' if i < 3000 else 'no'}\n" for i in range(6000)]
    rows[5_500] = '"' + rows[5_500]
    rows[5_503] = rows[5_503].replace("\t", '"\t')
    table = read(tmp_path, "text\tlabel\n" + "".join(rows), "t.tsv")
    assert len(table) == 5_997
    assert warned(table)[0].startswith("Lines 5502 to 5505 were read as one row")
    assert warned(table.head(10)) == warned(table)


def test_a_preview_tells_it_of_the_rows_it_read(tmp_path: Path):
    read(tmp_path, SWALLOWED["tabs"][1], "t.tsv")
    assert any(PUT_TOGETHER in warning for warning in preview(tmp_path / "t.tsv").warnings)
    shown = preview(tmp_path / "t.tsv", TableOptions(quotes=False))
    assert shown.rows[1] == ('"b said so .', "1")


def test_without_quoting_every_quote_is_a_letter(tmp_path: Path):
    content = 'text\tlabel\n"He said ""no""."\tx\n"open\ty\nit\'s 5" wide\tx\n""\ty\n'
    table = read(tmp_path, content, "t.tsv", quotes=False)
    assert [(e.line, e.text, e.label) for e in table] == [
        (2, '"He said ""no""."', "x"), (3, '"open', "y"), (4, "it's 5\" wide", "x"), (5, '""', "y"),
    ]  # fmt: skip
    assert table.faults == ()


def test_without_quoting_a_cell_cannot_hold_the_delimiter(tmp_path: Path):
    table = read(tmp_path, 'text,label\n"a, b",x\nc,y\n', quotes=False)
    assert [str(fault) for fault in table.faults] == ["line 2: the row has 3 cells where the header has 2."]
    assert [e.text for e in table] == ["c"]


def test_the_delimiter_is_found_without_quoting(tmp_path: Path):
    content = 'text;label\n"a;1\nb, c, d;0\n'
    table = read(tmp_path, content, quotes=False)
    assert (table.source.delimiter, [e.text for e in table]) == (";", ['"a', "b, c, d"])


def test_faults_of_quotes_say_how_to_turn_quoting_off(tmp_path: Path):
    for content in ('text,label\n"a,1\nb,0\n', 'text,label\n"a" b,1\nc,0\n', 'text,label,x\na,"b,1\nc",d,1,0\ne,0,1\n'):
        table = read(tmp_path, content)
        assert any("(--no-quotes)" in fault.message for fault in table.faults), table.faults
    assert len(read(tmp_path, 'text,label\n"a,1\n"b" c,0\n', quotes=False)) == 2


@settings(derandomize=True, deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.tuples(st.text("abc\"', ;", min_size=1, max_size=8).filter(str.strip), st.sampled_from(["x", "y"])),
        min_size=1,
        max_size=30,
    )
)
def test_without_quoting_lines_are_rows(tmp_path: Path, rows: list[tuple[str, str]]):
    table = read(
        tmp_path, "text\tlabel\n" + "".join(f"{text}\t{label}\n" for text, label in rows), "t.tsv", quotes=False
    )
    assert [(e.text, e.label) for e in table] == rows


@settings(derandomize=True, deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 9999),
    opens=st.integers(0, 18),
    length=st.integers(1, 9),
    quoted=st.sampled_from([("text", "label"), ("label", "text"), ("id", "text", "label")]),
)
def test_no_quote_swallows_rows_in_silence(tmp_path: Path, seed: int, opens: int, length: int, quoted: tuple[str, ...]):
    rng = random.Random(seed)
    rows = [
        {
            "text": " ".join(rng.choices(["fine", "dull", "film", "plot", "it"], k=4)),
            "label": rng.choice(["neg", "pos"]),
            "id": str(i),
        }
        for i in range(30)
    ]
    rows[opens]["text"] = '"' + rows[opens]["text"]
    rows[opens + length]["text"] += ' "'
    content = "".join("\t".join(row[name] for name in quoted) + "\n" for row in rows)
    table = read(tmp_path, "\t".join(quoted) + "\n" + content, "t.tsv")
    assert len(table) == 30 - length
    assert warned(table)[0].startswith(f"Lines {opens + 2} to {opens + length + 2} ")
