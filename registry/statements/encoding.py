"""EIP-712 statements: what a person signs, and its digest.

Pure code that Solidity and JavaScript reproduce: `tests/vectors/statements.json` holds the golden vectors.
Types and field order are those of the contracts' interfaces; domains are `Colophon <Contract>`, version 1,
bound to chain id and contract (EIP-712, Definition of domainSeparator).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from eth_abi.abi import encode
from eth_account.messages import encode_typed_data
from eth_utils.crypto import keccak

from registry.model import (
    Address,
    Answer,
    Contracts,
    Declaration,
    DisputeId,
    GrantId,
    Hash32,
    Offer,
    OfferHash,
    Redaction,
    Registration,
    ShareTable,
    Supplement,
    WorkId,
)
from registry.statements.hashing import hash_struct

TYPES: dict[str, list[dict[str, str]]] = {
    "Declaration": [
        {"name": "claimant", "type": "address"},
        {"name": "contentHash", "type": "bytes32"},
        {"name": "fingerprintHash", "type": "bytes32"},
        {"name": "metadataHash", "type": "bytes32"},
        {"name": "parents", "type": "uint256[]"},
        {"name": "previous", "type": "uint256"},
    ],
    "Registration": [
        {"name": "declaration", "type": "Declaration"},
        {"name": "deadline", "type": "uint64"},
    ],
    "Supplement": [
        {"name": "workId", "type": "uint256"},
        {"name": "metadataHash", "type": "bytes32"},
        {"name": "sequence", "type": "uint32"},
        {"name": "deadline", "type": "uint64"},
    ],
    "Offer": [
        {"name": "licensor", "type": "address"},
        {"name": "workId", "type": "uint256"},
        {"name": "series", "type": "uint32"},
        {"name": "termsHash", "type": "bytes32"},
        {"name": "flags", "type": "uint32"},
        {"name": "currency", "type": "address"},
        {"name": "price", "type": "uint256"},
        {"name": "royaltyBps", "type": "uint16"},
        {"name": "maxGrants", "type": "uint32"},
        {"name": "licensee", "type": "address"},
        {"name": "validFrom", "type": "uint64"},
        {"name": "validUntil", "type": "uint64"},
        {"name": "duration", "type": "uint64"},
        {"name": "carrier", "type": "address"},
        {"name": "carrierBps", "type": "uint16"},
        {"name": "salt", "type": "bytes32"},
    ],
    "ShareTable": [
        {"name": "workId", "type": "uint256"},
        {"name": "series", "type": "uint32"},
        {"name": "epoch", "type": "uint32"},
        {"name": "contributors", "type": "address[]"},
        {"name": "bps", "type": "uint16[]"},
        {"name": "deadline", "type": "uint64"},
    ],
    "Redaction": [
        {"name": "workId", "type": "uint256"},
        {"name": "metadataHash", "type": "bytes32"},
        {"name": "deadline", "type": "uint64"},
    ],
    "Answer": [
        {"name": "disputeId", "type": "uint256"},
        {"name": "evidenceHash", "type": "bytes32"},
        {"name": "deadline", "type": "uint64"},
    ],
}
DOMAIN_TYPE = [
    {"name": "name", "type": "string"},
    {"name": "version", "type": "string"},
    {"name": "chainId", "type": "uint256"},
    {"name": "verifyingContract", "type": "address"},
]


@dataclass(frozen=True, slots=True)
class Domain:
    """The chain and contract that a signature is bound to."""

    contract: str
    chain_id: int
    address: Address

    def fields(self) -> dict[str, Any]:
        """The EIP-712 domain object."""
        return {
            "name": f"Colophon {self.contract}",
            "version": "1",
            "chainId": self.chain_id,
            "verifyingContract": str(self.address),
        }


Statement = Registration | Supplement | Redaction | Offer | ShareTable | Answer

# Which contract a statement is signed for. No contract reads a redaction: it has the domain of the contract
# whose ids name works, so that there is one domain for each address that a wallet shows.
CONTRACT_OF: dict[type[Statement], str] = {
    Registration: "WorkRegistry",
    Supplement: "WorkRegistry",
    Redaction: "WorkRegistry",
    Offer: "LicenseLedger",
    ShareTable: "RoyaltyVault",
    Answer: "DisputeDesk",
}


def domain_of(statement: Statement, contracts: Contracts) -> Domain:
    """The domain a statement is signed in."""
    name = CONTRACT_OF[type(statement)]
    return Domain(name, contracts.chain_id, contracts.addresses[name])


def message(statement: Statement | Declaration) -> dict[str, Any]:
    """The statement as an EIP-712 message: integers as integers, hashes and addresses as text."""
    match statement:
        case Declaration():
            return {
                "claimant": str(statement.claimant),
                "contentHash": str(statement.content_hash),
                "fingerprintHash": str(statement.fingerprint_hash),
                "metadataHash": str(statement.metadata_hash),
                "parents": [parent.to_int() for parent in statement.parents],
                "previous": statement.previous.to_int() if statement.previous else 0,
            }
        case Registration():
            return {"declaration": message(statement.declaration), "deadline": statement.deadline}
        case Supplement() | Redaction():
            return _metadata_message(statement)
        case Offer():
            return _offer_message(statement)
        case ShareTable():
            return {
                "workId": statement.work_id.to_int(),
                "series": statement.series,
                "epoch": statement.epoch,
                "contributors": [str(one) for one in statement.contributors],
                "bps": list(statement.bps),
                "deadline": statement.deadline,
            }
        case Answer():
            return {
                "disputeId": statement.dispute_id.to_int(),
                "evidenceHash": str(statement.evidence_hash),
                "deadline": statement.deadline,
            }


def _metadata_message(statement: Supplement | Redaction) -> dict[str, Any]:
    sequence = {"sequence": statement.sequence} if isinstance(statement, Supplement) else {}
    return {
        "workId": statement.work_id.to_int(),
        "metadataHash": str(statement.metadata_hash),
        **sequence,
        "deadline": statement.deadline,
    }


def _offer_message(offer: Offer) -> dict[str, Any]:
    return {
        "licensor": str(offer.licensor),
        "workId": offer.work_id.to_int(),
        "series": offer.series,
        "termsHash": str(offer.terms_hash),
        "flags": int(offer.flags),
        "currency": str(offer.currency),
        "price": offer.price,
        "royaltyBps": offer.royalty_bps,
        "maxGrants": offer.max_grants,
        "licensee": str(offer.licensee),
        "validFrom": offer.valid_from,
        "validUntil": offer.valid_until,
        "duration": offer.duration,
        "carrier": str(offer.carrier),
        "carrierBps": offer.carrier_bps,
        "salt": str(offer.salt),
    }


def typed_data(statement: Statement, domain: Domain) -> dict[str, Any]:
    """What `eth_signTypedData_v4` takes; integers over 2^53 - 1 as decimal strings, which wallets accept."""
    primary = type(statement).__name__
    types = {"EIP712Domain": DOMAIN_TYPE, primary: TYPES[primary]}
    if primary == "Registration":
        types["Declaration"] = TYPES["Declaration"]
    return {
        "types": types,
        "primaryType": primary,
        "domain": domain.fields(),
        "message": _printable(message(statement)),
    }


def struct_hash(statement: Statement | Declaration) -> Hash32:
    """EIP-712 `hashStruct` (32 bytes)."""
    return Hash32(hash_struct(TYPES, type(statement).__name__, message(statement)))


def work_id(declaration: Declaration) -> WorkId:
    """The work's id: `hashStruct(Declaration)`, the same on every chain."""
    return WorkId(struct_hash(declaration))


