"""A run whose rows have places, held against a reference table: its map, its clusters and their rows in the pages."""

from __future__ import annotations

import json
import re

import pytest
import streamlit as st
from pages import check, seen
from real_runs import whole_run
from two_tables import BLAME, OTHER, PRAISE, write

from audit.actions import slices
from audit.actor import local_user
from audit.results.reading import Results
from audit.spec import AuditSpec, ModelSpec, ProbeSpec, TableSpec
from audit.spec.suites import compared
from audit.store import close_stores, open_store


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A store with one such run, for all tests here."""
    patch, folder = pytest.MonkeyPatch(), tmp_path_factory.mktemp("placed")
    patch.setenv("ASSAY_HOME", str(folder / "home"))
    patch.delenv("ASSAY_DATABASE_URL", raising=False)
    store = open_store()
    today = TableSpec(path=str(write(folder / "today.csv", {"positive": OTHER, "negative": BLAME[:1]}, 26)))
    known = TableSpec(path=str(write(folder / "known.csv", {"positive": PRAISE, "negative": BLAME}, 25)))
    probes = compared((ProbeSpec(kind="prediction", name="predict"),))
    run = whole_run(store, AuditSpec(model=ModelSpec(name="sentiment"), table=today, reference=known, probes=probes))
    slices.save(local_user(), "letters", 'holds "account"')
    yield store, run
    close_stores()
    patch.undo()


@pytest.fixture
def store(kept):
    st.cache_data.clear()
    return kept[0]


@pytest.fixture
def run(kept):
    return kept[1]


@pytest.fixture
def clusters(store, run):
    return Results(store, run).table("clusters").set_index("number")


def dots(test):
    """How many dots each trace of the map has, by its name."""
    (chart,) = test.get("plotly_chart")
    return {
        trace.get("name") or "": len(trace["customdata"]) for trace in json.loads(chart.proto.spec)["data"] if "customdata" in trace
    }  # fmt: skip


def of_map(test):
    (box,) = [box for box in test.selectbox if box.label == "Coloured by"]
    return box


def test_the_map_is_coloured_by_a_kept_slice(app, run):
    test = app("report", run=run.id, section="map")
    of_map(test).select("slice").run()
    check(test)
    (box,) = [box for box in test.selectbox if box.label == "Slice"]
    assert box.value == "letters"
    found = dots(test)
    assert 26 in found.values(), found
    assert sum(found.values()) == 104 + 150, "both tables"


def test_the_map_is_coloured_by_cluster(app, run, clusters):
    test = app("report", run=run.id, section="map")
    of_map(test).select("cluster").run()
    check(test)
    found = dots(test)
    for number, line in clusters.iterrows():
        if line["rows"]:
            (name,) = [name for name in found if re.match(rf"{number}\b", name)]
            assert found[name] == line["rows"]


def test_rows_are_filtered_by_cluster(app, run, clusters):
    number = int(clusters["rows"].idxmax())
    test = app("report", run=run.id, section="rows")
    test.text_input(key="where").input(f"cluster={number}").run()
    check(test)
    assert f"{clusters.loc[number, 'rows']} of 104 rows" in seen(test)
    test.text_input(key="where").input("cluster=99").run()
    said = " ".join(error.value for error in test.error).replace("\\", "").replace("\u2060", "")
    assert "and no cluster 99." in said


def test_shift_leads_to_the_rows_of_the_clusters_that_differ(app, run, clusters):
    test = app("report", run=run.id, section="shift")
    links = [
        one.proto
        for one in test.get("page_link")
        if "section=rows" in one.proto.query_string and "where=" in one.proto.query_string
    ]
    assert links
    for one in links:
        there = app("report", **dict(part.split("=") for part in one.query_string.split("&")))
        number = int(re.match(r"[0-9]+", one.label)[0])
        assert f"({clusters.loc[number, 'rows']})" in one.label
        assert f"{clusters.loc[number, 'rows']} of 104 rows" in seen(there)
        assert clusters.loc[number, "rows"] > 0
