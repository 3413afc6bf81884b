"""What must hold for every table: texts come back as they were, lines are right, one fault costs one row, nothing crashes."""

from __future__ import annotations

import csv
import io
import json
import random
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from audit.errors import TableError
from audit.table import AuditTable, TableOptions, open_table, preview, profile
from audit.table.store import escaped

settings.register_profile(
    "table",
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
PROFILE = settings.get_profile("table")

CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
TEXTS = st.text(CHARACTERS | st.sampled_from('",;|\t\r\n '), min_size=1, max_size=40).filter(str.strip)
LABELS = st.sampled_from(["good", "bad", " good", "gut, schlecht", 'a "b"', "", "  "])
CONTROL = {chr(code) for code in range(32)} - set("\t\n\f\r\x1a\x1b")


def few_controls(rows: list[tuple[str, str]]) -> bool:
    """Whether a file of these rows is a table at all: a small one with more than eight control characters is binary."""
    return sum(character in CONTROL for text, _ in rows for character in text) <= 8


ROWS = st.lists(st.tuples(TEXTS, LABELS), min_size=1, max_size=30).filter(few_controls)


def written(rows: list[tuple[str, str]], delimiter: str = ",", end: str = "\n") -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerow(["text", "label"])
    writer.writerows(rows)
    return out.getvalue()


def opened(folder: Path, content: bytes, name: str = "table.csv", **options: object) -> AuditTable:
    path = folder / name
    path.write_bytes(content)
    return open_table(path, TableOptions(**options))  # type: ignore[arg-type]


def starts(content: str) -> list[int]:
    """The line each record starts on, by the plainest possible reader."""
    reader, before, found = csv.reader(io.StringIO(content, newline="")), 0, []
    for _ in reader:
        found.append(before + 1)
        before = reader.line_num
    return found


@settings(PROFILE, max_examples=80)
@given(
    rows=ROWS,
    delimiter=st.sampled_from(",;\t|"),
    end=st.sampled_from(["\n", "\r\n"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030", "utf-32"]),
)
def test_texts_come_back_as_they_were(
    tmp_path: Path, rows: list[tuple[str, str]], delimiter: str, end: str, encoding: str
):
    content = written(rows, delimiter, end)
    table = opened(tmp_path, content.encode(encoding), encoding=encoding, delimiter=delimiter)
    assert table.faults == ()
    assert [(e.text, e.label) for e in table] == [(text, label if label.strip() else None) for text, label in rows]
    assert [e.line for e in table] == starts(content)[1:]
    assert len(set(table.row_ids())) == len(rows)


@settings(PROFILE, max_examples=40)
@given(rows=ROWS, seed=st.integers(0, 1000))
def test_ids_do_not_depend_on_order_or_format(tmp_path: Path, rows: list[tuple[str, str]], seed: int):
    first = opened(tmp_path, written(rows).encode())
    shuffled = random.Random(seed).sample(rows, len(rows))
    lines = "".join(json.dumps({"text": text, "label": label}) + "\n" for text, label in shuffled)
    second = opened(tmp_path, lines.encode(), "table.jsonl")
    assert sorted(first.row_ids()) == sorted(second.row_ids())
    assert all(second.find(e.row_id).text == e.text for e in first)


@settings(PROFILE, max_examples=100)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=8))
def test_records_are_the_json_they_are_defined_as(texts: list[str]):
    assert escaped(texts) == [json.dumps(text, ensure_ascii=False)[1:-1].encode() for text in texts]


BROKEN = {
    "ragged": "only one cell",
    "wide": "a,b,c",
    "stray": '"a" b,good',
    "open": '"never closed,good',
    "empty": " ,good",
}


@settings(PROFILE, max_examples=80)
@given(rows=ROWS, kind=st.sampled_from(sorted(BROKEN)), place=st.integers(0, 30))
def test_one_broken_line_costs_one_row(tmp_path: Path, rows: list[tuple[str, str]], kind: str, place: int):
    rows = [(text, label) for text, label in rows if not {"\r", "\n"} & set(text)]
    assume(rows)
    lines = written(rows).split("\n")[:-1]
    at = 1 + place % len(lines)
    # a cell that begins with a delimiter or quote closes the open quote before it in due form: no reader can tell
    assume(kind != "open" or at == len(lines) or rows[at - 1][0][0] not in ',"')
    content = "\n".join([*lines[:at], BROKEN[kind], *lines[at:]]) + "\n"
    table = opened(tmp_path, content.encode())
    assert [fault.line for fault in table.faults] == [at + 1]
    assert [e.text for e in table] == [text for text, _ in rows]
    assert [e.line for e in table] == [line for line in range(2, len(lines) + 2) if line != at + 1]


@pytest.mark.parametrize(("controls", "rows"), [(8, 2), (9, 2), (9, 300)])
def test_a_file_of_control_characters_is_no_table(tmp_path: Path, controls: int, rows: int):
    """Eight are allowed, or one in a hundred bytes; beyond both it is one fault of the file, of no line."""
    texts = [("\x19" * controls, "good"), *[("plain", "good")] * (rows - 1)]
    content = written(texts)
    table = opened(tmp_path, content.encode())
    if controls <= 8 or controls * 100 <= len(content):
        assert [e.text for e in table] == [text for text, _ in texts]
        assert table.faults == ()
    else:
        assert [(fault.line, fault.kind) for fault in table.faults] == [(None, "binary")]
        assert len(table) == 0


@settings(PROFILE, max_examples=150)
@given(content=st.binary(max_size=300), name=st.sampled_from(["t.csv", "t.jsonl", "t.tsv", "t.parquet", "t"]))
def test_no_bytes_crash_it(tmp_path: Path, content: bytes, name: str):
    check_anything(tmp_path, content, name)


PIECES = st.sampled_from(
    ['"', ",", ";", "\n", "\r\n", "\t", "|", "text", "label", "a", "é", "\0", " ", "\ufeff", "{", "}", '{"text": "a"}', "sep=;"]
)  # fmt: skip


@settings(PROFILE, max_examples=200)
@given(pieces=st.lists(PIECES, max_size=60), name=st.sampled_from(["t.csv", "t.jsonl"]), header=st.booleans())
def test_no_arrangement_crashes_it(tmp_path: Path, pieces: list[str], name: str, header: bool):
    check_anything(tmp_path, ("text,label\n" * header + "".join(pieces)).encode(), name)


def check_anything(folder: Path, content: bytes, name: str) -> None:
    """Whatever a file holds: faults or rows, each fault a sentence, each row findable, and the page's calls work."""
    table = opened(folder, content, name)
    assert len(table) or table.faults
    assert table.fault_total == len(table.faults)
    lines = content.count(b"\n") + content.count(b"\r") + 1
    for fault in table.faults:
        assert fault.message.endswith(".")
        assert fault.line is None or 1 <= fault.line <= lines
    for example in table:
        assert example.text.strip()
        assert "\0" not in example.text
        assert table.find(example.row_id) == example
    preview(table.source.path)
    profile(table)
    if not table.faults:
        assert table.require() is table
        return
    with pytest.raises(TableError) as raised:
        table.require()
    assert len(raised.value.faults) == len(table.faults)


@settings(PROFILE, max_examples=25)
@given(seed=st.integers(0, 10_000))
def test_batches_leave_no_trace(tmp_path: Path, seed: int):
    """Long files with cells of several lines, blank lines and broken rows anywhere, held against a line-by-line reading."""
    rng = random.Random(seed)
    content, expected, faults, line = ["text,label\n"], [], [], 2
    for i in range(1_600):
        kind = rng.choices(["plain", "lines", "blank", "ragged", "open", "stray"], [95, 2, 1, 1, 1, 1])[0]
        record = {
            "plain": f"row {i},good\n",
            "lines": f'"row\n\n{i}\r\n""x""",bad\n',
            "blank": "\n",
            "ragged": f"row {i}\n",
            "open": f'"row {i},good\n',
            "stray": f'"row" {i},good\n',
        }[kind]
        if kind in {"plain", "lines"}:
            expected.append((line, f"row {i}" if kind == "plain" else f'row\n\n{i}\r\n"x"'))
        elif kind != "blank":
            faults.append(line)
        content.append(record)
        line += record.count("\n")
    table = opened(tmp_path, "".join(content).encode())
    found = {(e.line, e.text) for e in table}
    assert len(found) == len(table)
    assert found <= set(expected)
    # what lies between an open quote and the next quoted cell is covered by the one fault, which names both lines
    covered: set[int] = set()
    for fault in table.faults:
        reach = re.search(r"closes only on line (\d+)", fault.message)
        covered |= set(range(fault.line or 0, int(reach.group(1)) + 1 if reach else (fault.line or 0) + 1))
    assert covered >= set(faults)
    assert {line for line, text in set(expected) - found} <= covered
    assert {fault.line for fault in table.faults} <= set(faults)


def test_rows_beyond_the_first_batch_keep_their_lines(tmp_path: Path):
    rows = [(f"row {i}" if i % 100 else f"row\n{i}", "good") for i in range(1, 1_800)]
    table = opened(tmp_path, written(rows).encode())
    assert [e.text for e in table] == [text for text, _ in rows]
    assert [e.line for e in table] == starts(written(rows))[1:]


@pytest.mark.parametrize("count", [511, 512, 513, 1023, 1024, 1025])
def test_faults_at_the_edges_of_batches(tmp_path: Path, count: int):
    content = "text,label\n" + "fine,good\n" * (count - 1) + "broken\n" + "fine,good\n" * 3
    table = opened(tmp_path, content.encode())
    assert [fault.line for fault in table.faults] == [count + 1]
    assert len(table) == count + 2
