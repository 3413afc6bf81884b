"""A number for each pair of some things, as a table."""

from __future__ import annotations

from collections.abc import Mapping

from audit.language.numbers import numbers
from audit.language.palette import css_share
from dashboard.page.text import escaped


def matrix_html(title: str, names: Mapping[str, str], values: Mapping[frozenset[str], float]) -> str:
    """A triangle of correlations, each above its two names once; a bar in each cell is as long as the number is large.

    Args:
        title: what the numbers are.
        names: what stands in lines and columns, by key, in order.
        values: a correlation, -1 to 1, for pairs of keys; pairs without one get a dash.
    """
    keys = list(names)
    head = "".join(f'<th scope="col">{escaped(names[key])}</th>' for key in keys[:-1])
    lines = []
    for place, line in enumerate(keys[1:], start=1):
        cells = "".join(_cell(values.get(frozenset((line, key)))) for key in keys[:place])
        blank = "<td></td>" * (len(keys) - 1 - place)
        lines.append(f'<tr><th scope="row">{escaped(names[line])}</th>{cells}{blank}</tr>')
    return (
        f'<div class="assay-matrix" tabindex="0" role="region" aria-label="{escaped(title)}">'
        f"<table><caption>{escaped(title)}</caption><thead><tr><td></td>{head}</tr></thead>"
        f"<tbody>{''.join(lines)}</tbody></table></div>"
    )


def _cell(value: float | None) -> str:
    if value is None:
        return f"<td>{escaped(numbers().none)}</td>"
    bar = f'<span class="bar{" less" if value < 0 else ""}" style="width:{css_share(abs(value))}"></span>'
    return f"<td>{escaped(numbers().number(value, 'correlation'))}{bar}</td>"
