"""What of a text is attacked: what the model reads, at most so many words."""

from __future__ import annotations

from typing import Any

import pytest
from attack_rows import example

from audit.changes import rebuilt
from audit.errors import SpecError
from audit.kinds import find

pytestmark = pytest.mark.filterwarnings("ignore")


def made(name: str, **params: Any) -> Any:
    """A recipe."""
    return find("attack", name)(**{"max_queries": 80} | params)


@pytest.fixture(scope="module")
def short_sighted(tmp_path_factory):
    """The small model, reading 12 tokens of a row; `left`: the last ones."""
    import json

    from small_sentiment import make

    from models.loading import load

    def get(side: str) -> Any:
        folder = make(tmp_path_factory.mktemp("short") / side)
        path = folder / "tokenizer_config.json"
        settings = json.loads(path.read_text()) | {"model_max_length": 12, "truncation_side": side}
        path.write_text(json.dumps(settings))
        return load(folder, device="cpu", threads=1)

    return get


@pytest.mark.slow
@pytest.mark.parametrize("side", ["right", "left"])
@pytest.mark.parametrize("pair", [None, "It was shown in the old cinema, and many people came to see it that night."])
def test_only_what_the_model_reads_is_attacked(side: str, pair: str | None, short_sighted, rows) -> None:
    model = short_sighted(side)
    texts = [" ".join(row.text for row in rows[i:] + rows[:i]) for i in range(4)]
    changed = 0
    for name in ("deepwordbug", "pwws", "a2t", "input_reduction", "bad_characters"):
        for outcome in made(name).run(model, [example(text, pair=pair) for text in texts], seed=0):
            assert outcome.error is None
            start, end = outcome.attacked
            assert outcome.words_total <= 10 < outcome.words_all
            assert f"of {outcome.words_all} words" in outcome.note
            assert outcome.note.startswith(f"only the {'first' if side == 'right' else 'last'} {outcome.words_total} ")
            # an oracle of its own: all but the attacked part replaced, and the model says the same
            elsewhere = f"{'x' * start}{outcome.text[start:end]}{' x' * (len(outcome.text) - end)}"
            same = [t if pair is None else (t, pair) for t in (outcome.text, elsewhere)]
            before = model.predict_proba(same)
            if start == 0:
                assert before[0] == pytest.approx(before[1], abs=1e-5)
            if outcome.perturbed_text in {None, outcome.text}:
                continue
            changed += 1
            given = outcome.perturbed_text if pair is None else (outcome.perturbed_text, pair)
            assert model.predict_proba([given])[0] == pytest.approx(outcome.perturbed_probs, abs=1e-5)
            assert rebuilt(outcome.text, outcome.changes) == outcome.perturbed_text
            if name != "input_reduction":
                assert all(start <= change.start and change.end <= end for change in outcome.changes)
    assert changed > 5


def test_a_row_whose_text_is_not_read_says_so() -> None:
    from audit.window import NothingRead, read_span
    from models.classifier import Encoding, Token, TokenRow

    other = Token("and", 5, 0, 3, special=False, segment=1, word=0)
    with pytest.raises(NothingRead, match="none of them is of this text"):
        read_span(Encoding(TokenRow((5,)), (other,), 40), "a fine film")


def test_a_long_text_costs_no_more_than_its_limit_on_words(classifier, rows) -> None:
    text = " ".join(row.text for row in rows * 40)
    recipe = made("deepwordbug", max_queries=None, most_words=15)
    outcome = next(iter(recipe.run(classifier, [example(text)], seed=0)))
    assert outcome.words_total == 15
    assert outcome.queries <= 1 + 15 + 4 * 15
    assert all(change.end <= outcome.attacked[1] for change in outcome.changes)


def test_the_limit_on_words_is_checked() -> None:
    with pytest.raises(SpecError, match="most_words"):
        made("deepwordbug", most_words=0)
