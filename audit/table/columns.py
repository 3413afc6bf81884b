"""Which column is what: by the name asked for, else by the names people give such columns; each find is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from audit.language.translating import tr_later
from audit.table.faults import Fault, FaultLog
from audit.table.options import NO_COLUMN, Columns, TableOptions

TEXT_NAMES = (
    "text", "sentence", "sentence1", "text_a", "premise", "review", "comment", "content", "message", "utterance",
    "query", "question", "tweet", "post", "body", "document", "description", "headline", "title", "input", "文本", "texte",
)  # fmt: skip
LABEL_NAMES = (
    "label", "labels", "class", "category", "target", "sentiment", "intent", "gold", "gold_label", "true_label",
    "annotation", "rating", "y", "标签", "étiquette",
)  # fmt: skip
PAIR_NAMES = {
    "sentence1": ("sentence2",),
    "text_a": ("text_b",),
    "premise": ("hypothesis",),
    "text": ("text_pair", "pair"),
}
RATIONALE_NAMES = ("rationale", "rationales")


def fold(name: str) -> str:
    """A header or label as it is compared: trimmed, without byte order mark, case-folded."""
    return name.strip().lstrip("\ufeff").strip().casefold()


def find_columns(header: Sequence[str], options: TableOptions, log: FaultLog) -> Columns:
    """Give each header its role. `text` is None when no column could be found; whoever has seen rows says so by `no_text`.

    A duplicate name is a fault wherever it stands: two columns of one name cannot be told apart.
    """
    for name, count in Counter(fold(name) for name in header).items():
        if name and count > 1:
            first = next(h.strip() for h in header if fold(h) == name)
            message = tr_later(f"{count} columns have this name (case and spaces aside); rename all but one.")
            log.add(Fault("duplicate_header", message, line=1, column=first))
    text = _asked(header, options.text, "text", log) if options.text else _find_text(header, log)
    label = _optional(header, options.label, "label", LABEL_NAMES, text, log)
    pair_names = PAIR_NAMES.get(fold(text), ()) if text is not None else ()
    pair = _optional(header, options.pair, "pair", pair_names, text, log)
    rationale = _optional(header, options.rationale, "rationale", RATIONALE_NAMES, text, log)
    groups: tuple[str, ...] = tuple(
        g for g in (_asked(header, name, "group", log) for name in options.groups) if g is not None
    )
    if not options.groups:
        groups = tuple(h.strip() for h in header if fold(h) == "group" or fold(h).startswith("group:"))
        for name in groups:
            log.warn(tr_later(f"The column '{name}' was taken as a group column, by its name."))
    return Columns(text, label, pair, tuple(dict.fromkeys(groups)), rationale)


def _asked(header: Sequence[str], wanted: str, role: str, log: FaultLog) -> str | None:
    for name in header:
        if fold(name) == fold(wanted):
            return name.strip()
    log.add(Fault("missing_column", f"there is no {role} column of this name; {_choices(header)}", 1, wanted))
    return None


def _find_text(header: Sequence[str], log: FaultLog) -> str | None:
    for candidate in TEXT_NAMES:
        for name in header:
            if fold(name) == candidate:
                if candidate != TEXT_NAMES[0]:
                    log.warn(
                        tr_later(
                            f"The column '{name.strip()}' was taken as the text, by its name; name another if wrong (--text)."
                        )
                    )
                return name.strip()
    if len(header) == 1:
        log.warn(tr_later(f"The only column, '{header[0].strip()}', was taken as the text."))
        return header[0].strip()
    return None


def no_text(header: Sequence[str], log: FaultLog, *, likely: str | None, first_is_data: bool) -> None:
    """Say that no column is named like a text.

    Args:
        header: the names.
        log: where it is said.
        likely: the column that holds texts by the looks of it, None for none.
        first_is_data: whether the first line looks like a row.
    """
    if first_is_data:
        said = tr_later(
            "No column is named like a text, and the first line looks like a row; if it is one, say so (--no-header)"
        )
        message = tr_later(f"{said}; {_choices(header)}")
    elif likely is not None:
        said = tr_later(f"No column is named like a text; '{likely}' looks like one")
        message = tr_later(f"{said}; name it (--text); {_choices(header)}")
    else:
        message = tr_later(f"No column is named like a text; name it (--text); {_choices(header)}")
    log.add(Fault("missing_column", message, line=1))


def _optional(
    header: Sequence[str], wanted: str | None, role: str, candidates: Sequence[str], text: str | None, log: FaultLog
) -> str | None:
    """The column asked for, else the first one named like the role; "-" asks for none."""
    if wanted == NO_COLUMN:
        return None
    if wanted is not None:
        return _asked(header, wanted, role, log)
    for candidate in candidates:
        for name in header:
            if fold(name) == candidate and name.strip() != text:
                if candidate != role:
                    log.warn(
                        tr_later(f"The column '{name.strip()}' was taken as the {role}, by its name; '-' means none.")
                    )
                return name.strip()
    return None


def _choices(header: Sequence[str]) -> str:
    shown = [f"'{name.strip()}'" for name in header[:20] if name.strip()]
    more = tr_later(f" and {len(header) - 20} more") if len(header) > 20 else ""
    return tr_later(f"the columns are: {', '.join(shown) or 'all without a name'}{more}.")
