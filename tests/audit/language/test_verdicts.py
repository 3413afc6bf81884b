"""Verdicts and states share no word and no sign: an audit that an error stopped is no model that does not meet its policy."""

from __future__ import annotations

import re

from audit.language import verdicts
from dashboard.draw.cards import STATUSES, VERDICTS

JUDGED = ("PASS", "FAIL", "INCONCLUSIVE")


def words(text):
    return set(re.findall(r"[a-z]+", text.lower()))


def test_a_verdict_and_a_state_share_no_word():
    of_verdicts = set().union(*(words(say(v)) for say in (verdicts.of_run, verdicts.of_check) for v in JUDGED))
    of_states = set().union(*(words(verdicts.state(status)) for status in verdicts.STATES))
    assert not of_verdicts & of_states
    assert not {"fail", "failed", "failure"} & (of_verdicts | of_states)


def test_each_verdict_has_a_word_a_sign_and_an_icon_of_its_own():
    assert len({verdicts.of_run(v) for v in (*JUDGED, None)}) == 4
    assert len({verdicts.signed(v, "") for v in (*JUDGED, None)}) == 4
    icons = [icon for _, icon in VERDICTS.values()]
    assert len(set(icons)) == len(JUDGED)
    assert not set(icons) & {icon for _, icon in STATUSES.values()}
    assert not set(VERDICTS.values()) & set(STATUSES.values())
    assert STATUSES["failed"][0] != VERDICTS["FAIL"][0]
