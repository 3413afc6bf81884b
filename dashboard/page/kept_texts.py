"""Texts that an address leads to: kept in the server's memory under a short key, never in the address nor on disk.

An address stands in the browser's history and in the logs of whatever lies between; a text that is audited must not.
A link with a key shows the text to whoever this server lets in, for as long as the server runs and nothing newer has
taken its place. Afterwards it shows nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from collections import OrderedDict

import streamlit as st

MOST = 1_000
"""Texts kept at a time; the one not asked for longest goes first."""
CHARACTERS = 5_000_000
"""Characters of all of them together."""


class KeptTexts:
    """The last texts of all sessions, by key; safe to share between threads."""

    def __init__(self, *, most: int = MOST, characters: int = CHARACTERS) -> None:
        self._most, self._characters = most, characters
        self._secret = secrets.token_bytes(32)
        self._texts: OrderedDict[str, str] = OrderedDict()
        self._length = 0
        self._lock = threading.Lock()

    def keep(self, text: str) -> str:
        """Keep a text; the same text has the same key, and nobody without this server can tell a text from its key."""
        made = hmac.new(self._secret, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[:24]
        with self._lock:
            if made not in self._texts:
                self._length += len(text)
            self._texts[made] = text
            self._texts.move_to_end(made)
            while len(self._texts) > 1 and (len(self._texts) > self._most or self._length > self._characters):
                self._length -= len(self._texts.popitem(last=False)[1])
        return made

    def get(self, key: str) -> str | None:
        """The text kept under a key; None when there is none (any more)."""
        with self._lock:
            if key in self._texts:
                self._texts.move_to_end(key)
            return self._texts.get(key)


@st.cache_resource(show_spinner=False)
def kept_texts() -> KeptTexts:
    """Those of this server."""
    return KeptTexts()
