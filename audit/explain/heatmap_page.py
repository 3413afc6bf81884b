"""A self-contained page of heatmaps: every text as typed, its words shaded, everything from outside escaped."""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from audit.language.numbers import numbers
from audit.language.palette import ATTRIBUTION, VERDICTS, kind_of, legend, shade_css, strength
from audit.language.translating import language, tr, tr_n
from audit.records import Attribution, WordScore
from models.errors import DiskError
from models.telling import again
from models.writing import WholeFile, told

STYLE = """
:root{color-scheme:light dark;--ink:#1b1f24;--muted:#5d6671;--line:#d9dee3;--back:#fff;--card:#f7f8fa}
@media(prefers-color-scheme:dark){:root{--ink:#e8eaed;--muted:#a0a8b1;--line:#3a4149;--back:#14171a;--card:#1d2125}}
body{font:15px/1.6 system-ui,sans-serif;color:var(--ink);background:var(--back);max-width:60rem;margin:2rem auto;
padding:0 1rem}
h1{font-size:1.5rem;margin:0 0 .25rem}h2{font-size:1.1rem;margin:1.5rem 0 .5rem}p{margin:.25rem 0}
.muted{color:var(--muted);font-size:.87rem}
article{border:1px solid var(--line);border-radius:.5rem;padding:.75rem 1rem;margin:1rem 0;background:var(--card)}
.text{white-space:pre-wrap;overflow-wrap:anywhere;unicode-bidi:plaintext;margin:.15rem 0 .4rem;line-height:1.9}
.w{border-radius:.2rem;padding:.1rem 0;box-decoration-break:clone}
.unseen{opacity:.45;text-decoration:line-through}
.odd{font-size:.75em;border:1px solid var(--line);border-radius:.2rem;color:var(--muted)}
.method{font-weight:600}.bad{color:var(--bad)}
.scroll{overflow-x:auto}table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:.87rem}
th,td{text-align:right;padding:.2rem .6rem;border-bottom:1px solid var(--line)}th:first-child,td:first-child,
th:nth-child(2),td:nth-child(2){text-align:left}
.key{color:var(--ink);display:inline-block;padding:0 .5rem;border-radius:.2rem;margin-right:.5rem}
"""


