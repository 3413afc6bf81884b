"""Whose reports are: a name and a logo, kept once, put on what is made from then on, behind options and settings."""

from __future__ import annotations

import struct
import zlib

import pytest
from pictures import picture, png
from verbs import somebody

from audit.actions import brand
from audit.errors import InputError, ReportError
from audit.report.brand import make_brand

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"><script>alert(1)</script></svg>'
LARGE = png(5, 5) + b"0" * 1_000_000


def bomb(width: int, height: int) -> bytes:
    """The start of a PNG that says it is so large."""
    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return png(1, 1)[:8] + struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body)) + png(1, 1)[33:]


def with_profile(packed: bytes) -> bytes:
    """A PNG with a colour profile, which is packed."""
    body = b"iCCPx\0\0" + packed
    return (
        png(4, 4)[:33] + struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body)) + png(4, 4)[33:]
    )


def test_both_are_kept_and_stand_on_reports(store):
    brand.set_organisation(somebody(), "  Example \n Bank ")
    brand.set_logo(somebody(), png(40, 20))
    made = make_brand(store=store)
    assert (made.organisation, made.logo, made.logo_kind, made.logo_alt) == (
        "Example Bank",
        png(40, 20),
        "png",
        "Example Bank",
    )
    brand.set_organisation(somebody(), "")
    assert make_brand(store=store).organisation == ""
    assert make_brand().logo is None


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_another_logo_takes_the_place_and_the_file_of_the_one_before(store, kind):
    brand.set_logo(somebody(), png(4, 4))
    before = store.brand().logo
    brand.set_logo(somebody(), picture(8, 6, kind))
    kept = store.brand()
    assert kept.kind == {"PNG": "png", "JPEG": "jpg"}[kind]
    assert store.files.read(kept.logo) == picture(8, 6, kind)
    assert not store.files.there(before)
    brand.remove_logo(somebody())
    assert store.brand().logo is None
    assert not store.files.there(kept.logo)


def test_the_same_logo_again_and_a_sweep_leave_it_there(store):
    for _ in range(2):
        brand.set_logo(somebody(), png(4, 4))
    brand.set_organisation(somebody(), "Example Bank")  # has no file
    with store.keeping([b"nobody refers to it"]) as (left,):
        pass
    store.sweep_files()
    assert store.files.read(store.brand().logo) == png(4, 4)
    assert not store.files.there(left.sha256)


def test_options_go_before_settings_and_settings_before_what_is_kept(store, monkeypatch, tmp_path):
    brand.set_organisation(somebody(), "Kept Bank")
    brand.set_logo(somebody(), png(4, 4))
    for name, width in (("set", 5), ("option", 6)):
        (tmp_path / f"{name}.png").write_bytes(png(width, 4))
    monkeypatch.setenv("ASSAY_ORGANISATION", "Set Bank")
    monkeypatch.setenv("ASSAY_LOGO", str(tmp_path / "set.png"))
    made = make_brand(store=store)
    assert (made.organisation, made.logo) == ("Set Bank", png(5, 4))
    made = make_brand("Option Bank", tmp_path / "option.png", store=store)
    assert (made.organisation, made.logo) == ("Option Bank", png(6, 4))
    made = make_brand("", "", store=store)
    assert (made.organisation, made.logo) == ("", None)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (SVG, "is an SVG"),
        (b"<!-- x -->\n" * 20 + SVG, "is an SVG"),
        (b"GIF89a" + b"0" * 50, "no PNG or JPEG"),
        (LARGE, "larger than 1.0 MB"),
        (png(4_001, 1), "4001 × 1 pixels"),
        (picture(1, 4_001, "JPEG"), "1 × 4001 pixels"),
        (bomb(60_000, 60_000), "60000 × 60000 pixels"),
        (png(40, 40)[:60], "cannot be drawn"),
        (with_profile(zlib.compress(bytes(4_000_001))), "colour profile"),
        (with_profile(b"\1\2\3"), "colour profile"),
        (b"<!---->" * 100_000, "no PNG or JPEG"),  # to be looked at once, not in every way they can be put together
        (b" " * 900_000 + b"<", "no PNG or JPEG"),
        (b'<?xml version="1.0"?>' + b"<!-- <svg> -->" * 400 + b"<!DOCTYPE svg>" + SVG, "is an SVG"),
        (picture(40, 40, "JPEG")[:300], "broken"),
        (b"\xff\xd8\xff" + b"\xff" * 40, "does not say how large"),
        (png(4, 4)[:12], "does not say how large"),
        (b"\xff\xd8\xff\xe0\x00\x00\xff\xd8", "does not say how large"),
    ],
)
def test_what_is_no_logo_is_refused_in_a_sentence_and_the_one_before_stays(store, data, said):
    brand.set_logo(somebody(), png(4, 4))
    with pytest.raises(ReportError, match=said):
        brand.set_logo(somebody(), data)
    assert store.files.read(store.brand().logo) == png(4, 4)
    assert store.kept_bytes() == len(png(4, 4))


def test_a_small_profile_is_no_harm(store):
    brand.set_logo(somebody(), with_profile(zlib.compress(bytes(3_000))))
    assert store.brand().logo is not None


@pytest.mark.parametrize(
    ("name", "said"), [("x" * 201, "this one has 201"), ("a\x07b", "U\\+0007"), ("a\u202eb", "U\\+202E")]
)
def test_a_name_that_cannot_be_printed_is_refused(store, name, said):
    with pytest.raises(InputError, match=said):
        brand.set_organisation(somebody(), name)
    assert store.brand().organisation == ""


def test_a_long_name_is_printed_whole_and_once(store):
    brand.set_organisation(somebody(), "و" * 20)
    assert make_brand(store=store).organisation == "\u2068" + "و" * 20 + "\u2069"
    brand.set_organisation(somebody(), "Ab " * 66)
    assert make_brand(store=store).organisation == ("Ab " * 66).strip()
