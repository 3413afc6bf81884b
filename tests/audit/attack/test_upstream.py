"""Each defect of TextAttack 0.3.11 that we work round, shown on the library itself: a failure here means it is mended."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.filterwarnings("ignore")

PROGRAM = (
    "from audit.attack import provision; provision(); import os, textattack; print(os.environ.get('HF_HOME', '-'))"
)


def test_importing_dies_without_nltk_data(tmp_path: Path) -> None:
    environment = {k: v for k, v in os.environ.items() if k not in {"NLTK_DATA", "PYTHONPATH"}}
    environment |= {"HOME": str(tmp_path), "TA_CACHE_DIR": str(tmp_path), "ALL_PROXY": "http://127.0.0.1:9"}
    environment |= {"HTTPS_PROXY": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9", "HF_HUB_OFFLINE": "1"}
    program = (
        "import nltk; nltk.data.path[:] = []\n"
        "from audit.attack._absent import standing_in\n"
        "with standing_in():\n"
        "    import textattack\n"
        "from nltk.corpus import stopwords; stopwords.words('english')"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert (tmp_path / "post_install_check_3").exists(), "it no longer marks a failed download as done"


def test_provisioned_import_works_offline_and_leaves_the_environment_alone(tmp_path: Path) -> None:
    environment = {k: v for k, v in os.environ.items() if k not in {"NLTK_DATA", "HF_HOME", "TA_CACHE_DIR"}}
    environment |= {"HTTPS_PROXY": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9"}
    environment |= {"ASSAY_CACHE": os.environ.get("ASSAY_CACHE") or str(_cache()), "HOME": str(tmp_path)}
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM],
        env=environment,
        capture_output=True,
        text=True,
        cwd=root,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "-"
    assert not (tmp_path / ".cache" / "textattack").exists()


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


def test_importing_silences_every_logger_there_is_and_ours_are_kept() -> None:
    program = (
        "import logging; log = logging.getLogger('assay.worker')\n"
        "from audit.attack._absent import standing_in\n"
        "from audit.resources import resource\n"
        "from audit.resources.nltk_data import use\n"
        "use(resource('stopwords').need())\n"
        "{how}\n"
        "print(log.disabled)"
    )
    theirs = "with standing_in():\n    import textattack"
    ours = "import audit.attack._textattack"
    said = {}
    for how in (theirs, ours):
        command = [sys.executable, "-W", "ignore", "-c", program.format(how=how)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        said[how] = done.stdout.split()[-1]
    assert said == {theirs: "True", ours: "False"}
