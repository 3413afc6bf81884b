"""What columns seem to be by what they hold, and whether the first line is a row."""

from __future__ import annotations

import io

import pytest
from guessable import CHINESE, TEXTS
from openpyxl import Workbook

from audit.errors import TableError
from audit.table import TableOptions, open_table, preview
from audit.table.guessing import guess_columns, looks_like_data
from audit.table.refusing import require_table

LABELS = ("good", "bad", "bad", "good", "bad")


def rows(*columns, times=4):
    return [list(row) for row in zip(*(column * times for column in columns), strict=True)]


def written(tmp_path, lines, name="t.csv"):
    path = tmp_path / name
    path.write_text("".join(",".join(line) + "\n" for line in lines), encoding="utf-8")
    return path


@pytest.mark.parametrize("texts", [TEXTS, CHINESE])
@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_sentences_are_the_text_and_a_few_values_the_label(texts, order):
    columns = [texts, LABELS]
    lines = rows(*(columns[i] for i in order))
    names = [("Freitext (Kunde)", "Urteil")[i] for i in order]
    guess = guess_columns(names, lines, headless=True)
    assert (guess.text, guess.label, guess.first_is_data) == ("Freitext (Kunde)", "Urteil", False)


def test_numbers_dates_and_addresses_are_no_text():
    ids = tuple(f"{i}" for i in range(20))
    dates = tuple(f"2024-01-{i + 1:02d} 10:00" for i in range(20))
    links = tuple(f"https://example.org/a/{i}" for i in range(20))
    guess = guess_columns(("id", "when", "page"), rows(ids, dates, links, times=1))
    assert (guess.text, guess.label) == (None, None)


def test_the_longest_of_several_columns_of_sentences_is_the_text():
    titles = tuple(f"number {i} of many" for i in range(5))
    guess = guess_columns(("head", "body text"), rows(titles, tuple(f"{text}, and so on it went" for text in TEXTS)))
    assert guess.text == "body text"


@pytest.mark.parametrize(("name", "known"), [("Kategorie", ()), ("q", [("good", "bad")])])
def test_a_table_in_the_order_of_its_labels_has_one_class_at_its_start(name, known):
    """Its name, or a model that knows the class, speaks for it; nothing else does for a column that never changes."""
    lines = [(text, "good", "web") for text in TEXTS * 4]
    assert guess_columns(("said", name, "channel"), lines, known=known).label == name
    assert guess_columns(("said", "q", "channel"), lines).label is None


def test_of_several_columns_of_classes_one_is_proposed_only_where_something_speaks_for_it():
    region = ("north", "south", "south", "east", "north")
    lines = rows(TEXTS, region, LABELS)
    assert guess_columns(("words said", "region", "mark"), lines).label is None
    assert guess_columns(("words said", "region", "Verdict of two"), lines).label == "Verdict of two"
    assert guess_columns(("words said", "region", "mark"), lines, known=[("Good", "bad", "other")]).label == "mark"


@pytest.mark.parametrize(
    ("first", "lines", "is_data"),
    [
        ((TEXTS[0], "good"), rows(TEXTS, LABELS), True),
        ((CHINESE[0], "good"), rows(CHINESE, LABELS), True),
        (("1", TEXTS[0], "0"), rows(tuple("12345"), TEXTS, ("0", "1", "1", "0", "1")), True),
        ((TEXTS[0],), rows(TEXTS), True),
        (("said", "mark"), rows(TEXTS, LABELS), False),
        (("How do you like what we offer you?", "mark"), rows(TEXTS, LABELS), False),
        (("said", "5"), rows(TEXTS, ("1", "2", "3", "4", "5")), False),
        (("text", "good"), rows(TEXTS, LABELS), False),
        (("a", "b"), rows(("1", "2"), ("3", "4")), False),
        (("a", "b"), [], False),
    ],
)
def test_a_first_line_is_a_row_where_it_is_like_the_others(first, lines, is_data):
    assert looks_like_data(first, lines) is is_data


