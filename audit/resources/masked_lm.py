"""A masked language model that proposes words for a gap; none is bundled, any local one or the hub's will do."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from audit.errors import ResourceError
from audit.language.translating import tr_later
from audit.resources.base import Found, Progress, Resource, file_hash
from models.errors import ModelError
from models.places import offline, setting
from models.typed_paths import typed_path

PUBLISHED = {"bae": "bert-base-uncased", "bert_attack": "bert-base-uncased", "clare": "distilroberta-base"}
PINNED = {
    "bert-base-uncased": (
        "86b5e0934494bd15c9632b12f734a8a67f723594",
        "68d45e234eb4a928074dfd868cead0219ab85354cc53d20e772753c6bb9169d3",
    )
}
"""Of the model that is fetched when none is named: its revision, and the sha256 of its weights."""
_FILES = ["*.json", "*.txt", "*.safetensors", "*.model"]


class MaskedLanguageModel(Resource):
    """The user's own (setting ASSAY_MASKED_LM: a folder or hub id), else the papers' from the local hub cache."""

    name = "masked-lm"
    title = "masked language model"
    wanted_by = "bae, bert_attack, clare"
    official = "bert-base-uncased from the model hub (440 MB)"
    otherwise = "any local folder of a BERT, ELECTRA or RoBERTa masked model, named by ASSAY_MASKED_LM"

    def locate(self) -> Found | None:
        """What the setting names, then the published models in the hub's cache."""
        chosen = setting("masked_lm")
        for name in [chosen] if chosen else list(dict.fromkeys(PUBLISHED.values())):
            place = _local(name)
            if place is not None:
                stand_in = name not in PUBLISHED.values()
                variant = Path(name).name
                return Found(self.name, variant, place, stand_in, "hub", tr_later("see its card"), _hash(place))
        return None

    def provide(self, progress: Progress, *, standard: bool) -> Found:
        """Download bert-base-uncased, or what the setting names, into the hub's own cache, which resumes."""
        del standard
        name = setting("masked_lm") or "bert-base-uncased"
        if offline():
            raise ResourceError(f"HF_HUB_OFFLINE or ASSAY_OFFLINE is set; put a model in a folder: {self.otherwise}.")
        from huggingface_hub import snapshot_download

        revision, sha256 = PINNED.get(name, (None, None))
        progress(tr_later(f"downloading {name} from the model hub"))
        try:
            place = Path(snapshot_download(name, revision=revision, allow_patterns=_FILES))
        except Exception as error:  # the hub raises a dozen kinds, all of which mean: not to be had
            raise ResourceError(f"{name} cannot be downloaded from the model hub; use {self.otherwise}.") from error
        weights = place / "model.safetensors"
        if sha256 is not None and weights.exists() and file_hash(weights) != sha256:
            weights.resolve().unlink()
            raise ResourceError(
                f"The weights of {name} are not those they should be (sha256 differs); they were thrown away."
            )
        found = self.locate()
        if found is None:
            raise ResourceError(f"{name} has no safetensors weights; use {self.otherwise}.")
        return found


@cache
def load_masked_lm(place: Path, device: str = "cpu") -> tuple[Any, Any]:
    """Model and tokenizer of a folder, safetensors only, loaded once per process.

    Raises:
        ResourceError: the folder holds no masked language model that transformers can load.
    """
    from transformers import AutoModelForMaskedLM

    from models.checkpoint import refuse_remote_code
    from models.files import read_json
    from models.modules import configuration
    from models.scratch import weights_alone
    from models.tokenizers import load_tokenizer

    try:
        refuse_remote_code(place, read_json(place / "config.json"))
        with weights_alone(place) as view:
            model, loaded = AutoModelForMaskedLM.from_pretrained(
                str(view),
                config=configuration(place),
                local_files_only=True,
                use_safetensors=True,
                output_loading_info=True,
            )
        tokenizer = load_tokenizer(place)
    except (ModelError, OSError, ValueError) as error:
        raise ResourceError(f"{place} holds no masked language model that can be loaded: {error}") from error
    if loaded["missing_keys"]:  # transformers would fill them with random numbers
        lacking = ", ".join(sorted(loaded["missing_keys"])[:3])
        raise ResourceError(
            f"{place} is not a masked language model: it has no weights for {lacking}; name another folder."
        )
    if tokenizer.mask_token_id is None:
        raise ResourceError(f"The tokenizer in {place} has no mask token.")
    return model.eval().to(device), tokenizer


def _local(name: str) -> Path | None:
    folder = typed_path(name)
    if (folder / "config.json").is_file():
        return folder
    if folder.is_absolute() or name.count("/") > 1:
        return None
    from huggingface_hub import try_to_load_from_cache

    for revision in (None, PINNED.get(name, (None,))[0]):
        config = try_to_load_from_cache(name, "config.json", revision=revision)
        if isinstance(config, str) and any(Path(config).parent.glob("*.safetensors")):
            return Path(config).parent
    return None


@cache
def _hash(place: Path) -> str:
    return file_hash(*sorted(place.glob("*.safetensors")), place / "config.json")
