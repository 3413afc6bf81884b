"""Changes after which the answer should move: how often it stays where it was."""

from __future__ import annotations

from collections.abc import Iterator

from audit.language.written import SETTING
from audit.said import Number, Said, told
from audit.score.frames import Frames
from audit.score.measurer import Measurer
from audit.score.measures import EVIDENCE, Measure
from audit.slices import Slice

FALL = 0.1
"""An answer that stays has moved all the same if its probability falls by so much."""


def direction(frames: Frames, measurer: Measurer) -> Iterator[Measure]:
    """Of each such change, the share of rows in which the answer stays and is hardly less sure, under any variant."""
    rows = frames.of("directions")
    if not len(rows):
        return
    for probe, own in rows.groupby("probe", sort=True):
        yield measurer.proportion(
            "error_share", own["error"], own["weight"], probe=str(probe), evidence=own.loc[own["error"], "row_id"]
        )
        changed = own[~own["error"] & (own["variants"] > 0)]
        untouched = int(own.loc[~own["error"] & (own["variants"] == 0), "weight"].sum())
        left_out = Said("note.not_to_be_changed", {"rows": untouched}) if untouched else None
        stays = (changed["kept"] > 0) & (changed["fall"] < FALL)
        worst = changed[stays].sort_values(["fall", "row_id"], kind="stable")
        yield measurer.proportion(
            "direction_failure",
            stays,
            changed["weight"],
            probe=str(probe),
            where=Slice(capability=frames.names[str(probe)].capitalize()),  # as suites name what they test
            notes=told(left_out, Said("note.least_fall", {"fall": Number(FALL, f"{SETTING}points")})),
            evidence=list(worst["row_id"].head(EVIDENCE)),
        )
