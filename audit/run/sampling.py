"""Records about many rows together: running a probe of scope `sample`, and the table it compares them with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import isfinite
from typing import TYPE_CHECKING, Any

from audit.errors import RunError
from audit.kinds import of_record
from audit.language.translating import tr_later
from audit.records import Example, Record, sample_id
from audit.run.prepare import open_checked

if TYPE_CHECKING:
    from audit.spec import AuditSpec
    from audit.store import Run, Store
    from models.classifier import Classifier


def weighed(examples: Sequence[Example], weights: Mapping[str, int]) -> list[Example]:
    """The rows as the table has them: each as often as its content occurs.

    Args:
        examples: distinct rows; weights: rows of the table per content id.
    """
    return [example for example in examples for _ in range(weights.get(example.content_id, 1))]


def collect_sample(
    probe: Any,
    classifier: Classifier,
    examples: Sequence[Example],
    reference: Sequence[Example],
    *,
    seed: int,
    check: Callable[[], object] = lambda: None,
) -> list[Record]:
    """Run a probe over rows taken together and return its records, ordered by what they are about.

    Args:
        probe, classifier: what is run on what.
        examples, reference: rows of the audited table and of the reference table, each as often as it occurs there.
        seed: the run's.
        check: called after each record; may raise to stop.

    Raises:
        RunError: it gave no record, two about one thing, a record of one row or under a strange id, a number that is none, or
            a row it was not shown.
    """
    shown = {example.row_id for example in examples}
    found: dict[str, Any] = {}
    for record in probe.run(classifier, examples, seed=seed, reference=reference):
        if of_record(record).scope != "sample":
            raise RunError(f"The probe '{probe.name}' looks at the sample as a whole and gave a record about one row.")
        if record.row_id != sample_id(record.subject):
            raise RunError(f"The probe '{probe.name}' gave a record under another id than that of what it is about.")
        if record.subject in found:
            raise RunError(f"The probe '{probe.name}' gave two records about '{record.subject:.60}'.")
        if not all(map(isfinite, record.values.values())):
            raise RunError(f"The probe '{probe.name}' gave a value that is no number.")
        if fault := _estimate_fault(record):
            raise RunError(f"The probe '{probe.name}' gave an interval that is none: {fault}.")
        if not shown.issuperset(record.rows):
            raise RunError(f"The probe '{probe.name}' rests a record on a row that it was not shown.")
        found[record.subject] = record
        check()
    if not found:
        raise RunError(f"The probe '{probe.name}' gave no record about the sample.")
    return [found[subject] for subject in sorted(found)]


def _estimate_fault(record: Any) -> str:
    """What is wrong with what the intervals of a record follow from; "" where nothing is."""
    for name, found in getattr(record, "estimates", {}).items():
        shown = f"{name:.60}"
        if name not in record.values:
            return tr_later(f"'{shown}' is not among its values")
        if not all(map(isfinite, (found.hits, found.trials, found.units, *found.replicates))):
            return tr_later(f"'{shown}' rests on a number that is none")
        if found.replicates and found.units < 1:
            return tr_later(f"'{shown}' does not say how many texts were resampled (units)")
        if not found.replicates and not 0 <= found.hits <= found.trials > 0:
            return tr_later(f"'{shown}' has neither replicates nor hits among trials")
        if not found.replicates and abs(found.hits / found.trials - record.values[name]) > 1e-6:
            return tr_later(f"'{shown}' is not the share of its hits")
    return ""


def taken_together(
    store: Store, run: Run, spec: AuditSpec, examples: Sequence[Example], classifier: Classifier
) -> tuple[list[Example], list[Example]]:
    """The rows of a shard as the table has them, and those of the reference table, empty without one.

    Raises:
        TableError, SpecError: the reference table cannot be used.
    """
    reference = rows_of_reference(store, spec, classifier)
    return weighed(examples, store.weights(run.id)), reference


def rows_of_reference(store: Store, spec: AuditSpec, classifier: Classifier) -> list[Example]:
    """Every row of a run's reference table, which was held against the audited one when the run was planned."""
    return [] if spec.reference is None else list(open_checked(store, spec.reference, classifier))
