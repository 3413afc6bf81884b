"""Logs name what failed and where, never what an exception says: it may quote an audited text."""

import logging

import pytest

from audit.live import LiveClient
from audit.live.client import LiveError
from audit.run.logs import log_error

RARE = "xylophonist"


def broken():
    raise ValueError(f"cannot read '{RARE}'")


def test_a_page_that_breaks_logs_no_text(caplog):
    from streamlit.testing.v1 import AppTest

    def script():
        from dashboard.page.guard import guarded

        with guarded("The page"):
            raise ValueError("cannot read 'xylophonist'")

    with caplog.at_level(logging.DEBUG):
        test = AppTest.from_function(script, default_timeout=60).run()
    assert "look into the dashboard's log" in test.error[0].value
    assert "ValueError" not in test.error[0].value
    assert "The page: ValueError at" in caplog.text
    assert RARE not in caplog.text


def test_an_error_is_logged_by_its_kind_and_place(caplog):
    with caplog.at_level(logging.ERROR):
        try:
            broken()
        except ValueError as error:
            log_error(logging.getLogger("assay.worker"), "a row failed", error)
    assert "a row failed: ValueError at" in caplog.text
    assert "test_logs.py" in caplog.text
    assert RARE not in caplog.text


@pytest.mark.slow
def test_the_model_process_logs_no_text(home, tiny_bert_dir, monkeypatch):
    monkeypatch.setenv("ASSAY_MODEL_FOLDERS", str(tiny_bert_dir.parent))
    client = LiveClient()
    try:
        for action, arguments in (
            ("explain", {"text": RARE, "methods": ["no-such-method"]}),
            ("explain", {"text": {RARE: 1}, "methods": ["saliency"]}),
            ("predict", {"texts": [{"text": RARE}]}),
            ("attack", {"text": RARE, "recipe": "deepwordbug", "parameters": {RARE: RARE}}),
        ):
            with pytest.raises(LiveError):
                client.ask(action, model=str(tiny_bert_dir), **arguments).wait(120)
    finally:
        client.close()
    said = client.log.read_text()
    assert "failed:" in said
    assert RARE not in said
