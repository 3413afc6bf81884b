import itertools
import subprocess
import sys

import numpy as np
import pytest

from audit.figures.theme import DARK, LIGHT, THEMES

BOTH = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda t: t.name)

# Machado, Oliveira & Fernandes 2009, severity 1: linear RGB as people with colour-vision deficiency see it
DEFICIENCY = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "none": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
}


def linear(colour):
    value = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def contrast(first, second):
    """WCAG 2.2 contrast ratio."""
    light, dark = sorted((float(linear(c) @ [0.2126, 0.7152, 0.0722]) for c in (first, second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def lab(rgb):
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ np.clip(rgb, 0, 1)
    f = np.cbrt(xyz / [0.9505, 1.0, 1.089])
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@BOTH
def test_text_and_marks_stand_out_from_the_page(theme):
    assert contrast(theme.ink, theme.background) >= 7
    assert contrast(theme.muted, theme.background) >= 4.5
    for colour in (*theme.palette, *theme.verdicts.values(), theme.reference):
        assert contrast(colour, theme.background) >= 3, colour


@BOTH
@pytest.mark.parametrize("vision", DEFICIENCY)
def test_the_first_four_series_and_the_verdicts_are_told_apart_with_any_vision(theme, vision):
    for group in (theme.palette[:4], [theme.verdicts[v] for v in ("PASS", "FAIL", "INCONCLUSIVE")]):
        seen = [lab(np.array(DEFICIENCY[vision]) @ linear(colour)) for colour in group]
        for first, second in itertools.combinations(seen, 2):
            assert np.linalg.norm(first - second) > 11


@BOTH
@pytest.mark.parametrize("which", ["sequential", "errors"])
def test_scales_run_steadily_from_the_page_to_the_strongest(theme, which):
    against = [contrast(colour, theme.background) for _, colour in theme.scale(which)]
    assert against == sorted(against)
    assert [place for place, _ in theme.scale(which)] == pytest.approx(np.linspace(0, 1, len(against)))


def test_themes_are_found_by_name_and_colours_repeat():
    assert THEMES["dark"] is DARK
    assert LIGHT.colour(len(LIGHT.palette)) == LIGHT.colour(0)


def test_figures_and_scores_load_no_engine_and_no_page():
    code = (
        "import sys, audit.figures.attacks, audit.figures.explanations, audit.figures.predictions, audit.figures.scores, "
        "audit.figures.word_importance, audit.score.scoring, audit.score.findings, audit.score.pairing; "
        "print(sorted({'torch', 'transformers', 'captum', 'textattack', 'streamlit', 'sqlalchemy', 'models.loading', 'statsmodels', "
        "'scipy.stats'} & set(sys.modules)))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
@pytest.mark.parametrize("scale", ["sequential", "errors"])
def test_numbers_can_be_read_on_every_colour_of_a_scale(theme, scale):
    for step in range(201):
        colour = theme.on_scale(scale, step / 200)
        assert contrast(theme.ink_on(colour), colour) >= 4.5, (colour, step)
    ends = getattr(theme, scale)
    assert [theme.on_scale(scale, share) for share in (0.0, 1.0)] == [ends[0], ends[-1]]
