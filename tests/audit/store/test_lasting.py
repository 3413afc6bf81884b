"""What counts as lying there for long, by a clock that is not the wall's."""

from audit.store.lasting import Lasting


def test_it_has_to_be_there_each_time_for_so_long():
    now = 0.0
    seen = Lasting(10, clock=lambda: now)
    assert seen.of("claim", ["a", "b"]) == set()
    now = 9.0
    assert seen.of("claim", ["a"]) == set()
    now = 10.0
    assert seen.of("claim", ["a", "b"]) == {"a"}, "b was away, and begins anew"
    assert seen.of("file", ["a"]) == set(), "another a"
    now = 20.0
    assert seen.of("claim", ["a", "b"]) == {"a", "b"}