def test_without_names_columns_go_by_their_place(tmp_path):
    path = written(tmp_path, rows(TEXTS, LABELS))
    assert "looks like a row" in str(open_table(path).faults[0])
    assert preview(path).guess.first_is_data
    table = open_table(path, TableOptions(header=False, text="column 1", label="Column 2"))
    assert len(table) == 20
    assert (table[0].text, table[0].label, table[0].line) == (TEXTS[0], "good", 1)
    assert table.header == ("column 1", "column 2")
    assert not table.source.header
    named = open_table(written(tmp_path, [("text", "label"), *rows(TEXTS, LABELS)], "named.csv"))
    assert [e.row_id for e in named] == [e.row_id for e in table], (
        "a row is what it holds, whatever its columns are called"
    )


def test_a_separator_line_and_blank_lines_before_the_first_row_are_none(tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes(
        b"\xef\xbb\xbfsep=;\n\n" + "".join(f"{text};{label}\n" for text, label in rows(TEXTS, LABELS)).encode()
    )
    table = open_table(path, TableOptions(header=False, text="column 1", label="column 2"))
    assert (len(table), table[0].text, table[0].line) == (20, TEXTS[0], 3)
    assert not table.fault_total


def test_a_lost_first_row_is_told_even_where_the_only_column_is_the_text(tmp_path):
    path = written(tmp_path, rows(TEXTS))
    warned = [w for w in open_table(path).warnings if "--no-header" in w]
    assert len(warned) == 1
    assert [w for w in preview(path).warnings if "--no-header" in w] == warned
    assert not [w for w in open_table(path, TableOptions(header=False)).warnings if "--no-header" in w]


def test_a_format_with_names_of_its_own_is_never_without_header(tmp_path):
    path = tmp_path / "t.jsonl"
    path.write_text("".join(f'{{"{TEXTS[0]}": "{text}", "good": "{label}"}}\n' for text, label in rows(TEXTS, LABELS)))
    found = preview(path, TableOptions(header=False))
    assert found.source.header
    assert not found.guess.first_is_data
    assert found.guess.text == TEXTS[0]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b"", "a.csv is empty"),
        ("a.csv", b"\xef\xbb\xbf \r\n\n", "a.csv is empty"),
        ("a.csv", bytes(range(32)) * 40, "binary file"),
        ("a.txt", b"%PDF-1.7 and so on", "a PDF document"),
        ("a.parquet", b"PAR1 and no more", "a.parquet"),
        ("a.csv", b"text,label\n\n", "has a header but no rows"),
        ("a.csv", b"PK\x03\x04" + bytes(200), "a damaged workbook or zip"),
        ("a.xlsx", b"PK\x03\x04" + bytes(200), "a damaged workbook or zip"),
        ("a.jsonl", b"[]", None),
    ],
)
def test_what_is_no_table_is_refused_before_it_is_kept(tmp_path, name, content, said):
    path = tmp_path / "kept"
    path.write_bytes(content)
    for source in (path, io.BytesIO(content)):
        if said is None:
            require_table(source, name)
            continue
        with pytest.raises(TableError, match=said):
            require_table(source, name)


def test_a_table_with_faults_or_in_pieces_is_not_refused(tmp_path):
    for content in (
        b"a,b\n1,2\n",
        b'text,label\n"broken,1\n',
        b"text,label\n,x\n",
        b"text\n" + b"many words here\n" * 9000,
    ):
        file = io.BytesIO(content)
        file.seek(3)
        require_table(file, "t.csv")
        assert file.tell() == 3


def test_a_workbook_is_refused_only_where_none_of_its_sheets_has_a_row(tmp_path):
    path = tmp_path / "t.xlsx"
    book = Workbook()
    book.active.append(["Export of the service desk"])
    book.create_sheet("Queries").append(["text", "label"])
    book.save(path)
    with pytest.raises(TableError, match="has a header but no rows"):
        require_table(path, "t.xlsx")
    book["Queries"].append(["Where is my card?", "card"])
    book.save(path)
    require_table(path, "t.xlsx")


def test_of_several_columns_of_classes_none_is_guessed_and_all_are_named():
    rows = [(text, "urgent" if i % 3 else "later", "north" if i % 2 else "south") for i, text in enumerate(TEXTS * 3)]
    found = guess_columns(("body", "urgency", "region"), rows)
    assert (found.label, found.labels) == (None, ("urgency", "region"))
    assert guess_columns(("body", "urgency", "region"), rows, known=[("urgent", "later")]).labels == ()
    assert guess_columns(("body", "label", "region"), rows).labels == ()
