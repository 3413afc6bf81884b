"""The rows of a run: filtered by what they are and what came of them, with the line and all columns of their table."""

from __future__ import annotations

import csv
import io

import pytest
from pages import check, seen
from runs import make_run

from audit.filtering import Among, Came, Compare, Contains, RowFilter
from audit.results.row_table import RowTable
from audit.store import RecordFilter
from audit.table import TableOptions, open_table
from audit.table.joining import beside
from dashboard.page.export import frame_csv

ROWS = 60


def wider(lines):
    """The table with a customer's number, a channel with a comma in it, and a column that has no name."""
    head = [*lines[0], "customer", "channel, first", ""]
    return [
        head,
        *([*line, str(1_000 - i), ("web", "post, slow")[i % 3 == 0], f"note {i}"] for i, line in enumerate(lines[1:])),
    ]


@pytest.fixture
def run(store, tmp_path):
    return make_run(store, tmp_path, rows=ROWS, edit=wider)


@pytest.fixture
def table(store, run):
    return RowTable(store, run, "predict")


def expected(store, run):
    """What each row is, read from its records one by one."""
    found = []
    for example in store.iter_examples(run.id):
        records = store.row_records(run.id, example.row_id)
        found.append((example, records))
    return found


def lines(store, run):
    """The lines of the upload, as the csv module reads them."""
    text = store.files.local(run.upload).read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text)))


def test_columns_of_the_upload_stand_by_their_rows(store, run, table):
    assert table.groups == ("group:region",)
    assert table.others == ("customer", "channel, first", "(column 6)")
    said = table.said(list(table.ids))
    by_line = dict(enumerate(lines(store, run), start=2))
    for (example, _), (_, row) in zip(expected(store, run), said.iterrows(), strict=True):
        original = by_line[example.line]
        assert (row["line"], original["text"]) == (example.line, example.text)
        assert [row[name] for name in table.all_names] == [
            original["group:region"], original["customer"], original["channel, first"], original[""],
        ]  # fmt: skip


CASES = {
    "confidence": (Compare("confidence", ">=", 0.7), lambda e, r: max(r["predict"].probs) >= 0.7),
    "length": (Compare("characters", "<=", 53), lambda e, r: len(e.text) <= 53),
    "label": (Among("label", ("positive",)), lambda e, r: e.label == "positive"),
    "wrong": (Among("right", ("no",)), lambda e, r: r["predict"].predicted != e.label),
    "group": (Among("group:group:region", ("north",)), lambda e, r: e.groups["group:region"] == "north"),
    "values": (Among("column:channel, first", ("post, slow",)), lambda e, r: (e.line - 2) % 3 == 0),
    "numbers": (Compare("column:customer", ">=", 970), lambda e, r: 1_000 - (e.line - 2) >= 970),
    "part": (Contains("column:(column 6)", "NOTE 1"), lambda e, r: f"note {e.line - 2}".startswith("note 1")),
    "text": (Contains("text", "WAS"), lambda e, r: "was" in e.text),
    "flipped by a change": (Came("typos", "flipped"), lambda e, r: r["typos"].flips > 0),
    "held a change": (Came("typos", "held"), lambda e, r: r["typos"].flips == 0),
    "attacked": (Came("textfooler", "flipped"), lambda e, r: r["textfooler"].status == "success"),
    "held an attack": (
        Came("textfooler", "held"),
        lambda e, r: r["textfooler"].status in {"failed", "out_of_budget"},
    ),
    "never attacked": (Came("textfooler", "tried", negated=True), lambda e, r: r["textfooler"].status == "skipped"),
}


@pytest.mark.parametrize("name", CASES)
def test_a_condition_finds_the_rows_it_says(store, run, table, name):
    condition, holds = CASES[name]
    wanted = [example.row_id for example, records in expected(store, run) if holds(example, records)]
    assert list(table.ids[table.mask(RowFilter((condition,)))]) == wanted
    assert 0 < len(wanted) <= ROWS


def test_conditions_hold_together_and_none_finds_every_row(table):
    first, second = Among("label", ("positive",)), Compare("confidence", ">=", 0.8)
    both = table.mask(RowFilter((first, second)))
    assert (both == (table.mask(RowFilter((first,))) & table.mask(RowFilter((second,))))).all()
    assert table.mask(RowFilter()).all()
    sure = table.column("confidence")[table.order(both, "confidence", descending=True)]
    assert list(sure) == sorted(sure, reverse=True)


