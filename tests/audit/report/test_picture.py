"""A chart's picture for other documents lies on white and holds every label whole."""

from __future__ import annotations

import io

import matplotlib.image
import numpy as np

from audit.figures.spec import figure
from audit.figures.svg import svg
from audit.report.picture import picture

LINES = [("case", "case", 0.2, 0.1, 0.3, 50, "", 40), ("zero_width", "zero_width", 0.02, 0.01, 0.13, 50, "", 40)]
SPEC = figure("flips", ("probe", "name", "value", "low", "high", "n", "note", "changed"), LINES)


def test_it_is_a_png_on_white_with_a_margin():
    bare, told = (
        picture(SPEC, "en", caption) for caption in ("", "Share of changed variants that get another answer.")
    )
    assert bare.startswith(b"\x89PNG")
    pixels = matplotlib.image.imread(io.BytesIO(bare), format="png")
    assert pixels.shape[1] > 1200, "sharp enough for print"
    edges = np.concatenate([pixels[:20].reshape(-1, pixels.shape[2]), pixels[:, :20].reshape(-1, pixels.shape[2])])
    assert (edges == 1.0).all(), "white and opaque to the edge: nothing is cut"
    assert (pixels[:, :, :3].min(axis=2) < 0.5).any(), "something is drawn"
    assert matplotlib.image.imread(io.BytesIO(told), format="png").shape[0] > pixels.shape[0], "the caption is beneath"
    assert picture(SPEC, "en") == bare
    assert svg(SPEC)
