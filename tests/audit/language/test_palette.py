"""One palette: readable on the strongest shade, light and dark, and the same in every file that cannot import it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from audit.figures.theme import THEMES
from audit.language.palette import (
    ATTRIBUTION,
    DIVERGING,
    EDITS,
    PAPER,
    STRONGEST,
    UNSEEN,
    VERDICTS,
    contrast,
    kind_of,
    legend,
    legend_sentence,
    over,
    rgb,
    shade_css,
)  # fmt: skip
from audit.report.colours import css_colours, paper_colours

ROOT = Path(__file__).resolve().parents[3]
AA = 4.5
HEX = re.compile(r"#[0-9A-Fa-f]{6}\b")


def test_contrast_is_that_of_wcag():
    """Against figures worked out with the formula of WCAG 2.1 by others: #767676 is the lightest grey for text on white."""
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.005)
    assert contrast("#777777", "#FFFFFF") < AA


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("kind", ATTRIBUTION)
def test_words_can_be_read_on_their_strongest_shade(kind, mode):
    paper, ink = PAPER[mode]
    assert contrast(ink, over(ATTRIBUTION[kind].hue, STRONGEST, paper)) >= AA
    bar = ATTRIBUTION[kind].hue if mode == "light" else ATTRIBUTION[kind].dark
    assert contrast(bar, paper) >= 3, "a mark of a chart (WCAG 2.1, 1.4.11)"


@pytest.mark.parametrize("tone", VERDICTS.values(), ids=lambda tone: tone.ink)
def test_verdicts_can_be_read_on_their_paper_and_on_the_page(tone):
    for ink, paper, mode in ((tone.ink, tone.paper, "light"), (tone.dark_ink, tone.dark_paper, "dark")):
        assert min(contrast(ink, paper), contrast(ink, PAPER[mode][0])) >= AA


def test_edits_and_unseen_text_can_be_read_on_paper():
    assert all(contrast(shade.ink, "#FFFFFF") >= AA for shade in EDITS.values())
    assert contrast(UNSEEN, "#FFFFFF") >= AA


def test_blue_speaks_for_and_orange_against_with_lines_that_differ():
    def hue(colour: str) -> str:
        red, green, blue = rgb(colour)
        return (
            "blue"
            if blue > max(red, green)
            else "orange"
            if red > green > blue
            else "green"
            if green > red
            else "other"
        )

    assert {kind: hue(shade.hue) for kind, shade in ATTRIBUTION.items()} == {
        "toward": "blue", "against": "orange", "either": "green",
    }  # fmt: skip
    for shade in ATTRIBUTION.values():
        assert len({hue(colour) for colour in (shade.hue, shade.ink, shade.dark)}) == 1
    for scale in DIVERGING.values():
        assert (hue(scale[0]), hue(scale[-1])) == ("orange", "blue")
    assert (ATTRIBUTION["toward"].line, ATTRIBUTION["against"].line) == ("solid", "dotted")
    said = legend_sentence()
    assert re.search(r"[Bb]lue\b[^,]*\bsolid\b[^,]*\bfor\b", said)
    assert re.search(r"orange\b[^;]*\bdotted\b[^;]*\bagainst\b", said)
    assert legend("toward", target="spam") == "speaks for spam"


def test_kinds_of_words():
    assert [kind_of(score, "logit") for score in (0.1, -0.1)] == ["toward", "against"]
    assert [kind_of(score, "none") for score in (0.1, -0.1)] == ["either", "either"]
    assert shade_css("toward", 1.0) == (
        "background:rgba(0,114,178,0.620);text-decoration:underline solid;text-underline-offset:.22em"
    )
    assert "underline dotted" in shade_css("against", 0.5)
    assert "underline" not in shade_css("against", 0.1) + shade_css("either", 1.0)


def test_what_cannot_import_the_palette_takes_its_colours_from_it_all_the_same():
    """The template of the PDF and both style sheets name no colour that means something; Streamlit's theme names the same."""
    meant = {
        colour.upper()
        for tone in VERDICTS.values()
        for colour in (tone.ink, tone.paper, tone.dark_ink, tone.dark_paper)
    }
    meant |= {colour.upper() for shade in (*ATTRIBUTION.values(), *EDITS.values()) for colour in (shade.hue, shade.ink)}
    neutral = {"#1C2430", "#55606D", "#D5DAE0", "#F5F7FA"}
    for name in ("report.typ", "report.css"):
        own = {colour.upper() for colour in HEX.findall((ROOT / "assets/report" / name).read_text("utf-8"))}
        assert own == neutral, f"{name} names a colour of its own: take it from audit/language/palette.py"
    given = {colour.upper() for colour in HEX.findall(str(paper_colours()) + css_colours())}
    assert given <= meant | {UNSEEN.upper()}
    style = (ROOT / "dashboard/page/style.css").read_text("utf-8")
    assert "var(--assay-removed)" in style
    assert "var(--assay-added)" in style
    theme = tomllib.loads((ROOT / "dashboard/.streamlit/config.toml").read_text("utf-8"))["theme"]
    for verdict, name in (("PASS", "green"), ("FAIL", "red"), ("INCONCLUSIVE", "orange"), ("", "gray")):
        tone = VERDICTS[verdict]
        for mode, ink, paper in (("light", tone.ink, tone.paper), ("dark", tone.dark_ink, tone.dark_paper)):
            assert (theme[mode][f"{name}TextColor"], theme[mode][f"{name}BackgroundColor"]) == (ink, paper)
    assert (theme["chartDivergingColors"][0], theme["chartDivergingColors"][-1]) == (
        DIVERGING["light"][0],
        DIVERGING["light"][-1],
    )


def test_charts_take_verdicts_and_the_way_of_words_from_the_palette():
    for mode, theme in THEMES.items():
        assert theme.diverging == DIVERGING[mode]
        for verdict in ("PASS", "FAIL", "INCONCLUSIVE"):
            assert theme.verdicts[verdict] == (VERDICTS[verdict].ink if mode == "light" else VERDICTS[verdict].dark_ink)
