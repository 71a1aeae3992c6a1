"""A second verifier of the time stamps in bundles: tokens by `openssl`, proofs by a walk of their tree.

Written from docs/EVIDENCE.md and the published formats; none of ours is loaded.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

MAGIC = bytes.fromhex("004f70656e54696d657374616d7073000050726f6f6600bf89e2e884e8929401") + b"\x08"
BITCOIN = bytes.fromhex("0588960d73d71901")
ROOT = slice(36, 68)  # of a Bitcoin header


def token_holds(token: bytes, digests: set[bytes], roots: bytes | None) -> bool:
    """Whether a token is one of a digest; with roots (PEM), whether they vouch for it too."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "token").write_bytes(token)
        signed = openssl(folder, "cms", "-verify", "-inform", "DER", "-noverify", "-in", "token")
        found = [digest for digest in digests if signed is not None and digest in signed]
        if roots is None or not found:
            return bool(found)
        (folder / "roots").write_bytes(roots)
        checked = ("-in", "token", "-digest", found[0].hex(), "-CAfile", "roots")
        return openssl(folder, "ts", "-verify", "-token_in", *checked) is not None


def openssl(folder: Path, *arguments: str) -> bytes | None:
    """What the program says; None if it does not like what it is given."""
    done = subprocess.run(["openssl", *arguments], cwd=folder, capture_output=True, check=False)
    return done.stdout if done.returncode == 0 else None


def proof_holds(proof: bytes, digests: set[bytes], headers: Mapping[int, bytes]) -> bool:
    """Whether a proof is one of a digest, and leads to the roots of the headers that it names."""
    start, tree = proof[len(MAGIC) : len(MAGIC) + 32], proof[len(MAGIC) + 32 :]
    if not proof.startswith(MAGIC) or start not in digests:
        return False
    try:
        return walk(tree, start, headers) == b""
    except IndexError:
        return False


def walk(tree: bytes, message: bytes, headers: Mapping[int, bytes]) -> bytes | None:
    """What follows this part of the tree; None if it leads elsewhere."""
    rest: bytes | None = tree
    while rest and rest[0] == 0xFF:
        rest = branch(rest[1:], message, headers)
    return rest if rest is None else branch(rest, message, headers)


def branch(tree: bytes, message: bytes, headers: Mapping[int, bytes]) -> bytes | None:
    tag, rest = tree[0], tree[1:]
    if tag == 0:
        size, payload = number(rest[8:])
        if rest[:8] == BITCOIN:
            height, _ = number(payload)
            if height in headers and headers[height][ROOT] != message:
                return None
        return payload[size:]
    if tag == 0x08:
        return walk(rest, sha256(message).digest(), headers)
    if tag in (0xF0, 0xF1):
        size, rest = number(rest)
        added = rest[:size]
        return walk(rest[size:], message + added if tag == 0xF0 else added + message, headers)
    return None


def number(encoded: bytes) -> tuple[int, bytes]:
    """An unsigned LEB128 number, and what follows it."""
    low = encoded[0] & 0x7F
    if encoded[0] < 0x80:
        return low, encoded[1:]
    high, rest = number(encoded[1:])
    return high << 7 | low, rest
