import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.csv_cells import cell_writer, neutral

UNSEEN = [
    "",
    " ",
    "\t",
    "\r",
    "\n",
    "\v",
    "\f",
    "\x1b",
    "\ufeff",
    "\u200b",
    "\u00a0",
    "\u3000",
    "\u202e",
    "\u2028",
    "\u3164",
    " \ufeff\v",
]
SIGNS = ["=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\ufe66", "\ufe62"]


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize("before", UNSEEN)
def test_what_a_spreadsheet_might_run_gets_an_apostrophe(before, sign):
    assert neutral(f"{before}{sign}1+1") == f"'{before}{sign}1+1"


def test_numbers_and_texts_stay():
    kept = [-1, -0.5, True, "a=b", "", "x-1", "(=1)", "\u4e2d=1"]
    assert [neutral(value) for value in kept] == kept
    assert [neutral(value) for value in (None, float("nan"), "a\0b")] == ["", "", "ab"]


@given(st.lists(st.text(st.sampled_from("a=+,;\"'\r\n\t \v\x1c\x85\u2028\ufeff"), max_size=6), min_size=1, max_size=4))
def test_a_cell_never_leaves_its_place(cells):
    out = io.StringIO(newline="")
    cell_writer(out).writerow([neutral(cell) for cell in cells])
    assert list(csv.reader(io.StringIO(out.getvalue(), newline=""), strict=True)) == [[neutral(cell) for cell in cells]]
    for cell in cells:
        assert neutral(cell).removeprefix("'") == cell.removeprefix("'")
