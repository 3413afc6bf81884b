"""Every word that the sources of pages show is said by `tr`, so that a catalog can have it: a scan, with what is no word and why."""

from __future__ import annotations

from gettext import NullTranslations
from pathlib import Path

import pytest
from shown_words import Source

from models import translating

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = tuple(f"dashboard/{room}" for room in ("draw", "forms", "page", "run", "views"))

CSS = "classes and colours of the style sheet"
NAME, KEY, ADDRESS = "a name of its own", "a key, not shown", "part of an address"
EXAMPLE = "an example text for a model that reads English"
LITERALS = {
    "dashboard/forms/audit_settings.py": {"ONNX Runtime": NAME},
    "dashboard/forms/column_form.py": dict.fromkeys(("CSV", "Excel", "JSON Lines", "Parquet"), NAME),
    "dashboard/forms/suite_draft.py": dict.fromkeys(
        (
            "The {thing} was not {good}. I would not call the {thing} {good}.",
            "thing = film, book, play good = good, great, clever*2",
            "The {thing} was {good}. => The {thing} was really {good}.",
            "thing = book, good = clever",
        ),
        "an example of how templates are written",
    ),
    "dashboard/forms/register_model.py": {"my-model": "an example of a name"},
    "dashboard/forms/what_if.py": {"what-if-explain-": KEY},
    "dashboard/run/mending.py": {"audit resources get": "a command"},
    "dashboard/views/compare.py": {"html": KEY, "pdf": KEY, "&more=": ADDRESS, "?first= &second=": ADDRESS},
    "dashboard/views/lost.py": {"list_alt": "a picture", "runs": KEY},
    "dashboard/views/report_review.py": {"put-off- -": KEY},
    "dashboard/run/run_actions.py": {"Retry failed rows": "part of the key of a widget"},
    "dashboard/forms/what_if_text.py": {
        "An overlong, rather silly sequel, saved by a warm and funny lead.": EXAMPLE,
        "I was charged twice for the same coffee and one payment is still pending.": EXAMPLE,
        "You people always ruin every discussion, just stay away.": EXAMPLE,
    },
    "dashboard/views/data_table.py": {
        "the table 'preview' shows the names of its columns, not words for them": "columns of the user's own table"
    },
}
"""File -> literals that are not said, and why."""
RETURNS = {
    "dashboard/page/frame.py": {"_colours": CSS, "_section": CSS},
    "dashboard/draw/heatmap.py": {"_kind": CSS},
    "dashboard/run/calibrating.py": {"_key": "the key of a box in the session"},
    "dashboard/draw/plots.py": {"attribution_unit": "a unit by its name in the records"},
}
"""File -> functions whose texts nobody reads, and why."""


def sources() -> list[str]:
    paths = (path for folder in FOLDERS for path in sorted((ROOT / folder).glob("*.py")))
    return [path.relative_to(ROOT).as_posix() for path in paths]


def unsaid(name: str, *, literals: set[str], functions: set[str]) -> list[str]:
    return Source(ROOT / name, silent=frozenset(functions)).unsaid(but=frozenset(literals))


@pytest.mark.parametrize("name", sources())
def test_every_word_of_a_page_is_said(name):
    found = unsaid(name, literals={*LITERALS.get(name, ())}, functions={*RETURNS.get(name, ())})
    assert not found, f"{name} shows words that no catalog can have; say them by tr: {'; '.join(found)}"


@pytest.mark.parametrize("name", [name for name in sources() if name in {*LITERALS, *RETURNS}])
def test_what_is_not_said_is_still_there(name):
    literals, functions = {*LITERALS.get(name, ())}, {*RETURNS.get(name, ())}
    gone = [one for one in literals if not unsaid(name, literals=literals - {one}, functions=functions)]
    gone += [one for one in functions if not unsaid(name, literals=literals, functions=functions - {one})]
    assert not gone, f"{name} has no {gone} any more"


