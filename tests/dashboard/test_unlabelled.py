"""The robustness section of a run without labels: unchanged answers, and none that is called right."""

from __future__ import annotations

import json
import re

import pytest
from pages import check, seen
from runs import make_run

UNTRUE = re.compile(r"still right|rows right|[Aa]ccuracy|already wrong")


def unlabelled(lines):
    return [[line[0], line[2]] for line in lines]


@pytest.mark.parametrize("labelled", [True, False])
def test_the_section_says_what_is_true(app, store, tmp_path, labelled):
    run = make_run(store, tmp_path, edit=None if labelled else unlabelled)
    test = app("report", run=run.id, section="robustness")
    check(test)
    charts = " ".join(json.dumps(json.loads(chart.proto.spec)["layout"]) for chart in test.get("plotly_chart"))
    found = UNTRUE.findall(charts + seen(test))
    assert bool(found) is labelled, found
    assert ("unchanged" in charts) is not labelled
