"""One way to write a number: rounded right, never claiming an end it has not reached, in any language there is a catalog for."""

from __future__ import annotations

import math
import re
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.errors import UnknownName
from audit.language import catalog as catalogs
from audit.language.numbers import _numbers, numbers
from audit.language.translating import speaking, tr
from models import translating

SHARE = st.floats(0.0, 1.0)
SAY = numbers()


def bounds(text: str) -> tuple[float, float]:
    """What a written share or plain number can be: from, to; read from the text alone."""
    sign, lead, digits = re.fullmatch(r"([<>]?)([+-]?)([\d,.]+)%?", text).groups()
    value = float(f"{lead}{digits.replace(',', '')}")
    if sign:
        return (-math.inf, value) if sign == "<" else (value, math.inf)
    half = 0.5 * 10.0 ** -len(digits.partition(".")[2])
    return value - half * 1.000001, value + half * 1.000001


@given(SHARE)
def test_a_share_is_what_its_text_says_and_0_and_100_are_said_of_nothing_else(value):
    text = SAY.share(value)
    low, high = bounds(text)
    assert low <= 100 * value <= high
    assert (float(text.strip("<>%")) == 0.0) == (value == 0.0)
    assert (float(text.strip("<>%")) == 100.0) == (value == 1.0)
    assert high - low <= 0.1 + 1e-6 or value < 0.001 or value > 0.999, "one decimal is shown at least"


@given(SHARE, SHARE)
def test_of_two_shares_the_larger_never_reads_as_the_smaller(first, second):
    low, high = sorted((first, second))
    middle = [sum(max(0.0, min(100.0, end)) for end in bounds(SAY.share(value))) for value in (low, high)]
    assert middle[0] <= middle[1]


@given(st.integers(10, 990))
def test_between_1_and_99_per_cent_a_share_has_one_decimal(thousandths):
    assert SAY.share(thousandths / 1000) == f"{Decimal(thousandths) / 10:.1f}%"


@given(st.floats(-1e6, 1e6))
def test_a_number_without_a_scale_is_what_its_text_says_and_0_is_said_of_nothing_else(value):
    text = SAY.number(value, "logit")
    low, high = bounds(text)
    assert low <= value <= high
    assert (text == "0.000") == (value == 0.0)
    assert math.isinf(low) or math.isinf(high) or high - low <= (0.0011 if abs(value) < 99.9 else 1.1)


@given(st.integers(0, 10**7))
def test_whole_counts_are_whole_and_medians_keep_their_half(whole):
    assert SAY.count(whole) == f"{whole:,}"
    assert SAY.number(whole + 0.5, "words") == f"{whole:,}.5"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.4444, "44.4%"), (0.384, "38.4%"), (0.0, "0.0%"), (1.0, "100.0%"), (0.0004, "<0.1%"), (0.0044, "0.4%"), (0.001, "0.1%"),
        (0.00999, "1.0%"), (0.9996, ">99.9%"), (0.9956, "99.6%"), (0.999, "99.9%"), (1.3, "130.0%"), (1.0004, ">100.0%"),
        (-0.034, "-3.4%"), (-0.0004, "-0.04%"), (-1e-12, "<0.0001%"), (None, "–"), (math.nan, "–"), (math.inf, "–"),
    ],
)  # fmt: skip
def test_a_share_or_probability_is_per_cent(value, text):
    assert SAY.number(value) == SAY.number(value, "probability") == SAY.share(value) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (2.5, "words", "2.5"), (3.0, "queries", "3"), (1234.0, "tokens", "1,234"), (0.01, "rows", "<0.1"), (0.4444, "cosine", "0.444"),
        (0.0004, "ratio", "<0.001"), (0.9996, "ratio", ">0.999"), (1.0, "ratio", "1.000"), (99.9999, "nats", "100"),
        (12345.6, "nats", "12,346"), (0.2104, "points", "21.0 percentage points"), (200.0, "seconds", "3 min 20 s"),
        (3_200_000.0, "bytes", "3.2 MB"),
    ],
)  # fmt: skip
def test_other_units(value, unit, text):
    assert SAY.number(value, unit) == text


def test_intervals_have_one_form():
    assert SAY.interval(0.31, 0.452) == "31.0% to 45.2%"
    assert SAY.interval(-0.01, 0.03, "points") == "-1.0 to 3.0 percentage points"
    assert SAY.interval(2.0, 3.5, "words") == "2 to 3.5"
    assert SAY.difference_interval(0.012, 0.034, "share") == "+1.2 to +3.4 percentage points"
    assert SAY.difference_interval(-0.5, 0.25, "ratio") == "-0.500 to +0.250"
    assert [SAY.interval(*ends) for ends in ((None, 1.0), (0.0, None), (0.0, math.nan))] == [""] * 3
    assert SAY.estimate(0.384, 0.31, 0.452) == "38.4% (31.0% to 45.2%)"
    assert SAY.estimate(0.384, None, None) == "38.4%"


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (-0.0004, "share", "-0.04 percentage points"), (0.0004, "share", "+0.04 percentage points"),
        (0.000034, "share", "+0.003 percentage points"),
        (-0.0004, "logit", "-0.0004 logits"),
        (1e-17, "share", "<0.0001 percentage points"), (-1e-17, "share", "<0.0001 percentage points"),
    ],
)  # fmt: skip
def test_a_difference_near_0_shows_its_side_in_digits_and_is_no_bound_with_a_sign(value, unit, text):
    assert SAY.difference(value, unit) == text