def offer_hash(offer: Offer) -> OfferHash:
    """The offer's id: `hashStruct(Offer)`."""
    return OfferHash(struct_hash(offer))


def grant_id(offer: OfferHash, serial: int) -> GrantId:
    """`keccak256(abi.encode(offerHash, serial))`."""
    return GrantId(keccak(encode(["bytes32", "uint256"], [bytes(offer), serial])))


def dispute_id(work: WorkId, evidence_hash: Hash32, opener: Address) -> DisputeId:
    """`keccak256(abi.encode(workId, evidenceHash, opener))`."""
    words = encode(["bytes32", "bytes32", "address"], [bytes(work), bytes(evidence_hash), opener])
    return DisputeId(keccak(words))


def commitment(work: WorkId, salt: Hash32) -> Hash32:
    """`keccak256(abi.encode(workId, salt))`: what `commit` takes; the salt must be unguessable."""
    return Hash32(keccak(bytes(work) + bytes(salt)))


def digest(statement: Statement, domain: Domain) -> Hash32:
    """The 32 bytes that are signed: `keccak256(0x1901 ‖ domainSeparator ‖ hashStruct)`."""
    separator = _domain_separator(domain)
    return Hash32(keccak(b"\x19\x01" + separator + struct_hash(statement)))


def _printable(value: Any) -> Any:  # noqa: ANN401  # walks JSON of any shape
    match value:
        case dict():
            return {key: _printable(inner) for key, inner in value.items()}
        case list():
            return [_printable(inner) for inner in value]
        case int() if value > 2**53 - 1:
            return str(value)
        case _:
            return value


@lru_cache(maxsize=64)
def _domain_separator(domain: Domain) -> bytes:
    full = {
        "types": {"EIP712Domain": DOMAIN_TYPE, "Nothing": [{"name": "nothing", "type": "bool"}]},
        "primaryType": "Nothing",
        "domain": domain.fields(),
        "message": {"nothing": False},
    }
    return encode_typed_data(full_message=full).header
