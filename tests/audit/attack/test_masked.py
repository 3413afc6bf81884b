"""BAE, BERT-Attack and CLARE with a tiny masked language model made here."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit.kinds import find

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def masked_lm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT with random weights and a real vocabulary."""
    import torch
    from transformers import AutoTokenizer, BertConfig, BertForMaskedLM

    from models.base import base_folder

    folder = tmp_path_factory.mktemp("masked") / "tiny-masked-lm"
    tokenizer = AutoTokenizer.from_pretrained(base_folder(), local_files_only=True)
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(tokenizer), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32,
        max_position_embeddings=64,
    )  # fmt: skip
    BertForMaskedLM(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("name", ["bae", "bert_attack", "clare"])
def test_masked_recipes_run_with_any_local_model(
    name: str, masked_lm: Path, classifier, rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSAY_MASKED_LM", str(masked_lm))
    recipe = find("attack", name)(max_queries=60)
    assert recipe.unavailable(classifier) is None
    assert "masked-lm: tiny-masked-lm" in recipe.stand_ins
    outcomes = list(recipe.run(classifier, rows[:3], seed=0))
    assert [o.error for o in outcomes] == [None] * 3
    assert any(o.queries > 1 for o in outcomes)
    assert all(o.resources["masked-lm"].startswith("tiny-masked-lm") for o in outcomes)
