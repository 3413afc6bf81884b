"""The token that opens the dashboard: made once, kept in the data folder where only its owner can read it."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from dashboard.door.hosts import host_name
from models.places import home
from models.writing import write_whole

FILE = "dashboard-token"
FEWEST = 32
"""A shorter token in the file is an accident (a disk that ran full) and is replaced."""
COOKIE_SECONDS = 30 * 24 * 3600


def token() -> str:
    """This installation's token; made on first use, and kept so that an open tab outlives a restart of the server."""
    path = home() / FILE
    try:
        kept = path.read_text(encoding="ascii").strip()
    except (FileNotFoundError, UnicodeDecodeError):
        kept = ""
    return kept if len(kept) >= FEWEST else renew()


def renew() -> str:
    """Make a new token; whoever holds the old one, or a cookie made of it, stays outside."""
    made = secrets.token_urlsafe(32)
    path = home() / FILE
    write_whole(path, made + "\n", private=True)
    return made


def is_token(offered: str, right: str) -> bool:
    """Whether the offered token is the right one; takes the same time however much of it is."""
    return hmac.compare_digest(offered.encode(), right.encode())


def cookie_value(right: str) -> str:
    """What the cookie holds: made of the token, which cannot be had from it."""
    return hmac.new(right.encode(), b"assay dashboard cookie 1", hashlib.sha256).hexdigest()


def cookie_name(host: str | None) -> str:
    """A cookie for each port: browsers keep one jar for all the ports of a machine."""
    name, port = host_name(host) or "", (host or "").rpartition(":")[2]
    return f"assay-{port}" if port.isascii() and port.isdigit() and name else "assay"
