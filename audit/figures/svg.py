"""Declared figures on paper: SVG text, the same bytes each time, drawn with the shapes of `audit.figures.shapes`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from audit.figures import shapes
from audit.figures.base import lines_of, names_in
from audit.figures.clouds import clouds
from audit.figures.spec import Spec
from audit.language.numbers import SHARES, numbers
from audit.language.translating import language, tr
from audit.score.wording import title_said

MOST = 24
"""Lines of a figure of dots."""


def svg(spec: Spec) -> str:
    """The figure's picture."""
    return _drawn(spec, language())


@lru_cache(maxsize=128)
def _drawn(spec: Spec, _spoken: str) -> str:
    """Kept for whoever draws the same document again: the PDF, its pages, the HTML file."""
    return DRAWN[spec.kind](spec, **dict(spec.options))


def _scores(spec: Spec, **_: Any) -> str:
    return shapes.dots([shapes.Dot(s["label"], s["value"], s["low"], s["high"]) for s in _lines(spec)])


def _budget(spec: Spec, *, x: str, y: str, **_: Any) -> str:
    table = spec.table()
    name_of = names_in(table)
    made = [
        shapes.Steps(name_of(key), *(list(part[name]) for name in ("budget", "accuracy", "low", "high")))
        for key, part in table.groupby("probe", sort=False)
    ]
    return shapes.curves(made, x=x, y=y)


def _flips(spec: Spec) -> str:
    name_of, lines = names_in(spec.table()), _lines(spec)
    most = max(line["value"] if line["high"] is None else line["high"] for line in lines)
    notes = [f"{numbers().share(line['value'])} ({numbers().count(line['changed'])})" for line in lines]
    dots = [
        shapes.Dot(name_of(line["probe"]), line["value"], line["low"], line["high"], note)
        for line, note in zip(lines, notes, strict=True)
    ]
    return shapes.dots(dots, high=min(1.0, max(0.1, round(most * 1.1 + 0.05, 1))))


def _attacks(spec: Spec, *, clean: tuple[float, float, float] | None, labelled: bool) -> str:
    name_of = names_in(spec.table())
    before = [shapes.Dot(tr("before the attack"), *clean, hollow=True)] if clean and labelled else []
    return shapes.dots([*before, *(_rate(line, name_of) for line in _lines(spec))])


def _success(spec: Spec, **_: Any) -> str:
    """One line for each attack and way of counting, the two of an attack beside each other."""
    name_of, lines = names_in(spec.table()), _lines(spec)
    probes = list(dict.fromkeys(line["probe"] for line in lines))
    ordered = sorted(lines, key=lambda line: (probes.index(line["probe"]), line["kind"] == "raw"))
    counted = {"raw": tr("any change"), "valid": tr("valid changes")}
    return shapes.dots([_rate(line, name_of, counted[line["kind"]], line["kind"] == "raw") for line in ordered])


def _rate(line: Mapping[str, Any], name_of: Callable[[object], str], how: str = "", hollow: bool = False) -> shapes.Dot:
    label = ", ".join(part for part in (name_of(line["probe"]), how) if part)
    return shapes.Dot(label, line["value"], line["low"], line["high"], hollow=hollow)


def _recalls(spec: Spec) -> str:
    dots = [
        shapes.Dot(
            s["label"], s["value"], s["low"], s["high"],
            tr("{share} of {n}", share=numbers().share(s["value"]), n=numbers().count(s["n"])),
        )
        for s in _lines(spec)[:MOST]
    ]  # fmt: skip
    return shapes.dots(dots)


def _reliability(spec: Spec, *, x: str, y: str, **_: Any) -> str:
    bins = [(b["confidence"], b["accuracy"], b["low"], b["high"]) for b in _lines(spec)]
    return shapes.reliability(bins, x=x, y=y)


def _risk(spec: Spec, *, x: str, y: str) -> str:
    table = spec.table()
    at, share, low, high = (list(table[name]) for name in ("answered", "error", "low", "high"))
    return shapes.line_with_band(at, share, low, high, x=x, y=y)


def _confusion(spec: Spec, *, labels: tuple[str, ...], x: str, y: str) -> str:
    shares, counts = np.zeros((len(labels),) * 2), np.zeros((len(labels),) * 2, dtype=int)
    for line in _lines(spec):
        if line["predicted"] in labels:
            place = labels.index(line["true"]), labels.index(line["predicted"])
            shares[place], counts[place] = line["share"], line["rows"]
    return shapes.matrix(labels, shares, counts, x=x, y=y)


def _faithfulness(spec: Spec) -> str:
    table = spec.table()
    name_of, several = names_in(table), table["probe"].nunique() > 1
    dots = []
    for line in _lines(spec):
        if line["normalised"] is not None:
            title = title_said(line["metric"])
            label = f"{title}, {name_of(line['probe'])}" if several else title
            dots.append(shapes.Dot(label, min(1.2, max(-0.2, line["normalised"]))))
    low, high = min(0.0, *(dot.value for dot in dots)), max(1.0, *(dot.value for dot in dots))
    return shapes.dots(dots[:MOST], low=low, high=high, percent=False)


def _words(spec: Spec, *, unit: str, axis: str) -> str:
    dots = [
        shapes.Dot(w["word"], w["mean"], w["low"], w["high"], numbers().count(w["texts"])) for w in _lines(spec)
    ]  # fmt: skip
    return shapes.bars(dots, axis=axis, unit=unit)


