"""What a try of a model tells on its card."""

from __future__ import annotations

from pages import check, seen


class Told:
    """An answer that is there."""

    done, error, seconds, parts, number, stopped = True, None, 0.1, (), 1, False

    def __init__(self):
        self.result = {
            "labels": ["no", "yes"], "probs": [0.2, 0.8], "capabilities": ["predict"], "max_tokens": 512, "device": "cpu",
            "dtype": "float32", "fingerprint": "f" * 64, "absent": {"gradients": "no layer looks ids up [x](https://e)"},
        }  # fmt: skip


def test_what_a_model_cannot_do_is_told_with_its_reason(app, store, tmp_path, monkeypatch):
    from models import catalog

    (tmp_path / "mine").mkdir()
    catalog.add("mine", str(tmp_path / "mine"), labels=("no", "yes"), in_place=True)
    monkeypatch.setattr("dashboard.forms.model_card.ask_once", lambda *_, **__: Told())
    test = app("models")
    test.text_input(key="try-mine").set_value("a film").run()
    check(test)
    assert "No gradients: no layer looks ids up [x](https:" in seen(test)
