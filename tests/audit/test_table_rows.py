"""Row ids from content, duplicates, views, random access, fingerprints."""

from __future__ import annotations

import hashlib
import itertools
import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from audit.errors import InputError
from audit.table import AuditTable, TableOptions, file_sha256, match_labels, open_table
from audit.table.arena import Arena


def read(folder: Path, content: str, name: str = "table.csv", **options: Any) -> AuditTable:
    path = folder / name
    path.write_text(content, encoding="utf-8", newline="")
    table = open_table(path, TableOptions(**options))
    assert table.faults == ()
    return table


def defined_id(text: str, pair: str | None, label: str | None, groups: dict[str, str]) -> str:
    """DESIGN.md: first 16 hex of sha256(JSON of text, pair, label, groups)."""
    data = json.dumps([text, pair, label, groups], ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(data.encode()).hexdigest()[:16]


def test_a_row_id_is_the_hash_of_its_content(tmp_path: Path):
    content = 'text,text_pair,label,zone,area\n"a ""q""\té\u2028\x01\\",p,good,n,s\n'
    table = read(tmp_path, content, groups=("zone", "area"))
    text = 'a "q"\té\u2028\x01\\'
    assert table[0].row_id == defined_id(text, "p", "good", {"area": "s", "zone": "n"})
    assert read(tmp_path, content, pair="-")[0].row_id == defined_id(text, None, "good", {})
    assert read(tmp_path, content, pair="-", label="-")[0].row_id == defined_id(text, None, None, {})
    assert read(tmp_path, "text,label\nx, \n")[0].row_id == defined_id("x", None, None, {})


def test_row_ids_never_change(tmp_path: Path):
    """A literal, so that no later version computes others: stored runs refer to them."""
    assert read(tmp_path, "text,label\na fine film,positive\n")[0].row_id == "359601696f4b1ded"


def test_row_ids_are_stable_across_order_format_and_file(tmp_path: Path):
    rows = [(f"text {i % 7}", "good" if i % 2 else "bad") for i in range(40)]
    first = read(tmp_path, "text,label\n" + "".join(f"{t},{c}\n" for t, c in rows))
    random.Random(0).shuffle(rows)
    second = read(tmp_path, "x;label;text\n" + "".join(f";{c};{t}\n" for t, c in rows), "other.csv")
    lines = "".join(json.dumps({"label": c, "text": t}) + "\n" for t, c in rows)
    third = read(tmp_path, lines, "other.jsonl")
    assert sorted(first.row_ids()) == sorted(second.row_ids()) == sorted(third.row_ids())
    assert list(second.row_ids()) == list(third.row_ids())
    assert second.fingerprint == third.fingerprint != first.fingerprint


def test_duplicates_are_numbered_in_file_order(tmp_path: Path):
    table = read(tmp_path, "text,label\na,x\nb,x\na,x\na,y\na,x\n")
    a, b, other = table[0].row_id, table[1].row_id, table[3].row_id
    assert list(table.row_ids()) == [a, b, f"{a}-2", other, f"{a}-3"]
    assert table.occurrences.tolist() == [1, 1, 2, 1, 3]
    assert {example.content_id for example in table} == {a, b, other}


def test_rows_are_found_by_id(tmp_path: Path):
    table = read(tmp_path, "text,label\n" + "".join(f"text {i % 700},x\n" for i in range(2000)))
    for index in (0, 511, 512, 1300, 1999):
        assert table.find(table.row_id(index)) == table[index]
    assert [e.line for e in table.examples([table.row_id(5), table.row_id(2)])] == [7, 4]
    known = table.row_id(0)
    for absent in ("0" * 16, "x", "", known + "-1", known + "-99", known.upper() + "-2 ", "f" * 40, known + "-"):
        with pytest.raises(InputError, match="has no row with the id"):
            table.find(absent)


def test_views_share_rows_and_keep_their_ids(tmp_path: Path):
    table = read(tmp_path, "text,label\n" + "".join(f"text {i % 5},x\n" for i in range(20)))
    view = table[10:16:2]
    assert [e.line for e in view] == [12, 14, 16]
    assert view[0] == table[10]
    assert view[-1] == table[14]
    assert view.find(table.row_id(12)).line == 14
    with pytest.raises(InputError):
        view.find(table.row_id(11))
    assert len(table.head(3)) == 3
    assert [len(chunk) for chunk in table.chunks(8)] == [8, 8, 4]
    assert [e for chunk in table.chunks(8) for e in chunk] == list(table)
    assert view.fingerprint != table.fingerprint == table[:].fingerprint
    with pytest.raises(ValueError, match="forwards"):
        table[::-1]
    with pytest.raises(IndexError):
        table[20]


def test_the_fingerprint_is_of_what_numbers_depend_on(tmp_path: Path):
    one = read(tmp_path, "text,label\na,x\nb,y\n")
    assert read(tmp_path, "Text;other;LABEL\na;1;x\n\nb;2;y\n", "two.csv").fingerprint == one.fingerprint
    assert read(tmp_path, "text,label\nb,y\na,x\n").fingerprint != one.fingerprint
    assert read(tmp_path, "text,label\na,x\nb,x\n").fingerprint != one.fingerprint
    assert read(tmp_path, "text,label,rationale\na,x,1\nb,y,0\n").fingerprint != one.fingerprint
    same = one.with_labels(match_labels(one.label_counts, ("x", "y")))
    mapped = one.with_labels(match_labels(one.label_counts, ("p", "q"), chosen={"x": "p", "y": "q"}))
    assert same.fingerprint == one.fingerprint != mapped.fingerprint


def test_opening_twice_in_another_process_gives_the_same(tmp_path: Path):
    table = read(tmp_path, "text,label,zone\nä,x,n\nb,y,s\nä,x,n\n", groups=("zone",))
    code = (
        "import sys; from audit.table import *; t = open_table(sys.argv[1], TableOptions(groups=('zone',)));"
        "print(t.fingerprint, *t.row_ids()); assert not {'torch', 'pyarrow', 'pandas'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code, table.source.path], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [table.fingerprint, *table.row_ids()]


def test_the_source_is_described(tmp_path: Path):
    table = read(tmp_path, "text,label\na,x\n", "my table.csv")
    assert table.source.name == "my table.csv"
    assert table.source.sha256 == file_sha256(table.source.path) == hashlib.sha256(b"text,label\na,x\n").hexdigest()
    assert (table.source.size, table.source.format, table.source.encoding) == (15, "csv", "utf-8")


def test_labels_are_counted(tmp_path: Path):
    table = read(tmp_path, "text,label\na,x\nb,y\nc,\nd,y\n")
    assert table.labels == ("x", "y")
    assert table.label_codes.tolist() == [0, 1, -1, 1]
    assert list(table.label_counts.items()) == [("y", 2), ("x", 1)]
    assert table.unlabelled == 1
    assert table.lengths.tolist() == [1, 1, 1, 1]
    assert read(tmp_path, "text,text_pair\nab,cde\n").lengths.tolist() == [5]


def test_an_arena_reads_across_its_pieces():
    arena, pieces, rng = Arena(in_memory=1000), [], random.Random(1)
    for _ in range(400):
        pieces.append(rng.randbytes(rng.randrange(40)))
        arena.append(pieces[-1])
    whole, ends = b"".join(pieces), [0]
    for piece in pieces:
        ends.append(ends[-1] + len(piece))
    assert len(arena) == len(whole)
    assert all(arena.read(start, end) == whole[start:end] for start, end in itertools.pairwise(ends))
    assert arena.read(0, len(whole)) == whole


def test_a_large_table_moves_to_disk_and_reads_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("audit.table.store.Arena", lambda: Arena(in_memory=5_000))
    rows = [f"row {i} é" for i in range(3_000)]
    table = read(tmp_path, "text\n" + "\n".join(rows) + "\n")
    assert [example.text for example in table] == rows
    assert table[2_999].text == rows[-1]
