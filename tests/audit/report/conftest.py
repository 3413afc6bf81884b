"""Runs to report on, made once a session with a real (naive Bayes) classifier: see tests/support/sample_run.py."""

from __future__ import annotations

import pytest
from review_texts import HOSTILE, REVIEWS
from sample_run import RUNS, make_run

from audit.store import Store

LABELS = ("negative", "positive")


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory):
    made = Store(f"sqlite:///{tmp_path_factory.mktemp('reports') / 'runs.db'}")
    make_run(made, REVIEWS, labels=LABELS, run_id=RUNS["reviews"])
    make_run(
        made, HOSTILE, labels=LABELS, train=REVIEWS, run_id=RUNS["hostile"], table="=cmd()|<b>#strong[x].csv",
        model="m/<script>$x$ \u202e" + "long" * 30, name="\x1b #h1[hostile]", who="=Bobby\u202e",
    )  # fmt: skip
    many = [
        (f"please tell me about topic{i} and item{i} now", f"intent_number_{i}_with_a_long_name") for i in range(77)
    ]
    make_run(made, many * 2, labels=tuple(label for _, label in many), train=many, run_id=RUNS["many"])
    make_run(made, REVIEWS[:1], labels=LABELS, train=REVIEWS, run_id=RUNS["one"])
    make_run(made, REVIEWS, labels=LABELS, run_id=RUNS["skipped"], all_skipped=True)
    make_run(made, REVIEWS[:30], labels=LABELS, train=REVIEWS, run_id=RUNS["firm"], most=0)
    make_run(made, [(text, None) for text, _ in REVIEWS], labels=LABELS, train=REVIEWS, run_id=RUNS["unlabelled"])
    yield made
    made.close()


@pytest.fixture(scope="session", params=sorted(RUNS))
def any_run(request: pytest.FixtureRequest) -> str:
    """The id of each run in turn."""
    return RUNS[request.param]