def test_the_page_filters_and_its_address_brings_the_view_back(app, store, run):
    test = app("report", run=run.id, section="rows")
    assert "60 rows" in seen(test)
    test.selectbox(key="column").select("column:channel, first").run()
    test.multiselect(key="values").select("post, slow").run()
    test.slider(key="sure").set_range(60, 100).run()
    check(test)
    said = seen(test)
    assert "of 60 rows fit." in said
    address = {name: value[0] if isinstance(value, list) else value for name, value in test.query_params.items()}
    assert (address["values"], address["sure"]) == ("1", "60_100")
    assert "post" not in str(address)
    assert "channel" not in str(address)
    again = app("report", **address)
    assert again.dataframe[0].value["row_id"].tolist() == test.dataframe[0].value["row_id"].tolist()
    assert set(test.dataframe[0].value["line"]) <= set(range(2, 62, 3))
    next(b for b in again.button if b.label == "Clear all filters").click().run()
    check(again)
    assert "of 60 rows fit" not in seen(again)
    assert set(again.query_params) == {"run", "section"}


def test_one_row_says_its_line_and_what_the_table_says_of_it(app, store, run):
    example = store.examples(run.id, [4])[0]
    said = seen(app("report", run=run.id, section="rows", row=example.row_id))
    assert f"Line {example.line} of " in said
    assert f"customer: **{1_000 - (example.line - 2)}**" in said
    assert example.row_id not in said


def test_downloads_carry_line_groups_and_other_columns(app, store, run):
    from dashboard.draw.all_results import all_results
    from dashboard.draw.row_tables import with_table

    frame = all_results(run)
    assert len(frame) == len(store.records(run.id, limit=100_000))
    read = list(csv.DictReader(io.StringIO(frame_csv(frame).decode("utf-8-sig"))))
    by_line = dict(enumerate(lines(store, run), start=2))
    attacked = 0
    for row in read:
        original = by_line[int(row["line"])]
        assert (row["customer"], row["channel, first"]) == (original["customer"], original["channel, first"])
        if row["kind"] == "attack" and row["status"] == "success":
            record = store.record(run.id, row["probe"], row["row_id"])
            assert row["changed_text"] == record.perturbed_text
            attacked += 1
        if row["kind"] == "perturbation":
            assert bool(row["changed_text"]) == (int(row["flips"]) > 0)
    assert attacked
    some = with_table(run, store.records(run.id, RecordFilter(probe="typos", flipped=True)))
    assert list(some.columns)[-4:] == ["group:region", "customer", "channel, first", "(column 6)"]


def test_a_run_whose_table_is_gone_still_has_lines_and_groups(app, store, run, monkeypatch):
    monkeypatch.setattr(type(store.files), "local", lambda *_: "/nowhere/table.csv")
    table = RowTable(store, run, "predict")
    assert table.all_names == ("group:group:region",)
    assert table.said(list(table.ids[:2]))["line"].tolist() == [2, 3]


def test_groups_that_are_too_small_are_named_with_their_rows(app, store, tmp_path):
    def towns(table):
        return [
            table[0],
            *([text, label, ("ulm", "bonn", "kiel", "hof")[i % 4]] for i, (text, label, _) in enumerate(table[1:])),
        ]

    run = make_run(store, tmp_path, rows=ROWS, edit=towns)
    said = seen(app("report", run=run.id, section="performance"))
    assert "groups with fewer than 30 rows are left out (60 rows): bonn (15), hof (15), kiel (15), ulm (15)" in said


def test_a_table_read_in_a_way_of_its_own_is_joined_so(store, tmp_path):
    rows = [("note", "text;label", 'he said "no', "x"), *((f"n{i}", f"text {i}", "good", f"{i}") for i in range(4))]
    path = tmp_path / "t.tsv"
    path.write_text("\n".join("\t".join(row) for row in [("left", "body", "mark", "left 2"), *rows]), encoding="utf-8")
    options = TableOptions(text="body", label="mark", delimiter="\t", quotes=False)
    examples = list(open_table(path, options))
    found = beside(path, options, [e.line for e in examples[1:]])
    assert found.names == ("left", "left 2")
    assert found.cells == {3 + i: (f"n{i}", f"{i}") for i in range(4)}
