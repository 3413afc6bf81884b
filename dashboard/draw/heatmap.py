"""Texts as HTML: each word shaded by its attribution, word-level changes struck out and put in. All text is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import streamlit as st

from audit.language.numbers import numbers
from audit.language.palette import css_share, kind_of, legend, shade_css, strength
from audit.language.translating import tr, tr_n
from audit.records import Attribution, Change, WordScore
from audit.report.attacked import edits
from dashboard.page.text import escaped, told_again
from models.task import Task

LONG = 600
"""Characters from which a compact text gets a box of its own to scroll in."""
SHOWN = 20_000
"""Characters of one text that are drawn; the rest is counted."""


def heatmap_html(record: Attribution, *, compact: bool = False) -> str:
    """A text (and its pair) with its words shaded, see `audit.language.palette`; hover gives numbers."""
    largest = max((abs(word.score) for word in record.words), default=0.0) or 1.0
    parts = [_segment(record.text, [w for w in record.words if w.segment == 0], largest, record)]
    if record.pair is not None:
        parts.append(_segment(record.pair, [w for w in record.words if w.segment == 1], largest, record))
    kind = _kind(len(record.text), compact)
    if record.unit == "none":
        label = escaped(tr("Words of the text shaded by how strongly the method marks them; it knows no direction"))
    else:
        label = escaped(
            tr("Words of the text shaded by how much they speak for or against {target}", target=record.target)
        )
    return "".join(f'<div class="{kind}" role="group" aria-label="{label}">{part}</div>' for part in parts)


def show_heatmap(record: Attribution, *, compact: bool = False, legend: bool = True) -> None:
    """Draw `heatmap_html` with its legend, or why there is none."""
    if record.error is not None:
        st.warning(tr("This row could not be explained."), icon=":material/error:")
        st.text(told_again(record.error))
        return
    st.html(heatmap_html(record, compact=compact) + (legend_html(record) if legend else ""))
    if record.unit == "none" and legend:
        view = tr("A view into the model, not evidence for an explanation: it does not say which way a word pushes.")
        st.caption(f":material/warning: {view}")
    if record.truncated:
        cut = tr("The text is longer than the model reads; the faded part was not seen.")
        st.caption(f":material/content_cut: {cut}")
    if not record.converged:
        missed = tr("The method did not reach its own tolerance on this text: read with care.")
        st.caption(f":material/warning: {missed}")


def legend_html(record: Attribution) -> str:
    """What the colours of this method's words mean."""
    kinds = ("either",) if record.unit == "none" else ("toward", "against")
    return (
        f'<div class="assay-legend">{"".join(_key(kind, record.target) for kind in kinds)}'
        f"<span>{escaped(tr('Hover or tab to a word for its number and error bar.'))}</span></div>"
    )


def _key(kind: str, target: str) -> str:
    words = escaped(legend(kind, target="{target}")).replace("{target}", f"<b>{escaped(target)}</b>")
    return f'<span class="assay-key" style="{shade_css(kind, 1.0)}">{words}</span>'


def diff_html(text: str, changes: Iterable[Change], *, compact: bool = False) -> str:
    """The original with what was taken out struck through and what was put in beside it."""
    parts, at = [], 0
    for change in sorted(changes, key=lambda c: (c.start, c.new_start)):
        if change.start < at:
            continue
        parts.append(escaped(text[at : change.start]))
        if change.end > change.start:
            parts.append(f'<del class="assay-del">{escaped(text[change.start : change.end])}</del>')
        if change.after:
            parts.append(f'<ins class="assay-ins">{escaped(change.after)}</ins>')
        at = change.end
    parts.append(escaped(text[at : at + SHOWN]) + ("…" if len(text) - at > SHOWN else ""))
    return f'<div class="{_kind(len(text), compact)}">{"".join(parts)}</div>'


