"""Changing a policy: every threshold with what it means, what may stand there, and beside each field what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from audit.actions import policies
from audit.actions.policies import NamedPolicy
from audit.kinds import KINDS, names
from audit.language.saying import word
from audit.language.sentences import names_in, sentences
from audit.language.translating import tr, tr_later
from audit.said import Said
from audit.score.definitions import Definition, catalog, define
from audit.score.losses import DEFINITION
from audit.score.policy import Check, faults_of
from audit.score.policy_faults import COMPARED
from audit.score.policy_lines import Place
from audit.score.policy_words import SETS, subject
from audit.score.sliced import SLICED
from audit.score.wildcards import wild_slice
from audit.score.wording import display_name, title_said
from audit.slices import Slice
from dashboard.draw.cards import SEVERITIES, definition
from dashboard.forms.slice_box import HOW, MOST_CHARACTERS
from dashboard.page.press import pressed, remembers, travels
from dashboard.page.state import actor, go, store
from dashboard.page.text import one_line, plain, told_again

PERCENT = ("share",)
CORRECTIONS = {
    "bonferroni": tr_later("over all comparisons together"),
    "none": tr_later("for each comparison by itself"),
}
TITLES = {"check": tr_later("What must hold"), "pattern": tr_later("What is looked for besides")}
BOUNDS = {"min": tr_later("at least"), "max": tr_later("at most"), "margin": tr_later("worse by at most")}
WORDS = {"why": (tr_later("Why it matters"), "why"), "next_step": (tr_later("What to do"), "next")}
"""Fields of a check for words of its own: what each is called, and the part of the usual sentences in whose place it stands."""
MOST_WORDS = 500
"""Characters of either."""
Entries = dict[str, list[dict[str, Any]]]


def edit_policy(policy: NamedPolicy) -> None:
    """Draw the form of a policy that is kept here; what is kept goes back to the page that shows it."""
    draft = _draft(policy)
    data: dict[str, Any] = {"version": 1, "name": policy.name, **_head(policy)}
    shown: list[tuple[str, int, Any]] = []
    for table, title in TITLES.items():
        st.header(tr(title), anchor=False)
        data[table] = []
        for number, entry in enumerate(draft[table]):
            changed, place = _entry(policy, table, entry)
            data[table].append(changed)
            shown.append((table, number, place))
    faults: dict[Place, str] = dict(faults_of(data))
    for table, number, box in shown:
        for (of, at, field), what in faults.items():
            if (of, at) == (table, number):
                box.caption(f":red[:material/error: {plain(_called(field))}: {plain(told_again(what), 300)}]")
    for (of, _, field), what in faults.items():
        if not of:
            st.error(f"{plain(_called(field))}: {plain(told_again(what), 300)}", icon=":material/error:")
    _add(policy.name)
    with st.container(horizontal=True):
        st.button(
            tr("Keep"), key="policy-keep", type="primary", icon=":material/check:", disabled=bool(faults), on_click=remembers,
            args=("policy-keep",),
        )  # fmt: skip
        st.button(
            tr("Leave it as it was"), key="policy-leave", on_click=travels,
            args=("policies", lambda: _left(policy.name)),
        )  # fmt: skip
    if faults:
        st.caption(f":material/block: {tr('It can be kept once what is marked above is settled.')}")
    elif pressed("policy-keep"):
        policies.save(actor(), policy.name, data)
        go("policies", **_left(policy.name))


def _draft(policy: NamedPolicy) -> Entries:
    """What is being changed: each entry with a number of its own, so that its fields stay its own when others go."""
    kept = st.session_state.get(f"_policy-{policy.name}")
    if kept is None or kept["digest"] != policy.digest:
        numbered = {
            table: [{**entry, "_number": number} for number, entry in enumerate(policy.policy.get(table, ()))]
            for table in TITLES
        }
        kept = {"digest": policy.digest, "entries": numbered, "next": 10_000}
        st.session_state[f"_policy-{policy.name}"] = kept
    entries: Entries = kept["entries"]
    return entries


def _left(name: str) -> dict[str, str]:
    """Forget what was being changed; the address of the policy."""
    st.session_state.pop(f"_policy-{name}", None)
    return {"policy": name}


def _head(kept: NamedPolicy) -> dict[str, Any]:
    policy, key = kept.policy, f"{kept.name}-{kept.digest[:8]}"
    left, right = st.columns(2)
    share = left.number_input(
        tr("A wrong verdict at most in (% of audits)"), 0.1, 50.0, round(float(policy.get("alpha", 0.05)) * 100, 6), 1.0,
        key=f"policy-alpha-{key}", format="%g", help=tr("The smaller, the more rows it takes to pass or to fail."),
    )  # fmt: skip
    names_ = list(CORRECTIONS)
    correction = right.selectbox(
        tr("Counted"), names_, names_.index(str(policy.get("correction", "bonferroni"))), key=f"policy-correction-{key}",
        format_func=lambda name: tr(CORRECTIONS[name]),
        help=tr("Of many comparisons some are wrong by chance; counted over all together, the whole verdict is as sure as said."),
    )  # fmt: skip
    held = {"baseline": policy["baseline"]} if policy.get("baseline") else {}
    return {"alpha": round(float(share) / 100, 8), "correction": correction, **held}


def _entry(policy: NamedPolicy, table: str, entry: Mapping[str, Any]) -> tuple[dict[str, Any], Any]:
    """The fields of a check or pattern; what they hold now, and where its faults are shown."""
    key = f"policy-{policy.name}-{policy.digest[:8]}-{table}-{entry['_number']}"
    found = define(str(entry["score"]))
    changed = {field: value for field, value in entry.items() if field != "_number"}
    bound = next(name for name in BOUNDS if name in entry)
    box = st.container(border=True)
    what, threshold, severity, least, gone = box.columns([3.6, 1.6, 1.5, 1.3, 1.1], vertical_alignment="bottom")
    with what:
        st.markdown(_subject(entry), help=definition(found.key))
    changed[bound] = _threshold(threshold, found, float(entry[bound]), tr(BOUNDS[bound]), f"{key}-{bound}")
    grades = list(SEVERITIES)[::-1]
    changed["severity"] = severity.selectbox(
        tr("Severity"), grades, grades.index(str(entry.get("severity", "medium"))), key=f"{key}-severity",
        format_func=lambda grade: tr(SEVERITIES[grade][0]),
    )  # fmt: skip
    usual = 10 if table == "pattern" else 1
    changed["min_n"] = int(
        least.number_input(
            tr("Rows"), 1, 10_000_000, int(entry.get("min_n", usual)), key=f"{key}-min_n",
            help=tr("With fewer rows a check is inconclusive and a pattern is not reported."),
        )
    )  # fmt: skip
    if (
        found.key in SLICED
        and entry.get("slice")
        and isinstance(entry["slice"], str)
        and not wild_slice(entry["slice"])
    ):
        changed["slice"] = box.text_input(
            tr("Part of the rows"), str(entry["slice"]), key=f"{key}-slice", max_chars=MOST_CHARACTERS, help=tr(HOW)
        ).strip()
    _words(box, changed, table, found, key)
    gone.button(
        tr("Remove"), key=f"{key}-remove", icon=":material/close:", type="tertiary", on_click=_remove,
        args=(policy.name, table, entry["_number"]),
    )  # fmt: skip
    return changed, box


def _words(box: Any, changed: dict[str, Any], table: str, found: Definition, key: str) -> None:
    """The fields of what a finding says in words of one's own, and of how many a pattern may report; changes `changed`."""
    own = [field for field in WORDS if changed.get(field)]
    title = tr("Own words, in use") if own else tr("Own words")
    with box.expander(title):
        for field, (label, usual) in WORDS.items():
            said = st.text_area(
                tr(label), str(changed.get(field, "")), key=f"{key}-{field}", height=80, max_chars=MOST_WORDS,
                placeholder=_usual(found, usual) or tr("The usual sentence for this score"),
            ).strip()  # fmt: skip
            changed.pop(field, None)
            if said:
                changed[field] = said
        if table == "pattern":
            most = st.number_input(
                tr("Findings at most"), 0, 1000, int(changed.get("at_most") or 0), key=f"{key}-at_most",
                help=tr("The strongest so many are reported; 0 for all that are established."),
            )  # fmt: skip
            changed.pop("at_most", None)
            if most:
                changed["at_most"] = int(most)


