"""What an address may hold: anything at all, and each page answers in words and tells nothing of what else there is."""

import ast
import sys
from pathlib import Path

import pytest
from installations import installation
from pages import check, seen
from runs import make_run
from streamlit.testing.v1 import AppTest

from audit.store import close_stores, open_store

ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = {
    "overview": (), "new_audit": ("model", "table", "clone", "behaviour"), "runs": ("run", "q", "state", "verdict", "show", "page"),
    "report": ("run", "section"),
    "compare": ("first", "second", "more", "changed", "slice", "where"), "explain": ("model", "run", "row", "kept", "text"),
    "models": ("model", "trend", "score"),
    "data": ("table",), "settings": (), "policies": ("policy", "edit"), "suites": ("suite", "make"), "help": ("part", "find"),
}  # fmt: skip
SECTIONS = {
    "summary": (), "robustness": ("recipe", "outcome", "contains", "sort", "true", "examples", "change", "flips", "pair", "browse"),
    "review": ("recipe", "judged", "what", "labels-judged"),
    "explanations": ("method", "class", "word", "converged", "explained", "heatmaps"),
    "performance": (), "provenance": (), "print": (), "policy": (),
    "rows": (
        "cluster",
        "q", "right", "label", "predicted", "order", "rows", "row", "sure", "length", "under", "came", "column", "values",
        "between", "holds", "show", "slice", "where", "picked",
    ),
    "map": ("by", "drag", "inside", "picked", "mapped", "row"),
    "weak": ("slice", "where"),
}  # fmt: skip
HOSTILE = {
    "empty": "", "digits": "9" * 5000, "superscript": "²", "percent": "%", "path": "../../../../etc/passwd", "negative": "-1",
    "unicode": "\u202e中\ufeff\U0001f600", "NUL": "a\0b", "markup": "<script>alert(1)</script>[x](javascript:1)",
    "quote": "' OR 1=1 --", "latest": "latest", "several": ["a", "b"], "nothing": [],
}  # fmt: skip
LIVES = (
    (page, section, name)
    for page, section, names in (
        *((page, None, names) for page, names in PAGES.items()),
        *(("report", section, names) for section, names in SECTIONS.items()),
    )
    for name in names
)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """An installation with two finished runs and two tables; every page is drawn through the real router."""
    import streamlit as st

    folder = tmp_path_factory.mktemp("site")
    with installation(folder) as patch:
        patch.chdir(ROOT)
        patch.setitem(sys.modules, "__main__", sys.modules["__main__"])
        st.cache_data.clear()
        store = open_store()
        runs = [make_run(store, folder, rows=24, seed=seed, name=f"run number {seed}") for seed in (0, 1)]
        yield runs
        close_stores()
        st.cache_data.clear()


def drawn(page, /, **query):
    test = AppTest.from_string(f"from dashboard.app import main\nmain({page!r})", default_timeout=300)
    for name, value in query.items():
        test.query_params[name] = value
    return test.run()


def refusals(test):
    """Everything a page says is not right, as one text."""
    return "\n".join(str(e.value) for kind in ("error", "warning", "info") for e in getattr(test, kind))


def secrets_of(site):
    """What a page that was asked for something else must not name: other runs' ids and hashes of tables."""
    return [part for run in site for part in (run.id, run.upload[:12])]


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize(
    ("page", "section", "name"),
    [(p, s, n) for p, s, n in LIVES if n in {"run", "section", "table", "clone", "first", "second"}],
)
def test_what_names_a_thing(site, page, section, name, value):
    """Each by itself: what it names is not there, and the page says so at once."""
    test = drawn(page, **{name: value})
    check(test)
    said = refusals(test)
    assert "Traceback" not in said
    assert not [secret for secret in secrets_of(site) if secret in said], said
    assert len(said) < 2_000


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("page", ["new_audit", "runs", "compare", "explain"])
def test_everything_else_on_a_page_at_once(site, page, value):
    names = [name for name in PAGES[page] if (page, name) != ("runs", "run")]  # which would end the list
    test = drawn(page, **dict.fromkeys(names, value), surplus=value)
    check(test)
    assert "Traceback" not in seen(test)


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("section", [section for section, names in SECTIONS.items() if names])
def test_every_filter_of_a_section_at_once(site, section, value):
    test = drawn("report", run=site[0].id, section=section, **dict.fromkeys(SECTIONS[section], value))
    check(test)
    assert site[0].name in seen(test)
    assert not [secret for secret in secrets_of(site)[2:] if secret in refusals(test)]


def named_in_code():
    """Every name the pages read from the address or write into it."""
    for path in (ROOT / "dashboard").rglob("*.py"):
        for call in (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)):
            function = getattr(call.func, "attr", getattr(call.func, "id", ""))
            texts = [a.value for a in call.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
            if function in {"parameter", "choose"}:
                yield from texts[:1]
            elif function == "pager":
                yield texts[0]
            elif function.startswith("bound"):
                yield from (
                    k.value.value for k in call.keywords if k.arg == "key" and isinstance(k.value, ast.Constant)
                )
            elif function == "keep" and call.args and isinstance(call.args[0], ast.Dict):
                yield from (key.value for key in call.args[0].keys if isinstance(key, ast.Constant))


def test_every_name_in_an_address_is_walked():
    walked = {name for names in (*PAGES.values(), *SECTIONS.values()) for name in names}
    found = set(named_in_code())
    assert len(found) > 20
    assert found <= walked, sorted(found - walked)


RARE = "xylophonist"


@pytest.mark.parametrize(
    ("section", "key"), [("rows", "q"), ("robustness", "contains"), ("explanations", "word"), (None, "q")]
)
def test_what_is_searched_for_stays_out_of_the_address_and_survives_a_reload(site, section, key):
    page, query = ("report", {"run": site[0].id, "section": section}) if section else ("runs", {})
    test = drawn(page, **query)
    test.text_input(key=key).set_value(RARE).run()
    check(test)
    address = {name: value[0] if isinstance(value, list) else value for name, value in test.query_params.items()}
    assert RARE not in str(address)
    assert set(address) == {*query, key}
    again = drawn(page, **address)
    assert again.text_input(key=key).value == RARE


@pytest.mark.parametrize(
    ("section", "key"),
    [
        ("rows", "label"),
        ("rows", "predicted"),
        ("robustness", "true"),
        ("explanations", "explained"),
        ("explanations", "class"),
    ],
)
def test_labels_stand_in_the_address_by_their_place(site, section, key):
    test = drawn("report", run=site[0].id, section=section)
    test.selectbox(key=key).set_value("positive").run()
    check(test)
    address = {name: value[0] if isinstance(value, list) else value for name, value in test.query_params.items()}
    assert "positive" not in str(address)
    assert drawn("report", **address).selectbox(key=key).value == "positive"
