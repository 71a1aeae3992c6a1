"""Declarations that are signed before the clock starts: whole requests of the bulk endpoint, in a file."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_typing import Hash32 as EthHash32

from registry import statements
from registry.canonical import canonical_hash
from registry.model import Address, Contracts, Declaration, Hash32, Registration

CLAIMANTS = 100  # each with a key of its own, as a platform's users have
SIGNERS = 2
LIFETIME_SECONDS = 7 * 86_400
FILE_BYTES = 480_000


def write_requests(file: Path, count: int, batch: int, contracts: Contracts) -> None:
    """One request a line, `batch` declarations in each."""
    deadline = int(time.time()) + LIFETIME_SECONDS
    work = partial(_request, contracts, deadline)
    ranges = [range(start, min(start + batch, count)) for start in range(0, count, batch)]
    with ProcessPoolExecutor(SIGNERS) as pool, file.open("w", encoding="utf-8") as out:
        out.writelines(f"{line}\n" for line in pool.map(work, ranges, chunksize=4))


def read_requests(file: Path) -> Iterator[bytes]:
    """The requests, one at a time: a client with all of them in its memory would measure itself."""
    with file.open("rb") as lines:
        yield from lines


def _request(contracts: Contracts, deadline: int, numbers: Sequence[int]) -> str:
    return json.dumps({"items": [_item(number, contracts, deadline) for number in numbers]})


def _item(number: int, contracts: Contracts, deadline: int) -> dict[str, Any]:
    account = _account(number % CLAIMANTS)
    content = sha256(b"content %d" % number).digest()
    fingerprint = {
        "format": "colophon.fingerprint/1",
        "medium": "image",
        "content_hash": f"0x{content.hex()}",
        "bytes": FILE_BYTES,
        "media_type": "image/png",
        "facts": {"height": 480, "width": 640},
        "codes": [{"algorithm": "pdq-256/1", "value": sha256(b"code %d" % number).hexdigest()}],
        "features": [],
    }
    metadata = {
        "format": "colophon.metadata/1",
        "title": f"Work {number}",
        "creators": [{"name": "Somebody"}],
        "media_type": "image/png",
        "bytes": FILE_BYTES,
        "how_made": "human",
        "usage_preferences": {},
        "similarity_report": f"0x{bytes(32).hex()}",
        "answers": {},
        "salt": f"0x{sha256(b'salt %d' % number).hexdigest()}",
    }
    declaration = Declaration(
        claimant=Address(account.address),
        content_hash=Hash32(content),
        fingerprint_hash=Hash32(canonical_hash(fingerprint)),
        metadata_hash=Hash32(canonical_hash(metadata)),
    )
    registration = Registration(declaration, deadline)
    digest = statements.digest(registration, statements.domain_of(registration, contracts))
    return {
        "registration": {
            "declaration": {
                "claimant": str(declaration.claimant),
                "content_hash": str(declaration.content_hash),
                "fingerprint_hash": str(declaration.fingerprint_hash),
                "metadata_hash": str(declaration.metadata_hash),
            },
            "deadline": str(deadline),
        },
        "signature": account.unsafe_sign_hash(EthHash32(digest)).signature.to_0x_hex(),
        "metadata": metadata,
        "fingerprint": fingerprint,
    }


@cache
def _account(number: int) -> LocalAccount:
    account: LocalAccount = Account.from_key(sha256(b"claimant %d" % number).digest())
    return account
