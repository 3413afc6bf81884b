"""Evidence whose row failed before the model was asked: no probabilities, and still a card that says why."""

from streamlit.testing.v1 import AppTest

PAGE = """
from audit.records import AttackOutcome
from dashboard.draw.evidence import _flip, show_attack
from models.task import Label
import streamlit as st

task = Label(("negative", "positive"))
error = "timeout: the row took longer than 600 s"
record = AttackOutcome(
    row_id="0" * 16, text="A film.", label="positive", name="deepwordbug", status="error", original_probs=(),
    perturbed_text=None, perturbed_probs=(), changes=(), queries=0, words_changed=0, words_total=0, similarity=None,
    valid=None, seed=0, resources={}, seconds=0.0, error=error,
)
st.caption(_flip(task, record))
show_attack(task, record)
"""


def test_a_row_that_failed_says_why():
    page = AppTest.from_string(PAGE, default_timeout=300).run()
    assert not page.exception, page.exception
    assert "the row took longer than 600 s" in page.caption[0].value
    assert "timeout" in page.text[0].value