def sides_html(text: str, after: str, changes: Sequence[Change]) -> tuple[str, str]:
    """The original and the changed text beside each other, in each what is not in the other marked."""
    sides: tuple[list[str], list[str]] = ([], [])
    for part in edits(text[:SHOWN], after[:SHOWN], [c for c in changes if c.end <= SHOWN and c.new_end <= SHOWN]):
        for side, said, tag in ((sides[0], part.before, "del"), (sides[1], part.after, "ins")):
            if said:
                side.append(f'<{tag} class="assay-{tag}">{escaped(said)}</{tag}>' if part.changed else escaped(said))
    more = ["<i> …</i>" if len(whole) > SHOWN else "" for whole in (text, after)]
    before, changed = (
        f'<div class="{_kind(len(whole), compact=True)}">{"".join(side)}{rest}</div>'
        for whole, side, rest in zip((text, after), sides, more, strict=True)
    )
    return before, changed


def _kind(characters: int, compact: bool) -> str:
    """The classes of a text; only a long one scrolls, because what scrolls also cuts off the numbers shown on hover."""
    return f"assay-text{' compact' if compact else ''}{' long' if compact and characters > LONG else ''}"


def quote_html(text: str) -> str:
    """A text as it was typed."""
    left = len(text) - SHOWN
    more = f"<i> … {escaped(tr_n('{n} more character', '{n} more characters', left))}</i>" if left > 0 else ""
    return f'<div class="assay-quote">{escaped(text[:SHOWN])}{more}</div>'


def bars_html(task: Task, probs: Sequence[float], *, before: Sequence[float] = (), top: int = 8) -> str:
    """Probabilities as bars, the largest first and those of the answer marked; `before` marks where each was."""
    labels, held = task.labels, task.holds(probs)
    order = sorted(range(len(labels)), key=lambda i: -probs[i])
    lines = []
    for i in order[:top]:
        was = (
            f'<span class="was" style="left:{css_share(before[i])}" title="{escaped(tr("before"))}"></span>'
            if before
            else ""
        )
        said = _said(labels[i], probs[i], before[i] if before else None)
        lines.append(
            f'<div class="assay-bar" role="img" aria-label="{escaped(said)}">'
            f'<span class="name" title="{escaped(labels[i])}">{escaped(labels[i])}</span>'
            f'<span class="track"><span class="fill{" top" if held[i] else ""}" '
            f'style="display:block;width:{css_share(probs[i])}"></span>{was}</span>'
            f'<span class="share">{_share(probs[i])}</span></div>'
        )
    if len(order) > top and task.several:
        most = numbers().share(probs[order[top]])
        said = tr_n(
            "{n} more label has {share} at most.", "{n} more labels have {share} at most.", len(order) - top, share=most
        )
        lines.append(f'<div class="assay-legend">{escaped(said)}</div>')
    elif len(order) > top:
        rest = sum(probs[i] for i in order[top:])
        said = tr_n(
            "{n} more label has {share}.",
            "{n} more labels share {share}.",
            len(order) - top,
            share=numbers().share(rest),
        )
        lines.append(f'<div class="assay-legend">{escaped(said)}</div>')
    return "".join(lines)


def _said(label: str, prob: float, before: float | None) -> str:
    share = numbers().share(prob)
    if before is None:
        return f"{label}: {share}"
    return tr("{label}: {share} (was {before})", label=label, share=share, before=numbers().share(before))


def _share(value: float) -> str:
    return escaped(numbers().share(value))


def _segment(text: str, words: Sequence[WordScore], largest: float, record: Attribution) -> str:
    parts, at = [], 0
    for word in sorted(words, key=lambda w: w.start):
        if word.start < at:
            continue
        parts.append(escaped(text[at : word.start]))
        parts.append(_word(text[word.start : word.end], word, largest, record.unit))
        at = word.end
    rest = text[at : at + SHOWN]
    unseen = record.truncated and bool(words) and bool(rest.strip())
    parts.append(f'<span class="assay-unseen">{escaped(rest)}</span>' if unseen else escaped(rest))
    return "".join(parts)


def _word(shown: str, word: WordScore, largest: float, unit: str) -> str:
    css = shade_css(kind_of(word.score, unit), strength(word.score, largest))
    tip = escaped(numbers().with_error(word.score, word.error, unit))
    return (
        f'<span class="assay-word" tabindex="0" style="{css}" data-tip="{tip}" '
        f'aria-label="{escaped(shown)}, {tip}">{escaped(shown)}</span>'
    )
