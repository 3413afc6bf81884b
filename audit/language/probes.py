"""What recipes, methods and perturbations are called, and what they do."""

from __future__ import annotations

from audit.language.saying import KEYED, NAMED, word, worded
from audit.language.sentences import sentences
from audit.said import Said, Value


def act(probe: str, name: str = "") -> Said:
    """What a recipe or perturbation does, as the subject of a sentence; its name where that is unknown.

    Args:
        probe: its key within the run, told besides where it differs from the name.
        name: its registered name; "": the key is.
    """
    plain = name or probe
    if not plain:
        return Said("probe.attack")
    key = f"act.{plain}"
    said = Said(key) if key in sentences() else Said("probe.quoted", {"name": plain})
    return said if plain == probe else Said(KEYED, {"called": said, "key": probe.removeprefix(f"{plain}:")})


def called(probe: str, name: str = "") -> Value:
    """A recipe, method or perturbation as people write it; arguments as of `act`."""
    plain = name or probe
    key = f"name.{plain}"
    said = Said(key) if key in sentences() else Said(NAMED, {"name": plain})
    return said if plain == probe else Said(KEYED, {"called": said, "key": probe.removeprefix(f"{plain}:")})


def what_it_does(name: str) -> str:
    """What a probe does, as a clause in the language spoken."""
    key = f"method.{name}"
    return word(Said(key) if key in sentences() else act(name))


def kind_title(kind: str) -> str:
    """What probes of a kind make, as a heading in the language spoken."""
    return word(Said(f"kind.{kind}"))


def kind_choices(kind: str) -> str:
    """The probes of a kind, as a heading over those to choose from; where it has none of its own, that over what they make."""
    key = f"choices.{kind}"
    return word(Said(key)) if key in sentences() else kind_title(kind)


def for_each(kind: str) -> str:
    """Said of a check that is made for every probe of a kind; of any probe where the kind has no words of its own."""
    key = f"each.{kind}"
    return word(Said(key if key in sentences() else "probe.each"))


def parameter_title(name: str) -> str:
    """What may be set on a probe, as the head of a field in the language spoken; the name itself where none is known."""
    key = f"parameter.{name}"
    return word(Said(key)) if key in sentences() else name.replace("_", " ").capitalize()


def display_name(probe: str, name: str = "") -> str:
    """`called` in the language spoken."""
    return worded(called(probe, name))
