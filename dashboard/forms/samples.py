"""The sample tables that come with Assay, each with the bundled model it fits."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from audit.language.translating import tr_later
from models.entry import bundled_folder
from models.places import ASSETS

FOLDER = ASSETS / "samples"


@dataclass(frozen=True, slots=True)
class Sample:
    """A table ready to use. `model` names the bundled model it fits; title and about are said by `tr`."""

    name: str
    title: str
    about: str
    model: str
    path: Path

    @property
    def ready(self) -> bool:
        """Whether its model is bundled with this installation."""
        return bundled_folder(self.model) is not None


KNOWN = (
    (
        "sentiment.csv",
        tr_later("Sentiment"),
        tr_later("Reviews of films, places, shops and services, positive and negative"),
        "sentiment",
    ),
    (
        "bank_intents.csv",
        tr_later("Bank intents"),
        tr_later("Questions of bank customers with their intent"),
        "intents",
    ),
    (
        "moderation.csv",
        tr_later("Moderation"),
        tr_later("Posts for a moderator: normal, offensive, hateful"),
        "toxicity",
    ),
)


def samples() -> tuple[Sample, ...]:
    """The samples whose file is there."""
    made = (
        Sample(name.removesuffix(".csv").replace("_", " "), title, about, model, FOLDER / name)
        for name, title, about, model in KNOWN
    )
    return tuple(sample for sample in made if sample.path.is_file())
