"""A report in another language has no measure named in English beside those that the catalog names."""

from __future__ import annotations

from types import SimpleNamespace

from pseudo import CLOSE, OPEN, speak_pseudo

from audit.report.chapters.explanations import _bounds
from audit.report.model import Bound
from audit.report.strings import strings


def test_the_table_of_trust_names_its_measures_in_the_readers_language(monkeypatch):
    say = strings()
    method = SimpleNamespace(probe="lime", name="lime")
    found = Bound("comprehensiveness", 0.4, 0.2, 0.6, 0.5, 30)
    speak_pseudo(monkeypatch)
    assert _bounds(method, found, say)[1].text == f"{OPEN}Comprehensiveness{CLOSE}"