def _usual(found: Definition, field: str) -> str:
    """What is said of a score where a policy says nothing of its own; "" where that depends on what is found."""
    key = f"finding.{found.key}.{field}"
    if key not in sentences():
        key = f"finding.other.{field}"
    return "" if names_in(key) else word(Said(key))


def _subject(entry: Mapping[str, Any]) -> str:
    """What a check is about, without its threshold, which stands in a field. Markdown."""
    where = entry.get("slice", "")
    part = Slice(where) if isinstance(where, Mapping) else where
    return plain(subject(Check("", str(entry["score"]), str(entry.get("probe", "")), part)), 200)


def _threshold(place: Any, found: Definition, now: float, label: str, key: str) -> float:
    """The field of a threshold; shares are typed as percent."""
    low, high = found.range
    if found.unit in PERCENT:
        low, high = (low * 100, high * 100)
        value = place.number_input(
            tr("{bound}, in %", bound=label), low, high, round(now * 100, 6), 1.0, key=key, format="%g"
        )
        return round(float(value) / 100, 8)
    ends = {name: end for name, end in (("min_value", low), ("max_value", high)) if abs(end) != float("inf")}
    return float(place.number_input(label, value=now, step=0.05, key=key, format="%g", **ends))


def _remove(name: str, table: str, number: int) -> None:
    entries: Entries = st.session_state[f"_policy-{name}"]["entries"]
    entries[table] = [entry for entry in entries[table] if entry["_number"] != number]


