"""What a suite is said to take before it is chosen."""

from dashboard.forms.suite_choice import about, expected


def test_no_rows_take_no_time_that_could_be_said():
    assert expected("quick", 50, 0) is None
    assert about(expected("quick", 50, 50) or 0) == "about 2 min"
    assert (expected("quick", 50, 25) or 0) == (expected("quick", 50, None) or 0) / 2