def _differences(spec: Spec, *, unit: str, axis: str) -> str:
    """Dots around 0, right of it the better; shares in percentage points."""
    lines, scale = _lines(spec), 100.0 if unit in SHARES else 1.0
    dots = [
        shapes.Dot(
            s["label"], s["difference"] * scale, None if s["low"] is None else s["low"] * scale,
            None if s["high"] is None else s["high"] * scale, _moved(s["difference"], unit),
            hollow=s["better"] is None,
        )
        for s in lines[:MOST]
    ]  # fmt: skip
    reach = max(abs(end) for dot in dots for end in (dot.value, dot.low or 0.0, dot.high or 0.0)) * 1.1 or 1.0
    return shapes.dots(dots, low=-reach, high=reach, percent=False, axis=axis, zero=True)


def _labels(spec: Spec, *, most: int) -> str:
    """The most frequent labels, by the model and, hollow, in the data."""
    told = {"data": tr("in the data"), "model": tr("by the model")}
    by_label: dict[str, list[dict[str, Any]]] = {}
    for line in _lines(spec):
        by_label.setdefault(line["label"], []).append(line)
    shown = sorted(by_label.values(), key=lambda found: -max(line["rows"] for line in found))[:most]
    dots = [
        shapes.Dot(
            f"{line['label']}, {told[line['kind']]}", line["share"], line["low"], line["high"],
            tr("{share} of {n}", share=numbers().share(line["share"]), n=numbers().count(line["n"])),
            hollow=line["kind"] == "data",
        )
        for found in shown for line in found
    ]  # fmt: skip
    reach = max(dot.high or dot.value for dot in dots)
    return shapes.dots(dots, high=min(1.0, round(reach * 1.1 + 0.05, 1)))


def _lengths(spec: Spec) -> str:
    lines = _lines(spec)
    spans = [
        f"{line['from']}" if line["to"] - line["from"] == 1 else f"{line['from']}-{line['to'] - 1}" for line in lines
    ]
    read = shapes.Columns(tr("read to the end"), [line["rows"] - line["truncated"] for line in lines])
    cut = shapes.Columns(tr("cut"), [line["truncated"] for line in lines])
    return shapes.columns(spans, [read, cut], x=tr("tokens"), y=tr("rows"), percent=False, stacked=True)


def _words_changed(spec: Spec) -> str:
    table = spec.table()
    name_of, counts = names_in(table), sorted({int(count) for count in table["words"]})
    series = []
    for probe, part in table.groupby("probe", sort=False):
        by_count = {int(line["words"]): line for line in lines_of(part)}
        found = [by_count.get(count, {"share": 0.0, "low": None, "high": None}) for count in counts]
        series.append(
            shapes.Columns(name_of(probe), *([line[name] for line in found] for name in ("share", "low", "high")))
        )
    return shapes.columns([str(n) for n in counts], series, x=tr("words changed"), y=tr("share of successes"))


def _places(spec: Spec, **_: Any) -> str:
    lines = _lines(spec)
    names = [f"{numbers().setting(line['from'])}-{numbers().setting(line['to'])}" for line in lines]
    found = shapes.Columns("", *([line[name] for line in lines] for name in ("share", "low", "high")))
    return shapes.columns(
        names, [found], x=tr("place in the explanation of the row, highest score first"), y=tr("share of attacked words"),
        level=lines[0]["to"] - lines[0]["from"],
    )  # fmt: skip


def _agreement(spec: Spec) -> str:
    name_of = names_in(spec.table())
    dots = [
        shapes.Dot(
            tr("{first} and {second}", first=name_of(line["first"]), second=name_of(line["second"])),
            line["value"], line["low"], line["high"], numbers().number(line["value"], "correlation"),
        )
        for line in _lines(spec) if line["value"] is not None
    ]  # fmt: skip
    low = min(0.0, *(dot.value if dot.low is None else dot.low for dot in dots))
    return shapes.dots(dots, low=max(-1.0, low), percent=False, axis=tr("rank correlation"), zero=low < 0)


def _map(spec: Spec, *, by: str, **_: Any) -> str:
    table = spec.table()
    x, y = table["x"].to_numpy(), table["y"].to_numpy()
    groups = clouds(table, by)
    return shapes.scatter([shapes.Points(g.name, x[g.at].tolist(), y[g.at].tolist(), g.beneath) for g in groups])


def _moved(difference: float, unit: str) -> str:
    """By how much a number moves, bare: the axis says in what."""
    say = numbers()
    return (
        say.number(difference * 100.0, "rows", sign=True) if unit in SHARES else say.number(difference, unit, sign=True)
    )


def _lines(spec: Spec) -> list[dict[str, Any]]:
    return lines_of(spec.table())


DRAWN: Mapping[str, Callable[..., str]] = {
    "scores": _scores,
    "attacks": _attacks,
    "success": _success,
    "budget": _budget,
    "flips": _flips,
    "recalls": _recalls,
    "reliability": _reliability,
    "risk": _risk,
    "confusion": _confusion,
    "faithfulness": _faithfulness,
    "words": _words,
    "differences": _differences,
    "labels": _labels,
    "lengths": _lengths,
    "words_changed": _words_changed,
    "places": _places,
    "agreement": _agreement,
    "map": _map,
}
"""How each kind of figure is drawn, from its table and options."""
