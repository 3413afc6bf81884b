"""The same outcomes as stock TextAttack, row by row: status, perturbed text and number of queries."""

from __future__ import annotations

import pytest
import stock

from audit.kinds import find
from audit.seeds import row_seed

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.mark.slow
@pytest.mark.parametrize("recipe", list(stock.RECIPES))
def test_outcomes_equal_stock_textattack(recipe, classifier, rows) -> None:
    ours = list(find("attack", recipe)().run(classifier, rows, seed=3))
    tokenizer = classifier.tokenizer
    limit, tokenizer.model_max_length = tokenizer.model_max_length, classifier.max_tokens
    try:
        seeded = [(r.text, classifier.labels.index(r.label), row_seed(3, r.row_id, recipe)) for r in rows]
        theirs = stock.attack(recipe, stock.wrapper(classifier.module, tokenizer), seeded)
    finally:
        tokenizer.model_max_length = limit
    assert stock.compared(ours) == theirs
    assert {o.status for o in ours} >= {"success", "skipped"}
