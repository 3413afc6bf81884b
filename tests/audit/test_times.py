"""A stored time is read in one place, and what is none is said to be unknown."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.store.base import age, now
from audit.times import EARLIEST, LATEST, is_stored_time, read_time

NONE = ["", "x", "yesterday", "2099-13-13", "2026-02-30T00:00:00.000+00:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00",
        "1969-12-31T23:59:59.999+00:00", "2200-01-01T00:00:00.000+00:00", None, 7, float("nan")]  # fmt: skip


@pytest.mark.parametrize("stamp", NONE)
def test_what_is_no_time_is_none(stamp):
    assert read_time(stamp) is None
    if isinstance(stamp, str):
        assert not is_stored_time(stamp)
        assert age(stamp) is None


@given(st.datetimes(datetime(1970, 1, 1), datetime(2199, 12, 31)))
def test_a_time_comes_back(at):
    at = at.replace(tzinfo=UTC, microsecond=at.microsecond // 1000 * 1000)
    stamp = at.isoformat(timespec="milliseconds")
    assert read_time(stamp) == at
    assert is_stored_time(stamp)
    elsewhere = at.astimezone(timezone(timedelta(hours=5, minutes=30))).isoformat()
    assert read_time(elsewhere) == at
    assert not is_stored_time(elsewhere)


def test_the_stores_own_clock_writes_such_times():
    assert is_stored_time(now())
    assert EARLIEST <= read_time(now()) < LATEST
    assert 0 <= age(now()) < 60


@pytest.mark.parametrize(
    "stamp", ["2026-03-01", "2026-03-01T09:12:00", "2026-03-01T09:12:00Z", "20260301T091200+00:00"]
)
def test_another_spelling_is_read_but_is_not_the_stores(stamp):
    assert read_time(stamp).date() == datetime(2026, 3, 1).date()
    assert not is_stored_time(stamp)
