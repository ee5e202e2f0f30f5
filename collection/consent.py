"""What people are told before they give a drawing, and the key by which it is deleted again."""

from __future__ import annotations

import hashlib
import re
import secrets

CONSENT_VERSION = "1"
"""Number of :data:`CONSENT_TEXT`; every drawing that is kept names the one that it was given under."""

RETENTION_DAYS = 180
"""Days after which a drawing goes that nobody has accepted."""

LICENCE = "CC0 1.0"
"""Under which drawings may be published."""

CONSENT_TEXT = (
    "Keep this drawing, to teach later versions to read better. Kept are its strokes or pixels, the labels, what the "
    "methods read, and the day. Not kept are your name, your address and the time. It may be published under "
    f"{LICENCE} (public domain). Unless a person accepts it, it goes after {RETENTION_DAYS} days. Your browser gets a "
    "key that deletes it at any time."
)
"""What the page says beside the unticked box.  A change of it needs a new :data:`CONSENT_VERSION`."""

KEY_DIGITS = 32
KEY = re.compile(rf"[0-9a-f]{{{KEY_DIGITS}}}")


class KeyFormatError(ValueError):
    """What was given is no deletion key; the message says what one looks like."""


def make_key() -> str:
    """A new deletion key: 128 bits of chance as 32 hexadecimal digits."""
    return secrets.token_hex(KEY_DIGITS // 2)


def read_key(text: object) -> str:
    """A key as somebody typed it, with or without spaces and hyphens, as 32 lower-case digits.

    Raises:
        KeyFormatError: it is none.
    """
    key = re.sub(r"[\s-]", "", text[:200]).lower() if isinstance(text, str) else ""
    if not KEY.fullmatch(key):
        raise KeyFormatError(f"That is no deletion key: it has {KEY_DIGITS} digits from 0 to 9 and a to f.")
    return key


def owner_of_key(key: str) -> str:
    """What a store knows of a key: its SHA-256, 64 hexadecimal digits.  The key can't be found from it."""
    return hashlib.sha256(f"digit-duel deletion key {key}".encode()).hexdigest()


def contributor_of_owner(owner: str) -> str:
    """A pseudonym for whoever gave drawings with one key, for files that leave the store: 12 hexadecimal digits."""
    return hashlib.sha256(f"digit-duel contributor {owner}".encode()).hexdigest()[:12]
