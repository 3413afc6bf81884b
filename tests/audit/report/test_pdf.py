"""The PDF: accessible, complete, literal, within its pages, the same bytes each time."""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import subprocess
from functools import cache
from itertools import pairwise

import pytest
from pypdf import PdfReader
from sample_run import RUNS

from audit.language.numbers import numbers
from audit.report.blocks import Brand
from audit.report.making import lay_out_within
from audit.report.model import PRESETS
from audit.report.pdf import render_both

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


@pytest.fixture(scope="session")
def laid(store):
    """laid(run, preset): made once a session."""

    @cache
    def get(run: str, preset: str = "full"):
        return lay_out_within(store, RUNS[run], preset, Brand("Example Bank"))

    return get


def _text(pdf: bytes) -> str:
    pages = PdfReader(io.BytesIO(pdf)).pages
    return "\n".join(page.extract_text() for page in pages).replace("\u200b", "")


def _structure(pdf: bytes) -> list[tuple[str, object]]:
    """(kind, element) of the structure tree, in reading order."""
    found: list[tuple[str, object]] = []

    def walk(node) -> None:
        node = node.get_object()
        if isinstance(node, list):
            for child in node:
                walk(child)
        elif hasattr(node, "get"):
            if "/S" in node:
                found.append((str(node["/S"]), node))
            if "/K" in node:
                children = node["/K"].get_object()
                walk(children) if not isinstance(children, int) else None

    walk(PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/StructTreeRoot"]["/K"])
    return found


@pytest.mark.parametrize("preset", PRESETS)
def test_every_run_can_be_set(any_run, store, preset):
    made = lay_out_within(store, any_run, preset, Brand())
    reader = PdfReader(io.BytesIO(made.pdf))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert b"pdfuaid" in root["/Metadata"].get_object().get_data()
    assert root["/Lang"] == "en"
    if preset == "executive":
        assert len(reader.pages) <= 4


def test_same_run_same_bytes(store):
    made = [lay_out_within(store, RUNS["reviews"], "full", Brand()).pdf for _ in range(2)]
    assert hashlib.sha256(made[0]).hexdigest() == hashlib.sha256(made[1]).hexdigest()


def test_the_date_is_the_runs(laid):
    reader = PdfReader(io.BytesIO(laid("reviews").pdf))
    assert reader.metadata.creation_date.isoformat().startswith("2026-03-01T09:12:34")
    assert reader.metadata.title == "Audit report: tiny-bayes"


def test_parts_come_in_reading_order(laid):
    reader = PdfReader(io.BytesIO(laid("reviews").pdf))
    titles = [str(entry.title) for entry in reader.outline if not isinstance(entry, list)]
    assert titles == [
        "Summary", "Scope and limits", "Model and data", "Score table", "Findings", "Robustness",
        "Explanations", "Performance", "Calibration", "Class by class", "Weak spots",
        "When to trust an answer", "Labels", "Appendix", "Sign-off",
    ]  # fmt: skip
    text = _text(laid("reviews").pdf)
    place = text.index("How to reproduce")  # past the contents
    for title in titles[1:]:
        place = text.index(f"\n{title}\n", place)


def test_structure_has_headings_tables_lists_and_alternative_texts(laid):
    found = _structure(laid("reviews").pdf)
    kinds = [kind for kind, _ in found]
    assert {"/H1", "/H2", "/H3", "/Table", "/TH", "/TR", "/TD", "/L", "/LI", "/Figure", "/TOC", "/P"} <= set(kinds)
    figures = [node for kind, node in found if kind == "/Figure"]
    assert len(figures) >= 6
    assert all(len(str(node.get("/Alt", ""))) > 20 for node in figures)
    levels = [int(kind[2]) for kind in kinds if re.fullmatch(r"/H[1-6]", kind)]
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_every_number_of_the_score_table_is_printed(laid):
    report, text = laid("reviews").report, _text(laid("reviews").pdf)
    accuracy = report.score("accuracy")
    assert numbers().estimate(accuracy.value, accuracy.low, accuracy.high) in re.sub(r"\s+", " ", text)
    assert report.run.result_hash in text.replace("\n", "")
    for finding in report.findings:
        assert finding.title[:25] in re.sub(r"\s+", " ", text)


def test_hostile_texts_are_printed_literally(laid):
    text = re.sub(r"\s+", " ", _text(laid("hostile", "technical").pdf))
    for part in (
        "#strong[x]",
        "$x^2$",
        "*bold*",
        "<script>alert(1)</script>",
        "‹U+0000›",
        "‹U+202E›",
        "这部电影非常好看",
    ):
        assert part in text
    assert "/JavaScript" not in text


@pytest.mark.parametrize("run", ["hostile", "many"])
def test_nothing_leaves_the_page(laid, run):
    """Ink within 8 mm of the edges of any page but the cover would be an overflow."""
    from PIL import Image, ImageChops

    for page in render_both(laid(run, "technical").document, ppi=40)[1][1:]:
        picture = Image.open(io.BytesIO(page)).convert("RGB")
        width, height = picture.size
        margin = round(8 / 25.4 * 40)
        box = ImageChops.difference(picture, Image.new("RGB", picture.size, "white")).getbbox()
        if box is not None:
            assert box[0] >= margin
            assert box[2] <= width - margin
            assert box[3] <= height - margin // 2


def test_77_classes_are_all_in_the_table(laid):
    text = _text(laid("many").pdf).replace("\n", "")
    assert sum(f"intent_number_{i}_with" in text for i in range(77)) == 77


def test_no_success_and_nothing_run_say_so(laid):
    assert "No attack changed an answer" in re.sub(r"\s+", " ", _text(laid("firm").pdf))
    nothing = re.sub(r"\s+", " ", _text(laid("skipped").pdf))
    assert "None of the tests could be run" in nothing
    assert "Robustness" not in [
        str(e.title) for e in PdfReader(io.BytesIO(laid("skipped").pdf)).outline if not isinstance(e, list)
    ]


def test_a_run_that_has_not_finished_says_so(store):
    run = store.run(RUNS["one"])
    store.update_run(run.id, status="paused", finished_at=None)
    try:
        made = lay_out_within(store, run.id, "full", Brand())
    finally:
        store.update_run(run.id, status="finished", finished_at=run.finished_at)
    text = re.sub(r"\s+", " ", _text(made.pdf))
    assert "The run has not finished" in text
    assert "The run is paused, not finished" in text


def test_brand_is_on_the_cover(store):
    brand = Brand("Example & Söhne", PNG, "png", "Logo of Example", "#5b2a86")
    made = lay_out_within(store, RUNS["one"], "full", brand)
    assert "Example & Söhne" in PdfReader(io.BytesIO(made.pdf)).pages[0].extract_text()
    assert "Logo of Example" in [str(node.get("/Alt")) for kind, node in _structure(made.pdf) if kind == "/Figure"]
    assert made.pdf == render_both(made.document, ppi=20)[0]


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")
def test_text_can_be_taken_out_in_order(laid, tmp_path):
    path = tmp_path / "report.pdf"
    path.write_bytes(laid("reviews").pdf)
    done = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, text=True, check=True)
    text = done.stdout
    order = ["What was tested", "What was found", "What it means", "What to do", "Tests that were run", "Limits"]
    places = [text.index(f"\n{title}\n") for title in order]
    assert places == sorted(places)
