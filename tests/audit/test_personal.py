"""Personal data in texts: each kind by its form and checksum, and other numbers left alone."""

from __future__ import annotations

import pytest

from audit.language.sentences import counted
from audit.records import Example
from audit.score.quality import PERSONAL as SAID
from audit.score.quality import quality_measures
from audit.table.personal import KINDS, masked, personal
from audit.table.quality import quality
from dashboard.draw.table_profile import PERSONAL as SHOWN

HELD = {
    "email": ("write to anna.b+news@mail.example.co.uk.", "msg+ticket@kiosk.example", "他的邮箱yijue@hotmail.com吗"),
    "phone": (
        "call 09066362206 ASAP", "Tel. +358 10 33 21179", "or (702) 259-4076.", "call 415-555-2671 now", "李13988505869我", "0871-4719-523",
        "to claim, call09050000327", "+86 138 0013 8000", "on 020 7946 0958 today", "per msg 08701417012150p",
    ),
    "iban": ("GB82 WEST 1234 5698 7654 32", "to DE89370400440532013000.", "NL91ABNA0417164300"),
    "card": ("4111 1111 1111 1111", "card 5500-0055-5555-5559 please", "378282246310005", "6011000990139424"),
    "identity_number": ("身份证11010519491231002X", "id 440524188001010014".replace("440524188001010014", "11010519491231002X")),
    "ip": ("from 8.8.8.8 today", "at 2001:4860:4860::8888"),
    "login": ("ftp://anna:secret@files.example.org/x", "https://bob@git.example.org"),
}  # fmt: skip
NOT = (
    "It costs $1,234,567.89 or 1.234.567,89", "version 10.2.3.4 and 192.168.0.1 and 999.1.1.1", "at 12:30:45 on 2024-02-29",
    "20080503-20080508", "order 1234567890123456", "4111 1111 1111 1112", "GB82 WEST 1234 5698 7654 33", "XX82WEST12345698765432",
    "110105194912310021", "888888888888888888", "11111111111", "0000000000", "me @ home", "@somebody said", "see a.b.c", "1-2-3-4-5",
    "ratio 3:4:5", "0.123456789012", "the 1990s and 2000s", "http://example.org/a@b", "5-4000-12", "user@localhost",
    "π = 3.14159265358979", "isbn 978-3-16-148410-0",
)  # fmt: skip


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in HELD.items() for text in texts])
def test_each_kind_is_found_and_masked(kind, text):
    assert [found for found, _, _ in personal(text)] == [kind]
    assert personal(masked(text)) == []
    ((_, start, end),) = personal(text)
    assert masked(text)[:start] + masked(text)[end:] == text[:start] + text[end:]


@pytest.mark.parametrize("text", NOT)
def test_other_numbers_are_left_alone(text):
    assert personal(text) == []
    assert masked(text) == text


def test_what_overlaps_is_one_thing():
    assert [kind for kind, _, _ in personal("https://anna:pw@mail.example.org and anna@mail.example.org")] == [
        "login",
        "email",
    ]


@pytest.mark.parametrize(
    "text",
    ["1" * 100_000, "0 " * 50_000, "a" * 60_000 + "@", "+1 " * 30_000, "AB12 " * 20_000, ":" * 60_000, "a.b@" * 20_000],
)
def test_a_long_text_has_an_end(text):
    assert len(masked(text)) == len(text)  # what grows with the square of the length takes minutes


def test_rows_are_counted_by_kind_in_the_whole_table():
    texts = [*["nothing here"] * 7, "call 09066362206 or 09066362207", "call 09066362206 or a@b.example", "a@b.example"]
    found = quality([Example(f"{i:016x}", text) for i, text in enumerate(texts)])["personal"]
    assert (found["rows"], found["kinds"]) == (3, {"email": 2, "phone": 2})
    (made,) = quality_measures({"table": {"quality": {"rows": 10, "personal": found}}}, [f"{9:016x}"])
    assert (made.name, made.value, made.evidence) == ("personal_share", 0.3, (f"{9:016x}",))
    assert [(note.key, note.values["n"]) for note in made.notes] == [("personal.email", 2), ("personal.phone", 2)]


@pytest.mark.parametrize("kinds", [None, 3, {"email": 9}, {"email": True}, {"<b>": 1}, {"email": "1"}])
def test_kinds_of_another_form_are_not_said(kinds):
    said = {"table": {"quality": {"rows": 10, "personal": {"rows": 3, "shown": [], "kinds": kinds}}}}
    (made,) = quality_measures(said, ())
    assert made.notes == ()


def test_every_kind_can_be_said():
    assert tuple(SAID) == KINDS == tuple(SHOWN)
    assert set(SAID.values()) <= set(counted())
