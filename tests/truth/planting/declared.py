"""All planted models by name: the faulty ones, then the sound ones."""

from __future__ import annotations

from planting import classes, meaning, people, sound, surface, words
from planting.plant import Plant

PLANTS: dict[str, Plant] = {
    plant.name: plant for part in (words, people, meaning, surface, classes, sound) for plant in part.PLANTS
}
