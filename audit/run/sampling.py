"""Records about many rows together: running a probe of scope `sample`, and the table it compares them with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import isfinite
from typing import TYPE_CHECKING, Any

from audit.errors import RunError
from audit.kinds import of_record
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
        if not shown.issuperset(record.rows):
            raise RunError(f"The probe '{probe.name}' rests a record on a row that it was not shown.")
        found[record.subject] = record
        check()
    if not found:
        raise RunError(f"The probe '{probe.name}' gave no record about the sample.")
    return [found[subject] for subject in sorted(found)]


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