def _add(name: str) -> None:
    with st.expander(tr("Add a check or a pattern")):
        table = st.segmented_control(
            tr("What is added"), list(TITLES), default="check", required=True, key="policy-add-table", label_visibility="collapsed",
            format_func=lambda name: tr(TITLES[name]), help=tr("Patterns inform; they never change the verdict."),
        )  # fmt: skip
        scores = [key for key, found in catalog().items() if found.direction != "neutral" and key != DEFINITION]
        score = st.selectbox(tr("Score"), scores, key="policy-add-score", format_func=title_said)
        found = define(str(score))
        st.caption(definition(found.key))
        left, middle, right = st.columns(3)
        bounds = ["min", "max"] if found.direction == "higher_is_better" else ["max", "min"]
        bounds += ["margin"] if table == "check" and found.key in COMPARED else []
        bound = left.selectbox(
            tr("It must be"), bounds, key=f"policy-add-bound-{score}", format_func=lambda b: tr(BOUNDS[b])
        )
        start = found.range[0] if bound == "max" and found.range[0] > float("-inf") else 0.5
        start = 0.03 if bound == "margin" else start
        threshold = _threshold(
            middle, found, max(start, found.range[0]), tr("Threshold"), f"policy-add-threshold-{score}"
        )
        probes = _probes(found)
        probe = right.selectbox(
            tr("Measured for"), list(probes), key=f"policy-add-probe-{score}", format_func=lambda name: probes[name],
            disabled=len(probes) == 1,
        )  # fmt: skip
        where = _part_of_rows(str(score))
        entry = {"score": score, bound: threshold, "probe": probe, "slice": where, "severity": "medium"}
        made = {field: value for field, value in entry.items() if value != ""}
        wrong = [what for (_, _, field), what in faults_of({"check": [{"id": "new", **made}]}) if field == "slice"]
        for what in wrong:
            st.caption(f":red[:material/error: {plain(_called('slice'))}: {plain(told_again(what), 600)}]")
        st.button(
            tr("Add"), key="policy-add", icon=":material/add:", on_click=_added, args=(name, str(table), made), disabled=bool(wrong),
        )  # fmt: skip


def _part_of_rows(score: str) -> str:
    """The field of the rows a score is about: a slice that is kept, or what is typed. What stands in it now."""
    if score not in SLICED:
        return st.text_input(
            tr("Part of the rows"), key=f"policy-add-slice-{score}", placeholder=tr("all rows"),
            help=tr("As scores name it: `label=refund`, `group:region=north`; `label=*` stands for each label."),
        ).strip()  # fmt: skip
    kept = {one.name: one.condition for one in store().slices()}
    left, right = st.columns([1.6, 3.4]) if kept else (st, st)
    name = left.selectbox(
        tr("Kept slice"), ["", *kept], key="policy-add-kept", format_func=lambda one: one_line(one, 60) if one else tr("None"),
    ) if kept else ""  # fmt: skip
    typed = right.text_input(
        tr("Part of the rows"), key="policy-add-condition", placeholder=kept.get(name, tr("all rows")), disabled=bool(name),
        max_chars=MOST_CHARACTERS, help=tr(HOW),
    )  # fmt: skip
    return kept[name] if name else typed.strip()


def _probes(found: Definition) -> dict[str, str]:
    """What a score can be measured for, by the name that a policy has for it."""
    if not found.probe:
        return {"": tr("the model as it is")}
    own = {name: display_name(name) for kind in KINDS if kind == found.probe for name in names(kind)}
    whole = {key: tr(title) for key, title in SETS.items() if found.probe == key[:-1]}
    return {"*": tr("each of them"), **own, **whole}


def _added(name: str, table: str, entry: dict[str, Any]) -> None:
    kept = st.session_state[f"_policy-{name}"]
    used = {other["id"] for entries in kept["entries"].values() for other in entries}
    base = str(entry["score"]).replace("_", "-")
    free = next(f"{base}{n or ''}" for n in ("", *(f"-{i}" for i in range(2, 1000))) if f"{base}{n}" not in used)
    kept["entries"][table].append({"id": free, **entry, "_number": kept["next"]})
    kept["next"] += 1


def _called(field: str) -> str:
    """What people call a field of a policy."""
    said = {
        "min": tr("At least"), "max": tr("At most"), "margin": tr("Worse by at most"), "severity": tr("Severity"),
        "min_n": tr("Rows"), "slice": tr("Part of the rows"),
        "why": tr("Why it matters"), "next_step": tr("What to do"), "at_most": tr("Findings at most"),
        "probe": tr("Measured for"), "score": tr("Score"), "alpha": tr("A wrong verdict"), "id": tr("Name of the check"),
    }  # fmt: skip
    return said.get(field, field)
