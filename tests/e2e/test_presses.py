"""Presses while the page's script still runs, in a real browser: each counts, and what it opened stays."""

from __future__ import annotations

from pathlib import Path

import pytest
from browsing import PATIENCE, settle, visit

SLOW = str(Path(__file__).with_name("slow_server.py"))


@pytest.fixture(scope="module")
def slow_site(shared_site):
    return shared_site(server=(SLOW,))


@pytest.fixture
def card(page, slow_site):
    """The card of `tiny`, unfolded."""
    visit(page, slow_site, "/models")
    found = page.locator(".st-key-model-tiny")
    found.get_by_text("Card, try it, labels, remove").click()
    return found


def ask(card, text):
    box = card.get_by_label("Try it on a sentence")
    box.fill(text)
    box.press("Enter")


def test_a_press_counts_at_any_time(page, card):
    for wait in (0, 700, 1500, 2300, 4000):
        ask(card, f"a quiet delight after {wait}")
        page.wait_for_timeout(wait)
        card.get_by_role("button", name="Remove from the list").click()
        page.get_by_role("dialog").get_by_role("button", name="Keep").click()
        page.get_by_role("dialog").wait_for(state="detached", timeout=PATIENCE)
        settle(page)
        assert page.get_by_role("dialog").count() == 0


def test_a_dialog_stays_when_an_answer_redraws_the_page_beneath(page, card, slow_site):
    ask(card, "a quiet delight")
    card.get_by_text("Working,").wait_for(timeout=PATIENCE)
    card.get_by_role("button", name="Remove from the list").click()
    dialog = page.get_by_role("dialog")
    dialog.wait_for(timeout=PATIENCE)
    page.locator(".assay-bar").first.wait_for(state="attached", timeout=PATIENCE)
    settle(page)
    dialog.get_by_role("button", name="Remove").click()
    page.get_by_text("The model was removed").wait_for(timeout=PATIENCE)
    with slow_site.store():
        from models import catalog

        assert catalog.registered() == ()
