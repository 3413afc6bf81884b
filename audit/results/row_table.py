"""The rows of a run as columns to filter, sort and export by: answers, lengths, groups, and all that the table says of them.

Texts stay in the database and the table's own file; what is kept here is small, read when first asked for, and filtered in
memory: a run of 100,000 rows answers within a tenth of a second.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from audit.errors import AuditError, InputError
from audit.filtering import CLUSTER, FORM, FORMS, OUTCOME, TEXT, Among, Came, Condition, Contains, Holds, RowFilter
from audit.language.translating import tr, tr_later
from audit.score.text_marks import forms_of
from audit.several_values import several_values
from audit.slices import GROUP
from audit.store import RecordFilter, Run, Store
from audit.strict_json import part
from audit.table.joining import Beside, beside
from audit.table.options import TableOptions
from audit.where import BUILT_IN, near
from audit.words import words_in
from models.errors import ModelError
from models.names import short
from models.text_language import row_languages

COLUMN = "column:"
"""How the name of a column of the table begins that no audit uses."""
TRIED = {"attack": ("failed", "out_of_budget"), "perturbation": ("ok",)}
"""States of records, by kind of probe, in which the answer held unless it flipped."""

CHUNK, AT_ONCE = 400, 4_000
"""Rows that one question to the database names; more than so many are cheaper to read with all others."""

Kept = dict[str, Any]
PHRASES = 32
"""Phrases whose rows are kept."""
NAMED = 8
"""Columns of a table that a message names."""


class NotInTable(InputError):
    """A condition names what a run does not have; `file` says whether the columns of its table could be read."""

    def __init__(self, message: str, *, file: bool = True) -> None:
        super().__init__(message)
        self.file = file


class RowTable:
    """The rows of a run that a prediction probe has answered, in their order.

    Args:
        store: where the run is, as whoever asks may read it.
        run: the run; probe: its prediction probe.
        kept: what was read before of the same run, by any asker; what is read is added to it.
    """

    def __init__(self, store: Store, run: Run, probe: str, kept: Kept | None = None) -> None:
        self._store, self._run, self._probe = store, run, probe
        self._kept: Kept = {} if kept is None else kept

    def __len__(self) -> int:
        return len(self._facts)

    @property
    def ids(self) -> NDArray[Any]:
        """The row ids, shape (n,)."""
        found: NDArray[Any] = self._facts["row_id"].to_numpy()
        return found

    @property
    def groups(self) -> tuple[str, ...]:
        """Names of the group columns."""
        if "groups" not in self._kept:
            cells = self._facts["groups"].unique()
            self._kept["groups"] = tuple(dict.fromkeys(name for cell in cells for name in json.loads(cell)))
        found: tuple[str, ...] = self._kept["groups"]
        return found

    @property
    def others(self) -> tuple[str, ...]:
        """Names of the columns of the table that the audit did not use; none where its file is not here."""
        return self._beside.names

    def column(self, name: str) -> NDArray[Any]:
        """A column as `audit.filtering` and conditions name it, shape (n,); marks of form and phrases are yes or no.

        Raises:
            NotInTable: there is none of that name.
        """
        if name.startswith("holds:"):
            return self._phrase(name.removeprefix("holds:"))
        plain = {"characters": "length"}.get(name, name)
        if name in ("label", "predicted", "confidence", "characters"):
            return self._facts[plain].to_numpy()
        key = name if name.startswith(f"{FORM}:") or name in BUILT_IN else self.called(name)
        if key not in self._kept:
            self._kept[key] = self._made(key)
        found: NDArray[Any] = self._kept[key]
        return found

    def mask(self, rows: RowFilter) -> NDArray[np.bool_]:
        """Which rows a filter means, shape (n,); parts of texts are looked for by the database.

        Raises:
            NotInTable: the filter names a column or a probe that the run does not have.
        """
        rows = self.resolved(rows)
        texts = tuple(c for c in rows.conditions if isinstance(c, Contains) and c.column == TEXT)
        rest = RowFilter(tuple(c for c in rows.conditions if c not in texts))
        found = rest.mask(self.column, len(self))
        for condition in texts:
            held = np.zeros(len(self), dtype=bool)
            places = self._places
            ids = self._store.rows_holding(self._run.id, condition.part)
            held[[places[row_id] for row_id in ids if row_id in places]] = True
            found &= ~held if condition.negated else held
        return found

    def resolved(self, rows: RowFilter) -> RowFilter:
        """A filter by the names that the columns and probes have here, whatever the reader typed.

        Raises:
            NotInTable: it names one that the run does not have.
        """
        for condition in rows.conditions:
            if isinstance(condition, Among) and condition.column == CLUSTER:
                self._known_clusters(condition.values)
        return RowFilter(tuple(_renamed(c, self._column_called, self._probe_called) for c in rows.conditions))

    def typed(self, rows: RowFilter) -> RowFilter:
        """A filter by the shortest names that mean the same here, as people would type them."""
        return RowFilter(tuple(_renamed(c, self._short, lambda probe: probe) for c in rows.conditions))

    def called(self, name: str) -> str:
        """The name that a column of the table has here: of a group `group:NAME`, of another `column:NAME`.

        Raises:
            NotInTable: there is none of that name.
        """
        if name.startswith(OUTCOME):
            return OUTCOME + self._probe_called(name.removeprefix(OUTCOME))
        groups, beginnings = {GROUP + group for group in self.groups}, (GROUP, COLUMN, GROUP + GROUP)
        if name in groups or f"{GROUP}{name}" in groups:
            return name if name in groups else f"{GROUP}{name}"
        found = next((start + name for start in ("", *beginnings) if start + name in self.all_names), None)
        if found is None:
            raise self._unknown(name)
        return found

    def _unknown(self, name: str) -> NotInTable:
        plain = [column_name(known) for known in self.all_names]
        if not self._beside.read:
            return NotInTable(
                tr_later(
                    f"The file of this run's table is not here, so its column {short(name)!r} cannot be looked at; "
                    "upload the table again, or choose another slice."
                ),
                file=False,
            )
        listed = ", ".join(repr(short(one)) for one in plain[:NAMED]) + (" ..." if len(plain) > NAMED else "")
        own = tr_later("label, predicted, right, confidence, length, characters, language, form and cluster")
        if not plain:
            return NotInTable(
                tr_later(
                    f"The table of this run has no column {short(name)!r}, and none besides text and label; every run has {own}."
                )
            )
        said = tr_later(f"The table of this run has no column {short(name)!r}{near(name, (*plain, *BUILT_IN))}")
        return NotInTable(tr_later(f"{said.removesuffix('?')}; it has {listed}, and every run has {own}."))

    def _column_called(self, name: str) -> str:
        return name if name in BUILT_IN else self.called(name)

    def _short(self, name: str) -> str:
        plain = column_name(name)
        return plain if name not in BUILT_IN and plain not in BUILT_IN and self.called(plain) == name else name

    def _probe_called(self, name: str) -> str:
        known = {p.probe: p.name for p in self._store.probes(self._run.id) if p.kind in TRIED and p.status == "planned"}
        named = [probe for probe, registered in known.items() if registered == name]
        if name in known or len(named) == 1:
            return name if name in known else named[0]
        if not known:
            raise NotInTable(
                tr_later(
                    f"This run has no attack and no harmless change, so no row was flipped or held by {short(name)!r}; "
                    "choose another slice."
                )
            )
        has = ", ".join(repr(short(probe)) for probe in known)
        said = tr_later(f"This run has no attack or harmless change {short(name)!r}{near(name, known)}")
        raise NotInTable(tr_later(f"{said.removesuffix('?')}; it has {has}."))

    def order(self, mask: NDArray[np.bool_], by: str = "", *, descending: bool = False) -> NDArray[np.intp]:
        """The places of the rows meant, sorted by a column of numbers; without one in the order of the run. NaN comes last."""
        places = np.flatnonzero(mask)
        if not by:
            return places
        values = self.column(by).astype(float)[places]
        return places[np.argsort(-values if descending else values, kind="stable")]

    @property
    def clusters(self) -> dict[int, str]:
        """What each cluster of the rows is called, by its number (`audit.results.clustered`); none where the model places no rows."""
        from audit.results.clustered import cluster_names

        return cluster_names(self._clustered("clusters"))

    def _clustered(self, name: str) -> pd.DataFrame:
        """One of the tables of clusters; no line where the model places no rows."""
        if name not in self._kept:
            from audit.results.reading import Results

            results = Results(self._store, self._run)
            made = results.planned("embedding") != []
            for one in ("clusters", "cluster_rows"):
                self._kept[one] = (
                    results.table(one) if made else pd.DataFrame(columns=["number", "words", "row_id", "cluster"])
                )
        found: pd.DataFrame = self._kept[name]
        return found

    def values(self, name: str) -> dict[str, int]:
        """How often each value of a column of texts occurs, the most frequent first; a blank one as "".

        A cell that holds several values counts for each of them.
        """
        if f"values {name}" not in self._kept:
            cells = Counter("" if value is None else str(value) for value in self.column(name))
            held = several_values(cells)
            counts: Counter[str] = Counter()
            for cell, rows in cells.items():
                counts.update(dict.fromkeys(held.get(cell, (cell,)), rows))
            self._kept[f"values {name}"] = dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
        found: dict[str, int] = self._kept[f"values {name}"]
        return found

    def said(self, row_ids: Sequence[str], names: Sequence[str] | None = None) -> pd.DataFrame:
        """Line, groups and other columns of some rows, in their order; blank for a row that is not here.

        Args:
            row_ids: which rows; a row may be named more than once.
            names: of the columns wanted, as `column` takes them; None: all there are.
        """
        wanted = self.all_names if names is None else names
        places = self._places
        at = np.array([places.get(row_id, -1) for row_id in row_ids], dtype=np.intp)
        lines = self._facts["line"].astype("Int64")
        found: dict[str, Any] = {"line": [lines.iloc[i] if i >= 0 else None for i in at]}
        for name in wanted:
            values = self.column(name)
            found[name] = [values[i] if i >= 0 else None for i in at]
        return pd.DataFrame(found, columns=["line", *wanted])

    def records(self, row_ids: Sequence[str]) -> pd.DataFrame:
        """The records of the probe for some rows, in their order; columns of `Store.records`."""
        if len(row_ids) > AT_ONCE:
            found = self._store.records(self._run.id, RecordFilter(probe=self._probe), limit=len(self))
        else:
            parts = [self._some(row_ids[i : i + CHUNK]) for i in range(0, max(1, len(row_ids)), CHUNK)]
            found = pd.concat(parts)
        return found.set_index("row_id", drop=False).loc[list(row_ids)].reset_index(drop=True)

    def _some(self, row_ids: Sequence[str]) -> pd.DataFrame:
        shards = self._facts["shard"].to_numpy()
        near = tuple({int(shards[self._places[row_id]]) for row_id in row_ids if row_id in self._places})
        where = RecordFilter(probe=self._probe, row_ids=tuple(row_ids), shards=near)
        return self._store.records(self._run.id, where, limit=CHUNK)

    @property
    def all_names(self) -> tuple[str, ...]:
        """Names of all columns that the table brought, as `column` takes them: groups, then the others."""
        return (*(GROUP + name for name in self.groups), *(COLUMN + name for name in self.others))

    @property
    def _facts(self) -> pd.DataFrame:
        if "facts" not in self._kept:
            self._kept["facts"] = self._store.row_facts(self._run.id, self._probe)
        found: pd.DataFrame = self._kept["facts"]
        return found

    @property
    def _places(self) -> Mapping[str, int]:
        if "places" not in self._kept:
            self._kept["places"] = {row_id: place for place, row_id in enumerate(self.ids)}
        found: dict[str, int] = self._kept["places"]
        return found

    @property
    def _beside(self) -> Beside:
        if "beside" not in self._kept:
            lines = self._facts["line"].dropna().astype(int)
            self._kept["beside"] = beside_rows(self._store, self._run, lines.tolist())
        found: Beside = self._kept["beside"]
        return found

    def _phrase(self, phrase: str) -> NDArray[np.bool_]:
        """Which rows hold words one after the other; a pass over the texts, of which few need be taken apart."""
        kept: dict[str, NDArray[np.bool_]] = self._kept.setdefault("phrases", {})
        if phrase not in kept:
            wanted = [word.casefold() for word in words_in(phrase)]
            found = np.zeros(len(self), dtype=bool)
            for place, parts in self._texts():
                found[place] = bool(wanted) and any(_has_words(part, wanted) for part in parts)
            while len(kept) >= PHRASES:
                kept.pop(next(iter(kept)))
            kept[phrase] = found
        return kept[phrase]

    def _texts(self) -> Iterator[tuple[int, tuple[str, ...]]]:
        """The place of each row with its text, or both of a pair."""
        places = self._places
        for example in self._store.iter_examples(self._run.id):
            if example.row_id in places:
                yield places[example.row_id], (example.text,) if example.pair is None else (example.text, example.pair)

    def _known_clusters(self, numbers: Sequence[str]) -> None:
        """Nothing, or why a condition on these clusters means nothing here."""
        known = self.clusters
        if not any(
            probe.kind == "embedding" and probe.status == "planned" for probe in self._store.probes(self._run.id)
        ):
            raise NotInTable(
                tr_later(
                    "This run did not keep where the model puts its rows, so it has no clusters; audit again with the probe last_layer, "
                    "or choose another slice."
                )
            )
        if not known:
            raise NotInTable(
                tr_later("The rows of this run form no clusters: they are too few, or all alike; choose another slice.")
            )
        wrong = [number for number in numbers if int(number) not in known]
        if wrong:
            raise NotInTable(tr_later(f"This run has the clusters 1 to {max(known)}, and no cluster {wrong[0]}."))

    def _of_texts(self, name: str) -> NDArray[Any]:
        """What is told of the texts by a pass over them: words, marks of form, languages."""
        if name == "language":
            texts = [""] * len(self)
            for place, parts in self._texts():
                texts[place] = "\n".join(parts)
            return np.array(row_languages(texts), dtype=object)
        if name == "length":
            lengths = np.zeros(len(self), dtype=np.int64)
            for place, parts in self._texts():
                lengths[place] = len(words_in("\n".join(parts)))
            return lengths
        forms = np.zeros((len(self), len(FORMS)), dtype=bool)
        for place, parts in self._texts():
            forms[place] = forms_of(*parts)
        self._kept |= {f"{FORM}:{form}": forms[:, i] for i, form in enumerate(FORMS)}
        found: NDArray[np.bool_] = self._kept[name]
        return found

    def _made(self, name: str) -> NDArray[Any]:
        if name == "right":
            return self._facts["correct"].map({1: "yes", 0: "no"}).fillna("").to_numpy()
        if name == CLUSTER:
            rows = self._clustered("cluster_rows")
            known = dict(zip(rows["row_id"], rows["cluster"], strict=True))
            return np.fromiter((known.get(row_id, 0) for row_id in self.ids), np.int64, len(self))
        if name in ("length", "language") or name.startswith(f"{FORM}:"):
            return self._of_texts(name)
        if name.startswith(GROUP):
            wanted = name.removeprefix(GROUP)
            value = {cell: json.loads(cell).get(wanted, "") for cell in self._facts["groups"].unique()}
            return self._facts["groups"].map(value).to_numpy()
        if name.startswith(COLUMN):
            place, cells = self.others.index(name.removeprefix(COLUMN)), self._beside.cells
            lines = self._facts["line"]
            found = [cells[int(line)][place] if line == line and line in cells else None for line in lines]  # noqa: PLR0124
            return np.array(found, dtype=object)
        return self._outcomes(name.removeprefix(OUTCOME))

    def _outcomes(self, probe: str) -> NDArray[Any]:
        kind = next((p.kind for p in self._store.probes(self._run.id) if p.probe == probe), "")
        found = np.full(len(self), "", dtype=object)
        for status in TRIED.get(kind, ()):
            held = self._store.found_rows(self._run.id, RecordFilter(probe=probe, status=status))
            found[[self._places[row] for row in held if row in self._places]] = "held"
        flipped = self._store.found_rows(self._run.id, RecordFilter(probe=probe, flipped=True))
        found[[self._places[row] for row in flipped if row in self._places]] = "flipped"
        return found


def beside_rows(store: Store, run: Run, lines: Sequence[int]) -> Beside:
    """The cells that the table of a run has beside those it used; none where its file is not here or cannot be read."""
    if run.upload is None or not lines:
        return Beside(read=False)
    told, spec = part(run.provenance, "table"), part(run.spec, "table")
    found = {name: told[name] for name in ("encoding", "delimiter") if told.get(name) is not None}
    options = TableOptions.of(spec, **found)
    try:
        return beside(store.files.local(run.upload), options, lines, name=run.table_name)
    except (AuditError, ModelError, OSError):
        return Beside(read=False)


def column_name(name: str) -> str:
    """A column of the table by its own name; a group that its header calls one (`group:region`) without that."""
    return name.removeprefix(GROUP).removeprefix(GROUP) if name.startswith(GROUP) else name.removeprefix(COLUMN)


def _renamed(condition: Condition, column: Callable[[str], str], probe: Callable[[str], str]) -> Condition:
    if isinstance(condition, Came):
        return replace(condition, probe=probe(condition.probe))
    return condition if isinstance(condition, Holds) else replace(condition, column=column(condition.column))


def _has_words(text: str, wanted: Sequence[str]) -> bool:
    low = text.casefold()
    if not all(word in low for word in wanted):
        return False
    words, size = [word.casefold() for word in words_in(text)], len(wanted)
    return any(words[at : at + size] == wanted for at in range(len(words) - size + 1))


def table_names(names: list[str], taken: list[str]) -> list[str]:
    """Columns of the table by their own names; one that is taken is told apart."""
    found: list[str] = []
    for name in names:
        plain = name.removeprefix(GROUP) if name.startswith(GROUP) else name.removeprefix(COLUMN)
        found.append(tr("{name} (table)", name=plain) if plain in taken or plain in found else plain)
    return found
