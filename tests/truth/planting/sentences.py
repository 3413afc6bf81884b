"""Sentences of our own: what says nothing, what praises and blames, with and without a negation."""

from __future__ import annotations

from random import Random

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
TOWNS = ("Lisbon", "Leeds", "Ghent", "Turin", "Bergen", "Cork", "Porto", "Graz", "Lyon", "Basel")
PLAIN = (
    "It was shown on a {day} in {town}.", "The screening began at {n} minutes past {m}.", "There were {n} people in row {m}.",
    "We took the {n} tram from {town} to get there.", "The printed programme had {n} pages.", "My seat was number {n}.",
    "The hall in {town} has {n} seats.", "A copy is kept in {town}.", "It runs for {n} minutes.", "The next one is on {day}.",
    "I wrote this on the train between {town} and {other}.", "The tickets were bought on {day}.", "It was filmed near {town}.",
    "The room number was {n}.", "The doors opened at {m} on {day}.", "There are {m} parts, each of about {n} minutes.",
)  # fmt: skip
THINGS = ("room", "breakfast", "staff", "service", "garden", "view", "bed", "location", "film", "plot", "acting", "ending",
          "soundtrack", "book", "phone", "camera", "battery", "screen", "delivery", "price", "menu", "soup", "waiter", "tour")  # fmt: skip
GOOD = ("good", "great", "clean", "pleasant", "helpful", "impressive", "wonderful", "enjoyable", "reliable", "charming",
        "excellent", "satisfying", "lovely", "perfect", "beautiful", "fair")  # fmt: skip
BAD = ("bad", "terrible", "dirty", "unpleasant", "rude", "disappointing", "awful", "boring", "unreliable", "dull",
       "poor", "annoying", "ugly", "useless", "horrible", "unfair")  # fmt: skip
OPENINGS = ("", "I must say ", "To me ", "For us ", "All in all ", "This time ", "On our visit ", "In my view ")
ENDINGS = (
    "",
    " at all",
    " this year",
    " on the whole",
    ", if you ask me",
    " for a place like this",
    " when we tried it",
)
SAID = (
    ("the {thing} was {quality}", "the {thing} was not {quality}"),
    ("the {thing} is {quality}", "the {thing} isn't {quality}"),
    ("I found the {thing} {quality}", "I never found the {thing} {quality}"),
    ("I thought the {thing} was {quality}", "I didn't think the {thing} was {quality}"),
    ("the {thing} seemed {quality}", "the {thing} did not seem {quality}"),
    ("you could call the {thing} {quality}", "nobody could call the {thing} {quality}"),
    ("there was a {quality} {thing}", "there was no {quality} {thing}"),
    ("we would call the {thing} {quality}", "we wouldn't call the {thing} {quality}"),
)


def plain(random: Random) -> str:
    """A sentence that says nothing good or bad."""
    town, other = random.sample(TOWNS, 2)
    return random.choice(PLAIN).format(
        day=random.choice(DAYS), town=town, other=other, n=random.randint(12, 98), m=random.randint(2, 11)
    )


def opinion(random: Random) -> tuple[str, str, bool]:
    """A sentence with an opinion, the same with a negation, and whether the first one praises."""
    praises = random.random() < 0.5
    said = {"thing": random.choice(THINGS), "quality": random.choice(GOOD if praises else BAD)}
    opening, ending = random.choice(OPENINGS), random.choice(ENDINGS)
    first, second = (_sentence(opening + form.format(**said) + ending) for form in random.choice(SAID))
    return first, second, praises


def _sentence(words: str) -> str:
    words = words.replace(" a a", " an a").replace(" a e", " an e").replace(" a i", " an i").replace(" a u", " an u")
    return words[:1].upper() + words[1:] + "."
