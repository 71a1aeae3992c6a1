"""Declarations that come ready-signed, with a fingerprint that the registry did not make."""

from __future__ import annotations

import secrets
import time
from typing import Any

from eth_account.signers.local import LocalAccount
from eth_typing import Hash32 as EthHash32

from registry import statements
from registry.canonical import canonical_hash
from registry.model import Address, Declaration, Hash32, Registration
from registry.usecases.declarations import SignedDeclaration

Json = dict[str, Any]


def declaration_of(key: LocalAccount, fingerprint: Json, domain: statements.Domain) -> SignedDeclaration:
    """A declaration of the file that a fingerprint is of, for the registry of that domain."""
    metadata = {
        "format": "colophon.metadata/1",
        "title": "Declared elsewhere",
        "creators": [{"name": "Somebody"}],
        "media_type": fingerprint["media_type"],
        "bytes": fingerprint["bytes"],
        "how_made": "human",
        "usage_preferences": {},
        "similarity_report": "0x" + "00" * 32,
        "answers": {},
        "salt": "0x" + secrets.token_hex(32),
    }
    declaration = Declaration(
        Address(key.address),
        Hash32.parse(fingerprint["content_hash"]),
        Hash32(canonical_hash(fingerprint)),
        Hash32(canonical_hash(metadata)),
    )
    registration = Registration(declaration, int(time.time()) + 3600)
    digest = statements.digest(registration, domain)
    signature = bytes(key.unsafe_sign_hash(EthHash32(digest)).signature)
    return SignedDeclaration(registration, signature, metadata, fingerprint)


def item_of(signed: SignedDeclaration) -> Json:
    """The same as `POST /v1/declarations` takes it."""
    declaration = signed.registration.declaration
    return {
        "registration": {
            "declaration": {
                "claimant": str(declaration.claimant),
                "content_hash": str(declaration.content_hash),
                "fingerprint_hash": str(declaration.fingerprint_hash),
                "metadata_hash": str(declaration.metadata_hash),
            },
            "deadline": str(signed.registration.deadline),
        },
        "signature": f"0x{signed.signature.hex()}",
        "metadata": signed.metadata,
        "fingerprint": signed.fingerprint,
    }