class HeatmapPage:
    """Writes the page row by row, so that its size does not matter; the file appears when it is whole.

    Use as a context manager: `add` the records of each row in turn, `summary` at the end.
    """

    def __init__(self, path: Path, *, title: str, facts: Mapping[str, str], methods: Mapping[str, str]) -> None:
        """Prepare the page.

        Args:
            path: the file.
            title: its heading.
            facts: what to say of the model and the table, name to value.
            methods: title of each method by name.
        """
        self._path, self._title, self._facts, self._methods = path, title, facts, methods

    def __enter__(self) -> Self:
        self._made = WholeFile(self._path)
        self._file: TextIO = self._made.part.open("w", encoding="utf-8")
        facts = " · ".join(f"{html.escape(name)}: <b>{shown(value)}</b>" for name, value in self._facts.items())
        self._file.write(
            f'<!doctype html><html lang="{language()}"><head><meta charset="utf-8">'
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
            '<meta name="viewport" content="width=device-width,initial-scale=1">'
            f"<title>{shown(self._title)}</title><style>{_colours()}{STYLE}</style></head><body>"
            f'<h1>{shown(self._title)}</h1><p class="muted">{facts}</p>{_legend()}'
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            with told(self._path):
                if kind is None:
                    self._file.write("</body></html>\n")
                self._file.close()
            if kind is None:
                self._made.keep()
        except DiskError:
            if kind is None:  # else the error that is on its way says more
                raise
        finally:
            self._made.drop()

    def add(self, number: int, records: Sequence[Attribution], label: str | None = None) -> None:
        """One row: its records by one or several methods."""
        head = f"Row {number} · {html.escape(records[0].row_id)}"
        if label is not None:
            head += f" · labelled <b>{shown(label)}</b>"
        with told(self._path):
            self._file.write(f'<article><p class="muted">{head}</p>')
            for record in records:
                self._file.write(self._record(record))
            self._file.write("</article>\n")

    def summary(self, lines: Iterable[Sequence[str]], header: Sequence[str], title: str) -> None:
        """A table of the metrics, as text cells."""
        rows = "".join("<tr>" + "".join(f"<td>{shown(cell)}</td>" for cell in line) + "</tr>" for line in lines)
        heads = "".join(f"<th>{shown(cell)}</th>" for cell in header)
        self._file.write(
            f'<h2>{shown(title)}</h2><div class="scroll"><table><thead><tr>{heads}</tr></thead>'
            f"<tbody>{rows}</tbody></table></div>"
        )

    def _record(self, record: Attribution) -> str:
        name = f'<span class="method">{html.escape(self._methods.get(record.name, record.name))}</span>'
        if record.error is not None:
            return f'<p>{name} <span class="bad">{html.escape(tr("not explained:"))} {shown(again(record.error))}</span></p>'
        about = f'<p>{name} <span class="muted">{_about(record)}</span></p>'
        largest = max((abs(word.score) for word in record.words), default=0.0) or 1.0
        text = _heatmap(record.text, record, 0, largest)
        if record.pair is not None:
            text += _heatmap(record.pair, record, 1, largest)
        return about + text + _specials(record)


def shown(text: str) -> str:
    """Text escaped for HTML; characters that would be invisible or turn the text around are shown by their code."""
    return "".join(
        "".join(part) if not odd else "".join(f'<span class="odd">U+{ord(c):04X}</span>' for c in part)
        for odd, part in ((odd, list(group)) for odd, group in groupby(html.escape(text), key=_odd))
    )


def _odd(character: str) -> bool:
    if character in "\t\n\u200d":  # the joiner holds emoji together
        return False
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def _colours() -> str:
    fail = VERDICTS["FAIL"]
    dark = f"@media(prefers-color-scheme:dark){{:root{{--bad:{fail.dark_ink}}}}}"
    return f"\n:root{{--bad:{fail.ink}}}{dark}"


def _legend() -> str:
    keys = "".join(
        f'<span class="key" style="{shade_css(kind, 1.0)}">{html.escape(legend(kind, target=tr("the target")))}</span>'
        for kind in ATTRIBUTION
    )
    return (
        f'<p class="muted">{keys}'
        + html.escape(
            tr("Shades are relative to the strongest word of each text; hover over a word for its score and error bar;")
        )
        + f' <span class="unseen">{html.escape(tr("struck out"))}</span>: '
        + html.escape(tr("beyond the model's limit, not seen."))
        + "</p>"
    )


def _about(record: Attribution) -> str:
    say, parts = numbers(), [tr("towards {target}", target=f"<b>{shown(record.target)}</b>")]
    if record.value is not None:
        parts.append(tr("value {value}", value=html.escape(say.quantity(record.value, record.unit))))
    if record.baseline_value is not None:
        parts.append(tr("baseline {value}", value=html.escape(say.quantity(record.baseline_value, record.unit))))
    if record.delta is not None:
        parts.append(tr("sum off by {value}", value=html.escape(say.difference(record.delta, record.unit))))
    parts.append(tr_n("{n} evaluation", "{n} evaluations", record.steps))
    if not record.converged:
        parts.append(f'<span class="bad">{html.escape(tr("did not converge: read with care"))}</span>')
    if record.truncated:
        parts.append(f'<span class="bad">{html.escape(tr("longer than the model reads"))}</span>')
    return " · ".join(parts)


def _heatmap(text: str, record: Attribution, segment: int, largest: float) -> str:
    parts, at = [], 0
    for word in record.words:
        if word.segment != segment or word.start < at:
            continue
        parts += [
            shown(text[at : word.start]),
            _word(text[word.start : word.end], word, largest, record.unit),
        ]
        at = word.end
    rest = text[at:]
    unseen = record.truncated and rest.strip()
    parts.append(f'<span class="unseen">{shown(rest)}</span>' if unseen else shown(rest))
    return f'<div class="text" dir="auto">{"".join(parts)}</div>'


def _word(text: str, word: WordScore, largest: float, unit: str) -> str:
    css = shade_css(kind_of(word.score, unit), strength(word.score, largest))
    tip = html.escape(numbers().with_error(word.score, word.error, unit))
    return f'<span class="w" style="{css}" title="{tip}">{shown(text)}</span>'


def _specials(record: Attribution) -> str:
    scored = [token for token in record.tokens if token.special and token.score != 0.0]
    if not scored:
        return ""
    listed = ", ".join(
        f"{shown(token.text)} {html.escape(numbers().difference(token.score, record.unit))}" for token in scored
    )
    return f'<p class="muted">{html.escape(tr("special tokens, not part of the text:"))} {listed}</p>'
