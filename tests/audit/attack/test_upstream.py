"""Each defect of TextAttack 0.3.11 that we work round, shown on the library itself: a failure here means it is mended."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from audit.attack._absent import ABSENT, SERVED

pytestmark = pytest.mark.filterwarnings("ignore")

THEIRS = """
import logging, nltk
nltk.data.path[:] = []
log = logging.getLogger("assay.worker")
from audit.attack._absent import standing_in
try:
    with standing_in():
        import textattack
finally:
    print(log.disabled)
"""
OURS = """
import json, logging, os, sys
log = logging.getLogger("assay.worker")
from audit.attack import provision
provision()
import textattack
names = set(sys.argv[1:])
loaded = sorted(module for module in sys.modules if module.partition(".")[0] in names)
print(json.dumps({"HF_HOME": os.environ.get("HF_HOME"), "log disabled": log.disabled, "loaded": loaded}))
"""


@pytest.fixture(scope="module")
def offline(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A home without anything in it, and the environment of a process that lives there and reaches nobody."""
    home = tmp_path_factory.mktemp("offline")
    unset = {"NLTK_DATA", "HF_HOME", "TA_CACHE_DIR", "PYTHONPATH"}
    environment = {k: v for k, v in os.environ.items() if k not in unset} | {"HOME": str(home), "HF_HUB_OFFLINE": "1"}
    return home, environment | dict.fromkeys(("ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY"), "http://127.0.0.1:9")


def test_importing_dies_without_nltk_data_and_silences_every_logger_there_is(offline) -> None:
    home, environment = offline
    environment = {**environment, "TA_CACHE_DIR": str(home)}
    command = [sys.executable, "-W", "ignore", "-c", THEIRS]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert (home / "post_install_check_3").exists(), "it no longer marks a failed download as done"
    assert done.stdout.split()[-1:] == ["True"], done.stderr


@pytest.mark.slow
def test_provisioned_import_works_offline_and_leaves_the_process_alone(offline) -> None:
    """No variable is moved, no logger silenced, no cache made, and nothing that stands in for a package is left behind."""
    home, environment = offline
    environment = {**environment, "ASSAY_CACHE": os.environ.get("ASSAY_CACHE") or str(_cache())}
    root = Path(__file__).resolve().parents[3]
    command = [sys.executable, "-W", "ignore", "-c", OURS, *ABSENT, *SERVED]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=root, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"HF_HOME": None, "log disabled": False, "loaded": []}
    assert not (home / ".cache" / "textattack").exists()


def test_the_wheel_lacks_its_homoglyphs() -> None:
    import textattack

    assert not (Path(textattack.__file__).parent / "shared" / "intentional_homoglyphs.txt").exists()


def test_the_wrapper_pads_to_the_maximum(classifier) -> None:
    import stock

    seen: list[Any] = []
    hook = classifier.module.register_forward_pre_hook(
        lambda m, a, k: seen.append(k["input_ids"].shape), with_kwargs=True
    )
    try:
        stock.wrapper(classifier.module, classifier.tokenizer)(["short"])
    finally:
        hook.remove()
    assert seen[0][1] == 64


def test_its_gradients_are_taken_with_dropout(classifier) -> None:
    import numpy as np
    import stock
    import torch

    torch.manual_seed(0)
    wrapper = stock.wrapper(classifier.module, classifier.tokenizer)
    weight = classifier.module.get_input_embeddings().weight
    first, second = (wrapper.get_grad("a good film")["gradient"] for _ in range(2))
    weight.requires_grad_(False)
    assert not np.allclose(first, second)


def test_hotflip_accepts_only_its_own_lstm(classifier) -> None:
    import stock
    from textattack.transformations import WordSwapGradientBased

    with pytest.raises(ValueError, match="Cannot perform"):
        WordSwapGradientBased(stock.wrapper(classifier.module, classifier.tokenizer))


def test_probabilities_are_softmaxed_twice() -> None:
    import torch
    from textattack.goal_functions import UntargetedClassification

    probabilities = torch.tensor([[0.9, 0.1 + 1e-5]])
    made = UntargetedClassification._process_model_outputs(None, ["x"], probabilities)
    assert float(made[0, 0]) < 0.8


def test_the_masked_models_pad_to_the_maximum_and_clare_loads_a_causal_one() -> None:
    import inspect

    from textattack.attack_recipes import CLARE2020
    from textattack.transformations import WordSwapMaskedLM

    assert 'padding="max_length"' in inspect.getsource(WordSwapMaskedLM._encode_text)
    assert "AutoModelForCausalLM" in inspect.getsource(CLARE2020.build)


def test_its_chinese_swaps_lack_a_file_and_pile_up() -> None:
    from textattack.transformations import ChineseHomophoneCharacterSwap, ChineseMorphonymCharacterSwap

    with pytest.raises((ValueError, FileNotFoundError)):
        ChineseHomophoneCharacterSwap()
    made = ChineseMorphonymCharacterSwap()._get_replacement_words("错很")
    assert any(word[0] != "错" and word[1] != "很" for word in made)


def test_jieba_keeps_its_cache_where_nobody_else_writes() -> None:
    import jieba

    from audit.attack import _textattack  # noqa: F401

    assert jieba.dt.tmp_dir == str(_cache() / "resources" / "textattack")


def _cache() -> Path:
    from models.places import cache

    return cache()