def test_the_end_of_an_interval_near_0_shows_on_which_side_it_lies():
    assert SAY.difference_interval(-0.0004, 0.034, "share") == "-0.04 to +3.4 percentage points"
    assert SAY.difference_interval(0.0004, 0.034, "share") == "+0.04 to +3.4 percentage points"


def test_differences_and_their_error_bars_are_in_the_unit_of_what_moves():
    assert SAY.difference(0.123, "probability") == "+12.3 percentage points"
    assert SAY.difference(-0.123, "logit") == "-0.123 logits"
    assert SAY.difference(0.5, "none", sign=False) == "0.500"
    assert SAY.with_error(0.123, 0.0124, "logit") == "+0.123 ± 0.012 logits"
    assert SAY.with_error(-0.123, 0.004, "probability") == "-12.3 ± 0.4 percentage points"
    assert SAY.with_error(1.0, None, "none") == "+1.000"
    assert [SAY.quantity(n, "words") for n in (1, 2.5)] == ["1 word", "2.5 words"]


@given(st.decimals(0, 1, places=6))
def test_a_number_somebody_chose_keeps_its_digits(chosen):
    exact = (chosen * 100).normalize()
    assert Decimal(SAY.setting(float(chosen)).removesuffix("%")) == exact
    assert Decimal(SAY.setting(float(chosen), "ratio")) == chosen.quantize(Decimal("1.000000"), ROUND_HALF_UP)


@given(st.floats(0.5, 1.0, exclude_max=True).filter(lambda level: level <= 1 - 1e-8))
def test_a_confidence_level_is_never_100(level):
    text = SAY.level(level)
    assert 0 < float(text.removesuffix("%")) < 100
    assert abs(float(text.removesuffix("%")) - 100 * level) <= 0.005001


def test_levels_and_p_values():
    assert [SAY.level(level) for level in (0.95, 0.9, 0.9875, 0.99917, 0.9999917)] == [
        "95%",
        "90%",
        "98.75%",
        "99.92%",
        "99.999%",
    ]
    assert [SAY.p_value(p) for p in (0.0341, 0.0002, 0.0, 0.9999, 1.0, None)] == [
        "0.034",
        "<0.001",
        "<0.001",
        ">0.999",
        "1.000",
        "–",
    ]
    assert [SAY.p_value(p, "p") for p in (0.0341, 0.0002, 0.9999)] == ["p = 0.034", "p < 0.001", "p > 0.999"]


def test_durations_sizes_and_dates():
    seconds = (None, 0.3, 48, 59.7, 200, 660, 3600, 7500, 250_000)
    assert [SAY.duration(s) for s in seconds] == [
        "–", "under 1 s", "48 s", "1 min", "3 min 20 s", "11 min", "1 h", "2 h 5 min", "2.9 days",
    ]  # fmt: skip
    assert [SAY.duration(s, fine=True) for s in (0.534, 4.12, 9.97, 48)] == ["0.53 s", "4.1 s", "10 s", "48 s"]
    assert [SAY.ago(s) for s in (5, 61, 3599, 7200)] == ["just now", "1 min ago", "59 min ago", "2 h ago"]
    assert [SAY.size(n) for n in (12, 999.6, 3.2e6, 999_960, 5e15)] == [
        "12 B",
        "1.0 kB",
        "3.2 MB",
        "1.0 MB",
        "5,000.0 TB",
    ]
    at = datetime(2026, 3, 1, 9, 5)
    assert (SAY.date(at), SAY.date(at, utc=True)) == ("1 March 2026, 09:05", "1 March 2026, 09:05 UTC")


GERMAN = """
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8"
""" + "".join(
    f'\nmsgctxt "numbers.{key}"\nmsgid "{english}"\nmsgstr "{german}"\n'
    for key, english, german in (
        ("number.decimal", ".", ","), ("number.thousands", ",", "."), ("number.percent", "{}%", "{}\u00a0%"),
        ("number.interval", "{low} to {high}", "{low} bis {high}"), ("number.points", "{} percentage points", "{} Prozentpunkte"),
        ("date.months.3", "March", "März"),
    )
)  # fmt: skip


def test_another_language_takes_no_more_than_a_catalog(tmp_path, monkeypatch):
    (tmp_path / "de.po").write_text(GERMAN, "utf-8")
    monkeypatch.setattr(translating, "FOLDER", tmp_path)
    kept = (translating._translations, catalogs.catalog, _numbers)
    for cache in kept:
        cache.cache_clear()
    with speaking("de"):
        say, said = numbers(), tr("{n} rows", n=1234)
    for cache in kept:
        cache.cache_clear()
    assert say.estimate(0.384, 0.31, 0.452) == "38,4\u00a0% (31,0\u00a0% bis 45,2\u00a0%)"
    assert (say.count(1234.5), say.difference(0.0004, "share"), say.duration(48)) == (
        "1.234,5",
        "+0,04 Prozentpunkte",
        "48 s",
    )
    assert (say.separators, said) == (",.", "1.234 rows")
    assert say.date(datetime(2026, 3, 1, 9, 5)) == "1 März 2026, 09:05"


def test_a_language_without_a_catalog_is_named():
    with pytest.raises(UnknownName, match=r"There is no language named 'xx'; choose from: en"):
        numbers("xx")
