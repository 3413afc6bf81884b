"""Choosing the behavioural suites of a new audit: those that fit the model and the table first, and what their labels mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from audit.actions import suites
from audit.actions.suites import NamedSuite
from audit.language.translating import tr, tr_n
from audit.spec import ProbeSpec
from dashboard.page.state import link, store
from dashboard.page.text import one_line, plain
from models.entry import CatalogEntry

MAPPED = 12
"""Labels of a suite that can be mapped here; one with more is mapped where it is made."""


@dataclass(frozen=True, slots=True)
class _Choice:
    """A suite that can be chosen: one that is listed, or one that another run asked and nobody kept."""

    name: str
    suite: NamedSuite | None = None
    asked: ProbeSpec | None = None

    @property
    def labels(self) -> tuple[str, ...]:
        return self.suite.labels if self.suite else ()


def choose_suites(
    suite: Sequence[ProbeSpec],
    old: Mapping[str, Any] | None,
    key: str,
    *,
    labels: Sequence[str],
    several: bool,
    languages: Sequence[str],
    also: str = "",
) -> tuple[ProbeSpec, ...]:
    """Let the user choose; returns them as the spec of an audit has them.

    Args:
        suite: probes of the suite, those among them that ask behavioural suites are chosen at first.
        old: the spec of a run to begin with instead.
        key: of the widgets.
        labels: the model's, none where they are not known; several: whether answers hold several.
        languages: of the table.
        also: name of one to begin with besides; one that is not there is none.
    """
    given = [ProbeSpec.model_validate(p) for p in old["probes"]] if old else list(suite)
    begun = [probe for probe in given if probe.kind == suites.KIND]
    offered = _offered(begun, labels, several, languages)
    fitting = {
        name for name, one in offered.items() if one.suite and one.suite.fits(labels, languages, several=several)
    }
    first = [_key(probe, offered) for probe in begun]
    first += [also] if also in offered and also not in first else []
    chosen = st.multiselect(
        tr("Behavioural suites"), list(offered), first, key=f"suites-{key}",
        format_func=lambda name: _title(offered[name], fits=not labels or name in fitting), placeholder=tr("None"),
        help=tr(
            "Sentences whose answers every reader knows, asked beside the rows of the table: negation, names, spelling and the "
            "like. Those that fit the labels of the model and the language of the table come first."
        ),
    )  # fmt: skip
    link("suites", tr("Read them, or make one of your own"), icon=":material/checklist:")
    before = {_key(probe, offered): probe for probe in begun}
    return tuple(_made(offered[name], before.get(name), labels, several, key) for name in chosen)


def answers_to(name: str, models: Sequence[CatalogEntry]) -> str:
    """The first model that has most of the labels of a suite; "" where none has, or there is no such suite."""
    suite = next((one for one in suites.listed(store()) if one.name == name), None)
    if suite is None or not suite.labels:
        return ""
    fitting = (one.name for one in models if suite.fits(one.known_labels, several=one.multi_label))
    return next(fitting, "")


def _offered(
    begun: Sequence[ProbeSpec], labels: Sequence[str], several: bool, languages: Sequence[str]
) -> dict[str, _Choice]:
    """Suites by what the box calls them: those that fit, the others, and what the run before asked and is not kept."""
    listed = suites.listed(store())
    ranked = sorted(listed, key=lambda one: not one.fits(labels, languages, several=several))
    found = {one.name: _Choice(one.name, one) for one in ranked}
    for probe in begun:
        if _key(probe, found) not in found:
            found[_key(probe, found)] = _Choice(str(probe.params.get("suite", "")), None, probe)
    return found


def _key(probe: ProbeSpec, offered: Mapping[str, _Choice]) -> str:
    """What the box calls the suite of a probe: its name where it is kept as the probe has it."""
    name, content = str(probe.params.get("suite", "")), probe.params.get("content") or ""
    known = offered.get(name)
    if known is not None and known.suite is not None:
        kept = known.suite.kept
        if (not content and kept is None) or (kept is not None and content == suites.text_of(store(), known.suite)):
            return name
    return f"{name} ({probe.id or probe.name})"


def _title(one: _Choice, *, fits: bool) -> str:
    name = one_line(one.name, 60)
    if one.suite is None:
        return tr("{name}, as the run before asked it", name=name)
    cases = tr_n("{n} case", "{n} cases", one.suite.cases)
    return f"{name} ({cases})" if fits else tr("{name} ({cases}; other labels or language)", name=name, cases=cases)


def _made(one: _Choice, before: ProbeSpec | None, labels: Sequence[str], several: bool, key: str) -> ProbeSpec:
    """The probe of a suite; asks for what its labels mean where the model has them not."""
    if one.suite is None:
        assert one.asked is not None
        return one.asked
    given = dict((before.params if before else {}).get("labels") or {})
    missing = [label for label in one.labels if not suites.same_label(label, labels, several=several)] if labels else []
    if missing and len(missing) <= MAPPED:
        given |= _mapped(one, missing, labels, given, key)
    mapped = {label: meant for label, meant in given.items() if meant}
    unmapped = [label for label in missing if label not in mapped]
    if unmapped:
        st.caption(
            tr("{suite}: cases about {labels} are left out, for the model has no such label.", suite=plain(one.name, 60),
               labels=plain(", ".join(unmapped), 200))
        )  # fmt: skip
    cases = before.params.get("cases") if before else None
    made = suites.as_probe(store(), one.suite, labels=mapped, cases=cases)
    return made if before is None else made.model_copy(update={"id": before.id or made.id})


def _mapped(
    one: _Choice, missing: Sequence[str], labels: Sequence[str], given: Mapping[str, str], key: str
) -> dict[str, str]:
    """What the model calls labels of a suite, as the user says it; "" where it has none."""
    found = {}
    with st.container(horizontal=True):
        for label in missing:
            choices = ["", *labels]
            before = given.get(label, "")
            found[label] = str(
                st.selectbox(
                    tr("{suite}: '{label}' means", suite=one_line(one.name, 30), label=one_line(label, 30)), choices,
                    choices.index(before) if before in choices else 0, key=f"suite-map-{key}-{one.name}-{label}", width=260,
                    format_func=lambda meant: one_line(meant, 40) or tr("no label of the model"),
                )
            )  # fmt: skip
    return found
