"""Ed25519 keys of signed notes (C2SP `signed-note`; as text, as golang.org/x/mod/sumdb/note writes them).

A key has a name, and an id that commits to name, signature type and public key. Only type 0x01, Ed25519 over
the text of the note, is known here; signatures of other types are by unknown keys.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from registry.errors import MalformedLogDataError
from registry.log.text import decode_utf8, parse_base64, to_base64

KEY_ID_BYTES = 4
SIGNATURE_BYTES = 64
MAX_NAME_BYTES = 255  # a name is a URL without its scheme: a host of 255 bytes at most, rarely a path

_ED25519 = b"\x01"
_KEY_BYTES = 32
_KEY_ID = re.compile(r"[0-9a-f]{8}")
_PRIVATE = "PRIVATE+KEY+"


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """The public key `public_key`, 32 bytes, of somebody who signs notes as `name`.

    Raises:
        MalformedLogDataError: The name is empty or holds a space or a plus, or the key has another length.
    """

    name: str
    public_key: bytes

    def __post_init__(self) -> None:
        check_name(self.name)
        if len(self.public_key) != _KEY_BYTES:
            raise MalformedLogDataError("verifier key", f"an Ed25519 key has {_KEY_BYTES} bytes")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `name+id+base64(type, public key)`, as it is published.

        Raises:
            MalformedLogDataError: Another form or type, or the id is not that of name and key.
        """
        name, key_id, content = _split("verifier key", text)
        key = cls(name, content)
        _check_id("verifier key", key, key_id)
        return key

    @property
    def key_id(self) -> bytes:
        """The 4 bytes that a signature names its key by; no protection against a chosen second key."""
        named = b"\n".join((self.name.encode(), _ED25519 + self.public_key))
        return sha256(named).digest()[:KEY_ID_BYTES]

    def verifies(self, text: bytes, signature: bytes) -> bool:
        """Whether this key made the signature over exactly these bytes (RFC 8032)."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public_key).verify(signature, text)
        except InvalidSignature:
            return False
        return True

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{to_base64(_ED25519 + self.public_key)}"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """The private key of somebody who signs notes as `name`; `seed` is its 32 secret bytes, never printed.

    Raises:
        MalformedLogDataError: The name is empty or holds a space or a plus, or the seed has another length.
    """

    name: str
    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        check_name(self.name)
        if len(self.seed) != _KEY_BYTES:
            raise MalformedLogDataError("signing key", f"an Ed25519 seed has {_KEY_BYTES} bytes")

    @classmethod
    def generate(cls, name: str) -> Self:
        """A new key from the system's randomness.

        Raises:
            MalformedLogDataError: The name is empty or holds a space or a plus.
        """
        return cls(name, Ed25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what `export` wrote.

        Raises:
            MalformedLogDataError: Another form or type, or the id is not that of name and key.
        """
        if not text.startswith(_PRIVATE):
            raise MalformedLogDataError("signing key", "expected PRIVATE+KEY+name+id+base64")
        name, key_id, content = _split("signing key", text.removeprefix(_PRIVATE))
        key = cls(name, content)
        _check_id("signing key", key.verifier_key, key_id)
        return key

    @property
    def verifier_key(self) -> VerifierKey:
        """What others check this key's signatures with."""
        private = Ed25519PrivateKey.from_private_bytes(self.seed)
        return VerifierKey(self.name, private.public_key().public_bytes_raw())

    def sign(self, text: bytes) -> bytes:
        """64 bytes over exactly these (RFC 8032); the same bytes get the same signature."""
        return Ed25519PrivateKey.from_private_bytes(self.seed).sign(text)

    def export(self) -> str:
        """`PRIVATE+KEY+name+id+base64(type, seed)`: the secret, for a file that only its owner reads."""
        key_id = self.verifier_key.key_id.hex()
        return f"{_PRIVATE}{self.name}+{key_id}+{to_base64(_ED25519 + self.seed)}"


def check_name(name: str) -> None:
    """Nothing, if a key can be called this.

    Raises:
        MalformedLogDataError: Empty, too long, with a space or a plus, or not to be put into a line of UTF-8.
    """
    if not name or any(character.isspace() or character == "+" for character in name):
        raise MalformedLogDataError("key name", "is empty, or holds a space or a plus")
    decode_utf8("key name", f"{name}\n", MAX_NAME_BYTES + 1)


def _split(what: str, text: str) -> tuple[str, bytes, bytes]:
    """Name, id and key of the form that both keys are written in."""
    # Base64 may hold a plus, a name may not.
    name, _, rest = text.partition("+")
    key_id, _, encoded = rest.partition("+")
    if not _KEY_ID.fullmatch(key_id):
        raise MalformedLogDataError(what, "expected name+id+base64, the id as 8 lower-case hex digits")
    content = parse_base64(what, encoded)
    if content[:1] != _ED25519:
        raise MalformedLogDataError(what, "is not of type 0x01, Ed25519")
    return name, bytes.fromhex(key_id), content[1:]


def _check_id(what: str, key: VerifierKey, key_id: bytes) -> None:
    if key.key_id != key_id:
        raise MalformedLogDataError(what, f"its id is {key.key_id.hex()}, not {key_id.hex()}")
