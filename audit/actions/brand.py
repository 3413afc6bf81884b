"""Verbs of whose reports are: the organisation's name and its logo, for every report made from now on."""

from __future__ import annotations

from audit.actions.doing import doing
from audit.actor import Actor
from audit.errors import InputError
from audit.language.printable import JOINERS, code_point

NAME_CHARACTERS = 200


def set_organisation(actor: Actor, name: str) -> None:
    """Keep a name for the cover of reports in place of the one there is; a blank one keeps none.

    Raises:
        Forbidden: they may not.
        InputError: it is too long, or has characters that cannot be seen.
    """
    with doing(actor, "set_organisation", "organisation") as store:
        name = " ".join(name.split())
        if len(name) > NAME_CHARACTERS:
            raise InputError(
                f"An organisation's name has at most {NAME_CHARACTERS} characters; this one has {len(name)}."
            )
        hidden = next((c for c in name if not c.isprintable() and c not in JOINERS), None)
        if hidden is not None:
            raise InputError(
                f"The organisation's name holds a character that is not printed, {code_point(hidden)}; leave it out."
            )
        store.save_organisation(name)


def set_logo(actor: Actor, data: bytes) -> None:
    """Keep a picture for the cover of reports in place of the one there is.

    Args:
        actor: who wants it; data: a PNG or JPEG file, see `audit.report.logo.checked_logo`.

    Raises:
        Forbidden: they may not.
        ReportError: it cannot be used.
        DiskError, FilesError: it cannot be kept.
    """
    from audit.report.logo import checked_logo

    with doing(actor, "set_logo", "logo") as store:
        store.save_logo(data, checked_logo(data))


def remove_logo(actor: Actor) -> None:
    """Keep no picture any more; reports that were made with it have it still.

    Raises:
        Forbidden: they may not.
        FilesError: its file could not be removed yet.
    """
    with doing(actor, "remove_logo", "logo") as store:
        store.delete_logo()