SHOWN = {
    "a word": 'st.button("Go")',
    "a help": "st.button(tr('Go'), help='Goes')",
    "a value of a metric": 'st.metric(tr("Rows"), "unknown")',
    "between values": 'st.caption(f"{n} rows")',
    "beside what is said": 'st.caption(tr("Rows") + " of it")',
    "within what is said": 'st.caption(tr("{what} rows", what="good"))',
    "in a choice": 'st.caption("yes" if sure else tr("no"))',
    "a fallback": 'st.caption(label or "none")',
    "by a name": 'said = "yes"\nst.caption(said)',
    "in a list": 'parts = [tr("a row")]\nparts.append("late")\nst.caption(", ".join(parts))',
    "by a table": 'HELP = {"a": "Help"}\nst.button(tr("Go"), help=HELP[name])',
    "by a table's keys": 'counts = {"Rows": 3}\nfor label, n in counts.items():\n    st.metric(label, n)',
    "by a place of a table": 'STATES = {"done": ("Done", "green")}\nst.badge(STATES[name][0])',
    "by a part of a table": 'STATES = {"done": ("Done", "green")}\nlabel, color = STATES[name]\nst.badge(label, color=color)',
    "marked and not said": 'NONE = tr_later("None")\nst.caption(NONE)',
    "by a function": 'def state():\n    return "done"\nst.caption(state())',
    "returned as text": 'def state() -> str:\n    return "done"',
    "as options": 'st.selectbox(tr("State"), ["done", "open"])',
    "by format_func": 'st.selectbox(tr("State"), names, format_func=lambda n: "any" if n else tr("all"))',
    "made of a name": 'st.selectbox(tr("Suite"), names, format_func=str.capitalize)',
    "by our own widgets": 'bound(st.selectbox, "State", names, key="state")',
    "in HTML": 'st.html("<b>bold</b>")',
    "in a tag": 'st.html(f"<i title=\\"before\\">{value}</i>")',
    "in a tag's value": """st.html(f'<i title="{"before" if moved else ""}">{value}</i>')""",
    "beside an icon": 'st.caption(f":material/check: all {n}")',
    "after a press": 'st.button(tr("Go"), on_click=act, args=(go, "Gone."))',
    "kept for later": 'st.session_state["notice"] = ("error", "That went wrong")',
    "heads of a table": 'st.dataframe(frame, alt=tr("Rows"))',
    "heads of a list": 'lines = [{"rows": 3}]\nst.dataframe(lines, alt=tr("Rows"))',
}
NOT_SHOWN = """
\"\"\"A module with words.\"\"\"
LABELS = {"two words": tr_later("Two words")}
STATES = {"done": (tr_later("Done"), "green")}
def state(name: str) -> str:
    \"\"\"A function with words.\"\"\"
    label, color = STATES[name]
    log.warning("no state of this name")
    return f":{color}-badge[:material/check: **{tr(label)}**] &nbsp; {plain(name)}"
st.button(tr("Go"), key="go-there", icon=":material/check:", type="primary", on_click=act, args=(go, tr("Gone.")))
st.selectbox(tr("State"), list(LABELS), key="state", format_func=lambda n: tr(LABELS[n]))
st.segmented_control(tr("Format"), ("png", "svg"), format_func=str.upper)
for name, state_ in LABELS.items():
    st.metric(tr(state_), tr_n("{n} row", "{n} rows", rows), help=tr(LABELS["two words"]))
st.html(f'<span class="name {"top" if first else ""}" title="{escaped(tr("before"))}">{escaped(label)}</span>')
st.dataframe([{"two words": 1}], column_config={"two words": tr("Two words")}, alt=tr("Words"))
st.dataframe([{tr("rows"): 1}], alt=tr("Rows"))
st.badge(tr(STATES[name][0]))
st.code("python -m audit worker")
"""


def scanned(tmp_path, text):
    path = tmp_path / "page.py"
    path.write_text(text, encoding="utf-8")
    return Source(path).unsaid()


@pytest.mark.parametrize("shown", SHOWN.values(), ids=SHOWN)
def test_the_scan_sees_every_way_to_show_a_word(tmp_path, shown):
    assert scanned(tmp_path, shown)


def test_the_scan_leaves_alone_what_nobody_reads(tmp_path):
    assert scanned(tmp_path, NOT_SHOWN) == []


class Bracketed(NullTranslations):
    def gettext(self, message: str) -> str:
        return f"[{message}]"


def test_a_fault_is_told_in_the_reader_s_language_and_logged_in_english(monkeypatch):
    from dashboard.page import guard

    told, logged = [], []
    monkeypatch.setattr(translating, "_translations", lambda _: Bracketed())
    monkeypatch.setattr(guard.st, "error", lambda said, **_: told.append(said))
    monkeypatch.setattr(guard, "log_error", lambda _, what, error: logged.append(what))
    with guard.guarded():
        raise ZeroDivisionError
    assert told[0].startswith("[[This part of the page could not be shown]. Reload the page")
    assert logged == ["This part of the page could not be shown"]
