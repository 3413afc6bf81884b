"""Attacks: TextAttack's recipes over our classifiers, made offline, fast, reproducible and honest about n."""

from __future__ import annotations

__all__ = ["provision"]


def provision() -> None:
    """Make `import textattack` work in this process without network, with the resources that are here.

    Call it before anything imports TextAttack: the library otherwise tries to download on import and dies offline.

    Raises:
        ResourceError: the stop words, without which TextAttack cannot be imported, are missing; names the command.
    """
    from audit.attack import _textattack

    _textattack.refresh()
