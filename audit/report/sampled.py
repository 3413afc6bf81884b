"""The part of a report about what probes found of many rows together."""

from __future__ import annotations

from audit.kinds import KINDS, all_of
from audit.records import SampleOutcome
from audit.report.caps import Caps
from audit.report.model import SampleFacts
from audit.results.reading import Results


def samples(read: Results, _caps: Caps) -> tuple[SampleFacts, ...]:
    """What probes found about the sample as a whole, in the order of the run and of what they are about."""
    whole = [p for p in read.probes if KINDS[p.kind].scope == "sample"]
    records = [record for p in whole for record in read.stream(p.probe)]
    return tuple(
        SampleFacts(
            r.probe,
            r.name,
            r.subject,
            dict(r.values),
            len(r.rows),
            r.reference_rows,
            r.note,
            r.error,
            tuple(r.estimates),
        )
        for r in all_of(records, SampleOutcome)
    )
