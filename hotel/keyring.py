"""Sealing of personal fields: encrypted at rest with a key file, searchable by a blind index.

The key file holds one Fernet key a line, the newest first. Rotation adds a key in front; what was
sealed with an older one still opens, and `reseal` brings it up to date.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from hotel.errors import Refused


class KeyringBroken(Refused):
    """The key file is unreadable, or is not the one that this data was sealed with."""

    status = 500


class Keyring:
    """Seals and opens text.

    Args:
        keys: Fernet keys, newest first, at least one.
    """

    def __init__(self, keys: list[bytes]) -> None:
        if not keys:
            raise KeyringBroken("no_key", "The key file holds no key.")
        try:
            self._fernet = MultiFernet([Fernet(key) for key in keys])
        except ValueError as error:
            raise KeyringBroken("bad_key", "The key file holds something that is no key.") from error
        # The oldest key stays the index key for good: a blind index cannot be rotated by re-encrypting.
        self._index_key = hashlib.sha256(b"blind-index" + base64.urlsafe_b64decode(keys[-1])).digest()

    def seal(self, text: str) -> str:
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """The text behind `sealed`.

        Raises:
            KeyringBroken: no key of ours made it, or it was tampered with.
        """
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise KeyringBroken(
                "wrong_key", "A personal field does not open with the key file of this data directory."
            ) from error

    def reseal(self, sealed: str) -> str:
        """The same text, sealed with the newest key."""
        return self._fernet.rotate(sealed.encode()).decode()

    def blind(self, text: str) -> str:
        """A keyed hash of the normalised text: equal texts can be found without being readable."""
        return hmac.new(self._index_key, text.strip().casefold().encode(), hashlib.sha256).hexdigest()


def load_keyring(path: Path) -> Keyring:
    """The keyring in `path`; made, readable by its owner alone, when the file is not there yet.

    Raises:
        KeyringBroken: the file cannot be read or holds something else.
    """
    if not path.exists():
        _write_keys(path, [Fernet.generate_key()])
    try:
        return Keyring(path.read_bytes().split())
    except OSError as error:
        raise KeyringBroken("unreadable_key", f"The key file {path} cannot be read.") from error


def rotate_keyring(path: Path) -> Keyring:
    """Put a new key in front of the file's keys and return the new keyring."""
    keys = path.read_bytes().split() if path.exists() else []
    _write_keys(path, [Fernet.generate_key(), *keys])
    return load_keyring(path)


def _write_keys(path: Path, keys: list[bytes]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(b"\n".join(keys) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    os.replace(fresh, path)  # a kill leaves the old file or the new one, never half of one
