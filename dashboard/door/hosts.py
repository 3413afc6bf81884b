"""Host and Origin of a request: which names this server answers to, and whether the asking page is one of its own."""

from __future__ import annotations

from collections.abc import Collection
from ipaddress import ip_address
from urllib.parse import urlsplit

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")


def is_loopback(address: str) -> bool:
    """Whether an address to listen on, or listened on, can be reached from this machine alone."""
    if address.strip("[]").lower() == "localhost":
        return True
    try:
        found = ip_address(address.strip("[]").split("%")[0])
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return (mapped or found).is_loopback


def host_name(host: str | None) -> str | None:
    """The name in a Host header, lower case, without port and trailing dot; None for none or a malformed one."""
    if not host or any(mark in host for mark in "/\\?#@, \t"):
        return None
    try:
        parts = urlsplit(f"//{host}")
        _ = parts.port  # raises for a port that is no number
    except ValueError:
        return None
    name = (parts.hostname or "").rstrip(".")
    return name or None


def host_allowed(host: str | None, names: Collection[str]) -> bool:
    """Whether a Host header names this server: exactly one of `names`, at any port (a tunnel changes the port)."""
    return host_name(host) in names


def origin_allowed(origin: str | None, host: str | None) -> bool:
    """Whether the page that asks is one of this server's own: its Origin is exactly the Host that it asks.

    Programs send no Origin, browsers always do where it matters: with a WebSocket, and with every request that
    may change something.
    """
    if origin is None:
        return True
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    plain = parts.scheme in {"http", "https"} and not (parts.path or parts.query or parts.fragment)
    return plain and host is not None and parts.netloc.lower() == host.lower()
