"""All planted models by name: the faulty ones, then the sound ones."""

from __future__ import annotations

from planting import chinese, classes, meaning, people, sound, surface, words
from planting.plant import Plant

_ALL = [plant for part in (words, people, meaning, surface, classes, chinese, sound) for plant in part.PLANTS]

PLANTS: dict[str, Plant] = {plant.name: plant for plant in sorted(_ALL, key=lambda plant: plant.sound)}
