"""EIP-712 statements: what a person signs, its digest, and its one-sentence plain reading.

Pure code that Solidity and JavaScript reproduce: `tests/vectors/statements.json` holds the golden vectors.
Types and field order are those of the contracts' interfaces; domains are `Colophon <Contract>`, version 1,
bound to chain id and contract (EIP-712, Definition of domainSeparator).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from coincurve import PublicKey
from eth_abi.abi import encode
from eth_account.messages import encode_typed_data
from eth_utils.crypto import keccak

from registry.model import (
    PERPETUAL,
    UNLIMITED_GRANTS,
    ZERO_ADDRESS,
    Address,
    Declaration,
    GrantId,
    Hash32,
    Offer,
    OfferFlags,
    OfferHash,
    Registration,
    Supplement,
    WorkId,
    from_unix,
)

SECP256K1_HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0  # EIP-2, low s

SIGNATURE_BYTES = 65
LAST_PRINTABLE_SECOND = 253_402_300_799  # the end of the year 9999, where datetime stops

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
}
DOMAIN_TYPE = [
    {"name": "name", "type": "string"},
    {"name": "version", "type": "string"},
    {"name": "chainId", "type": "uint256"},
    {"name": "verifyingContract", "type": "address"},
]


@dataclass(frozen=True, slots=True)
class Domain:
    """The chain and contract that a signature is bound to: a `WorkRegistry` or a `LicenseLedger`."""

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


Statement = Registration | Supplement | Offer


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
        case Supplement():
            return {
                "workId": statement.work_id.to_int(),
                "metadataHash": str(statement.metadata_hash),
                "sequence": statement.sequence,
                "deadline": statement.deadline,
            }
        case Offer():
            return _offer_message(statement)


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
    return Hash32(_hash_struct(type(statement).__name__, message(statement)))


def work_id(declaration: Declaration) -> WorkId:
    """The work's id: `hashStruct(Declaration)`, the same on every chain."""
    return WorkId(struct_hash(declaration))


def offer_hash(offer: Offer) -> OfferHash:
    """The offer's id: `hashStruct(Offer)`."""
    return OfferHash(struct_hash(offer))


def grant_id(offer: OfferHash, serial: int) -> GrantId:
    """`keccak256(abi.encode(offerHash, serial))`."""
    return GrantId(keccak(encode(["bytes32", "uint256"], [bytes(offer), serial])))


def digest(statement: Statement, domain: Domain) -> Hash32:
    """The 32 bytes that are signed: `keccak256(0x1901 ‖ domainSeparator ‖ hashStruct)`."""
    separator = _domain_separator(domain)
    return Hash32(keccak(b"\x19\x01" + separator + struct_hash(statement)))


def recover(signed_digest: bytes, signature: bytes) -> Address | None:
    """The account whose key made a 65-byte r, s, v signature; None unless valid with a low s (EIP-2)."""
    if len(signature) != SIGNATURE_BYTES or signature[64] not in (27, 28):
        return None
    if int.from_bytes(signature[32:64], "big") > SECP256K1_HALF_ORDER:
        return None
    recoverable = signature[:64] + bytes([signature[64] - 27])
    try:
        public_key = PublicKey.from_signature_and_message(recoverable, signed_digest, hasher=None)
    except Exception:  # noqa: BLE001  # libsecp256k1's binding raises bare Exception for an impossible r or s
        return None
    return Address("0x" + keccak(public_key.format(compressed=False)[1:])[12:].hex())


def plain(statement: Statement) -> str:
    """One sentence saying what signing means, made from the very data that is signed."""
    match statement:
        case Registration(declaration=declaration):
            derived = f", a derivative of {len(declaration.parents)} works," if declaration.parents else ""
            return (
                f"I, {declaration.claimant}, declare the work whose file has the SHA-256 "
                f"{declaration.content_hash}{derived} as mine; this may be recorded until "
                f"{_time(statement.deadline)}."
            )
        case Supplement():
            return (
                f"I add metadata {statement.metadata_hash} as supplement {statement.sequence} to work "
                f"{statement.work_id}; this may be recorded until {_time(statement.deadline)}."
            )
        case Offer():
            return _plain_offer(statement)


def _plain_offer(offer: Offer) -> str:
    who = "anybody" if offer.licensee == ZERO_ADDRESS else str(offer.licensee)
    unit = "wei" if offer.currency == ZERO_ADDRESS else f"units of {offer.currency}"
    count = (
        "any number of grants"
        if offer.max_grants == UNLIMITED_GRANTS
        else f"at most {offer.max_grants} grants"
    )
    length = "without end" if offer.duration == PERPETUAL else f"for {offer.duration} seconds from purchase"
    traits = " | ".join(flag.name or "" for flag in OfferFlags if flag in offer.flags) or "none"
    return (
        f"I, {offer.licensor}, offer {who} a licence of work {offer.work_id} under terms "
        f"{offer.terms_hash} for {offer.price} {unit}, {length}, {count}, flags {traits}, to be bought until "
        f"{_time(offer.valid_until)}."
    )


def _time(seconds: int) -> str:
    if seconds > LAST_PRINTABLE_SECOND:
        return "the end of time"
    return f"{from_unix(seconds):%Y-%m-%d %H:%M:%S} UTC"


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


def _hash_struct(primary: str, values: dict[str, Any]) -> bytes:
    types = {"EIP712Domain": [], primary: TYPES[primary]}
    if primary == "Registration":
        types["Declaration"] = TYPES["Declaration"]
    full = {"types": types, "primaryType": primary, "domain": {}, "message": values}
    return encode_typed_data(full_message=full).body


@lru_cache(maxsize=64)
def _domain_separator(domain: Domain) -> bytes:
    full = {
        "types": {"EIP712Domain": DOMAIN_TYPE, "Nothing": [{"name": "nothing", "type": "bool"}]},
        "primaryType": "Nothing",
        "domain": domain.fields(),
        "message": {"nothing": False},
    }
    return encode_typed_data(full_message=full).header
