"""What is asked of a recipe by whoever runs it: `audit.attack.recipe.Recipe` answers it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from audit.attack.validity import Kind


class Attacking(Protocol):
    """A recipe with its budgets."""

    @property
    def name(self) -> str:
        """Registered name."""
        ...

    @property
    def kind(self) -> Kind:
        """What it changes."""
        ...

    @property
    def goal(self) -> Literal["untargeted", "targeted"]:
        """Any other label, or the one named."""
        ...

    @property
    def target(self) -> str | None:
        """The label a targeted attack aims at."""
        ...

    @property
    def max_queries(self) -> int | None:
        """Texts the model may be asked about for one row."""
        ...

    @property
    def max_words(self) -> float | None:
        """Words that may change, or their share below 1."""
        ...

    @property
    def min_similarity(self) -> float | None:
        """Least cosine between the original and every candidate."""
        ...

    @property
    def time_limit(self) -> float:
        """Seconds of work on one row."""
        ...

    @property
    def most_words(self) -> int:
        """Words of a text that are attacked."""
        ...

    @property
    def side_by_side(self) -> int | None:
        """Rows under way at a time; None: as the device likes."""
        ...

    @property
    def resources(self) -> Mapping[str, str]:
        """What it uses: resource to variant, version and hash."""
        ...

    @property
    def stand_ins(self) -> tuple[str, ...]:
        """What it searches with in place of what it was published with."""
        ...

    def refuses(self, text: str) -> str | None:
        """Why a text offers it nothing to change."""
        ...

    def build(self, site: Any) -> Any:
        """The TextAttack attack, for one slot."""
        ...
