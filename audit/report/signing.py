"""Signing a bundle's manifest with Ed25519, in minisign's file format, so that `minisign -Vm` can check it too.

The key is made on first use and kept in ASSAY_HOME/keys, readable by its owner only. A signature says that the holder
of that key vouched for the manifest, and so for every file whose hash it lists. Who that holder is, only a key that
the reader already trusts can tell: their own, one put into ASSAY_HOME/keys/trusted, or one given by `--key`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from audit.errors import ReportError
from audit.language.translating import tr_later
from models.places import home
from models.typed_paths import read_at_most
from models.writing import whole_file

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SIGNED = "manifest.json"
FOLDER = "signature/"
SIGNATURE, PUBLIC = f"{FOLDER}manifest.json.minisig", f"{FOLDER}assay.pub"
KEY_BYTES = 10_000
"""More than a file with a public key has."""
_HASHED = b"ED"  # minisign's mark of a signature over the BLAKE2b-512 hash of the file
_KEY = b"Ed"


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A minisign public key: `id` is its name, 16 hex digits; `key` its 32 bytes."""

    id: str
    key: bytes

    def text(self) -> str:
        """The content of a `.pub` file."""
        body = base64.b64encode(_KEY + bytes.fromhex(self.id)[::-1] + self.key).decode()
        return f"untrusted comment: minisign public key {self.id}\n{body}\n"


@dataclass(frozen=True, slots=True)
class Signature:
    """What a bundle's signature is worth: `faults` says what is wrong, `trusted` whether the key is known here."""

    key_id: str | None
    comment: str
    trusted: bool
    faults: tuple[str, ...]


def sign(manifest: bytes, comment: str) -> dict[str, bytes]:
    """Sign a manifest; the files to put beside it, by name.

    Args:
        manifest: its bytes.
        comment: one line that the signature covers too, such as the run's id.
    """
    private = _private_key()
    public = _public(private)
    signature = private.sign(hashlib.blake2b(manifest).digest())
    line = " ".join(comment.split())
    whole = private.sign(signature + line.encode())
    head = base64.b64encode(_HASHED + bytes.fromhex(public.id)[::-1] + signature).decode()
    text = (
        f"untrusted comment: signature of an Assay bundle by {public.id}\n{head}\n"
        f"trusted comment: {line}\n{base64.b64encode(whole).decode()}\n"
    )
    return {SIGNATURE: text.encode(), PUBLIC: public.text().encode()}


def check(names: Collection[str], read: Callable[[str], bytes], *, key: str | None = None) -> Signature:
    """Check the signature of a bundle.

    Args:
        names: the bundle's files; read: bytes of one of them.
        key: the public key it must be signed by: a `.pub` file or its base64 line. None: any; the answer says whether
            it is a known one.

    Raises:
        ReportError: `key` is no public key.
    """
    wanted = public_key(key) if key is not None else None
    if SIGNATURE not in names:
        missing = (tr_later("the bundle is not signed"),) if wanted is not None or PUBLIC in names else ()
        return Signature(None, "", trusted=False, faults=missing)
    try:
        lines = read(SIGNATURE).decode().splitlines()
        body, whole = _decoded(lines[1]), _decoded(lines[3])
        comment = lines[2].removeprefix("trusted comment: ")
        signer = wanted or _public_key(read(PUBLIC).decode(), PUBLIC)
    except (UnicodeDecodeError, IndexError, ValueError, binascii.Error, ReportError):
        return Signature(
            None, "", trusted=False, faults=(tr_later(f"{SIGNATURE} or {PUBLIC} was changed: it cannot be read"),)
        )
    key_id = body[2:10][::-1].hex().upper()
    faults = []
    if key_id != signer.id:
        faults.append(tr_later(f"it is signed by the key {key_id}, not by {signer.id}"))
    elif not (body[:2] == _HASHED and _good(signer, body[10:], hashlib.blake2b(read(SIGNED)).digest())):
        faults.append(tr_later(f"the signature does not fit {SIGNED}: one of them was changed"))
    elif not _good(signer, whole, body[10:] + comment.encode()):
        faults.append(tr_later(f"the comment in {SIGNATURE} was changed"))
    trusted = not faults and (wanted is not None or any(k.key == signer.key for k in known_keys()))
    return Signature(key_id, comment, trusted, tuple(faults))


def own_key() -> PublicKey:
    """The public key of this installation; made on first use."""
    return _public(_private_key())


def known_keys() -> tuple[PublicKey, ...]:
    """Keys trusted here: this installation's, when it has one, and those in ASSAY_HOME/keys/trusted."""
    found = [own_key()] if _key_file().exists() else []
    for path in sorted((home() / "keys" / "trusted").glob("*.pub")):
        found.append(public_key(str(path)))
    return tuple(found)


def public_key(source: str) -> PublicKey:
    """A public key from a `.pub` file's path, its text, or its base64 line.

    Raises:
        ReportError: it is none.
    """
    text = source
    if "\n" not in source and Path(source).is_file():
        try:
            text = read_at_most(Path(source), KEY_BYTES).decode("utf-8", "replace")
        except OSError as error:
            raise ReportError(f"The key {source[:80]} cannot be read ({error.strerror}).") from None
    return _public_key(text, source)


def _public_key(text: str, source: str) -> PublicKey:
    """The key that a text holds; `source` names it in messages."""
    lines = [line for line in text.splitlines() if line and not line.startswith("untrusted comment:")]
    try:
        data = _decoded(lines[0])
    except (IndexError, ValueError, binascii.Error):
        data = b""
    if len(data) != 42 or data[:2] != _KEY:
        raise ReportError(f"'{source[:80]}' is neither a minisign public key nor a file with one.")
    return PublicKey(data[2:10][::-1].hex().upper(), data[10:])


def _good(signer: PublicKey, signature: bytes, message: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(signer.key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _public(private: Ed25519PrivateKey) -> PublicKey:
    key = private.public_key().public_bytes_raw()
    return PublicKey(hashlib.sha256(key).digest()[:8].hex().upper(), key)


def _key_file() -> Path:
    return home() / "keys" / "signing.key"


def _private_key() -> Ed25519PrivateKey:
    """This installation's key; two processes that make it at once end up with the same."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    path = _key_file()
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with whole_file(path, private=True, replace=False) as part:
            part.write_bytes(Ed25519PrivateKey.generate().private_bytes_raw())
    data = path.read_bytes()
    if len(data) != 32:
        raise ReportError(f"The signing key {path} is damaged; move it away and a new one is made.")
    return Ed25519PrivateKey.from_private_bytes(data)


def summary(found: Signature) -> Mapping[str, object]:
    """A signature's state as JSON data."""
    return {
        "signed": found.key_id is not None,
        "key_id": found.key_id,
        "trusted": found.trusted,
        "comment": found.comment,
        "faults": list(found.faults),
    }


def _decoded(text: str) -> bytes:
    """Bytes of a base64 line; only the one true spelling counts, or bits behind the last byte could be changed unseen."""
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data).decode() != text:
        raise ValueError(tr_later("not the canonical base64 of its bytes"))
    return data
