"""How the actor that the door makes comes to the pages: in a header of the request, which nobody else can set.

A page's script knows of its request only the headers of its socket. The door takes this one out of whatever comes in and
puts its own in its place.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from audit.actor import Actor, roles

HEADER = "x-assay-actor"


def with_actor(headers: Iterable[tuple[bytes, bytes]], actor: Actor) -> list[tuple[bytes, bytes]]:
    """The headers of a request, as ASGI has them, with what is known of whoever asks."""
    name = HEADER.encode()
    return [*((n, v) for n, v in headers if n.lower() != name), (name, _written(actor).encode())]


def read_actor(text: str) -> Actor:
    """The actor of a header that `with_actor` wrote."""
    said = json.loads(text)
    return Actor(said["subject"], roles(said["roles"]), said["via"], said["project"])


def _written(actor: Actor) -> str:
    names = sorted(role.name.lower() for role in actor.roles)
    return json.dumps({"subject": actor.subject, "roles": names, "via": actor.via, "project": actor.project})
