"""Slices by name: kept for all runs in one way of writing, renamed and deleted, and refused in a sentence."""

from __future__ import annotations

import pytest
from verbs import Bench, somebody

from audit.actions import slices
from audit.actions.reading import Reader
from audit.actor import Role
from audit.errors import Forbidden, InputError, UnknownName
from audit.where import Unreadable


def names(bench: Bench) -> list[tuple[str, str]]:
    return [(kept.name, kept.condition) for kept in bench.store.slices()]


def test_a_slice_is_kept_renamed_and_deleted(bench: Bench):
    kept = slices.save(somebody(), "northern", 'region =north&  holds "late fee"')
    assert (kept.name, kept.condition, kept.who) == ("northern", 'region=north & holds "late fee"', "ana")
    assert slices.named(Reader(somebody()), "northern") == kept
    slices.save(somebody(name="ben"), "northern", "region=south")
    slices.rename(somebody(), "northern", "southern")
    assert names(bench) == [("long", "length>9"), ("southern", "region=south")]
    slices.rename(somebody(), "southern", "Southern")
    assert slices.delete(somebody(), "Southern").condition == "region=south"
    assert names(bench) == [("long", "length>9")]


@pytest.mark.parametrize("name", ["", " x", "x ", "a/b", "x" * 61, "-x", "a\nb"])
def test_what_is_no_name_is_refused(bench: Bench, name):
    for act in (lambda: slices.save(somebody(), name, "wrong"), lambda: slices.rename(somebody(), "long", name)):
        with pytest.raises(InputError, match="is no name for a slice: give 1 to 60 letters"):
            act()
    assert names(bench) == [("long", "length>9")]


def test_a_name_that_is_taken_an_unknown_one_and_a_bad_condition_are_refused(bench: Bench):
    slices.save(somebody(), "short", "length<3")
    for act in (
        lambda: slices.save(somebody(), "LONG", "wrong"),
        lambda: slices.save(somebody(), "long", "wrong", new=True),
        lambda: slices.rename(somebody(), "short", "Long"),
    ):
        with pytest.raises(InputError, match="already; choose another name"):
            act()
    for act in (lambda: slices.rename(somebody(), "none", "x"), lambda: slices.delete(somebody(), "none")):
        with pytest.raises(UnknownName, match="no slice named 'none'; choose from: long, short"):
            act()
    with pytest.raises(Unreadable, match="at character 8"):
        slices.save(somebody(), "other", "length>many")
    assert names(bench) == [("long", "length>9"), ("short", "length<3")]


def test_a_reader_keeps_none(bench: Bench):
    with pytest.raises(Forbidden):
        slices.save(somebody(Role.READER), "other", "wrong")
    assert names(bench) == [("long", "length>9")]
