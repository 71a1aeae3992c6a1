"""Write `tests/vectors/statements.json` anew: golden vectors for every statement that a person signs.

Run by hand when a statement is added. The digests come from eth-account's own typed-data encoder over the
printed form, not from `registry.statements`, so the tests that read the file compare two implementations.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_utils.crypto import keccak

from registry import statements
from registry.model import (
    MAX_BPS,
    MAX_CONTRIBUTORS,
    MAX_PRICE_WEI,
    PERPETUAL,
    UINT64_MAX,
    UNLIMITED_GRANTS,
    Address,
    Answer,
    Declaration,
    Hash32,
    Offer,
    OfferFlags,
    Redaction,
    Registration,
    ShareTable,
    Supplement,
    WorkId,
)

TARGET = Path(__file__).parent.parent / "tests" / "vectors" / "statements.json"
KEYS = [keccak(text=f"colophon vector key {number}") for number in range(3)]
CLAIMANT, LICENSEE, CARRIER = (Address(Account.from_key(key).address) for key in KEYS)
REGISTRY = Address("0x5FbDB2315678afecb367f032d93F642f64180aa3")
LEDGER = Address("0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512")
VAULT = Address("0x9fE46736679d2D9a65F0992F2272dE9f3c7fa6e0")
DESK = Address("0xCf7Ed3AccA5a467e9e704C703E8D87F634fB0Fc9")


def _hash(text: str) -> Hash32:
    return Hash32(keccak(text=text))


def _declarations() -> list[Declaration]:
    plain = Declaration(CLAIMANT, _hash("content"), _hash("fingerprint"), _hash("metadata"))
    parents = tuple(sorted(WorkId(_hash(f"parent {number}")) for number in range(8)))
    derived = Declaration(
        CLAIMANT,
        _hash("content 2"),
        _hash("fingerprint 2"),
        _hash("metadata 2"),
        parents,
        statements.work_id(plain),
    )
    return [plain, derived]


def _offers() -> list[Offer]:
    work = statements.work_id(_declarations()[0])
    simple = Offer(
        CLAIMANT, work, 0, _hash("terms"), OfferFlags(0), 10**18, 1_800_000_000, 1_900_000_000, _hash("salt")
    )
    full = Offer(
        licensor=CLAIMANT,
        work_id=work,
        series=UNLIMITED_GRANTS,
        terms_hash=_hash("terms 2"),
        flags=OfferFlags.TRANSFERABLE
        | OfferFlags.DERIVATIVES
        | OfferFlags.SHARE_ALIKE
        | OfferFlags.EXCLUSIVE,
        currency=REGISTRY,
        price=MAX_PRICE_WEI,
        royalty_bps=10_000,
        max_grants=1,
        licensee=LICENSEE,
        valid_from=0,
        valid_until=UINT64_MAX,
        duration=PERPETUAL - 1,
        carrier=CARRIER,
        carrier_bps=250,
        salt=_hash("salt 2"),
    )
    return [simple, full]


def _share_tables() -> list[ShareTable]:
    work = statements.work_id(_declarations()[0])
    two = tuple(sorted((LICENSEE, CARRIER), key=str.lower))
    many = sorted(
        (Address("0x" + _hash(f"contributor {number}").hex()[:40]) for number in range(MAX_CONTRIBUTORS)),
        key=str.lower,
    )
    shares = [MAX_BPS - MAX_CONTRIBUTORS + 1] + [1] * (MAX_CONTRIBUTORS - 1)
    return [
        ShareTable(work, 0, 1, two, (2_500, 1), 1_800_000_000),
        ShareTable(work, 7, 2, (), (), 1_800_000_000),
        ShareTable(work, 2**32 - 2, 2**32 - 1, tuple(many), tuple(shares), UINT64_MAX),
    ]


def _answers() -> list[Answer]:
    dispute = statements.dispute_id(statements.work_id(_declarations()[0]), _hash("evidence"), LICENSEE)
    return [Answer(dispute, _hash("answer"), deadline) for deadline in (1_800_000_000, UINT64_MAX)]


def _vector(statement: statements.Statement, domain: statements.Domain) -> dict[str, Any]:
    data = statements.typed_data(statement, domain)
    signable = encode_typed_data(full_message=data)
    signed = Account.sign_message(signable, KEYS[0])
    return {
        "message": data["message"],
        "struct_hash": "0x" + signable.body.hex(),
        "digest": "0x" + signed.message_hash.hex(),
        "signer": CLAIMANT,
        "private_key": "0x" + KEYS[0].hex(),
        "signature": "0x" + signed.signature.hex(),
    }


def main() -> None:
    """Write the file."""
    registry = statements.Domain("WorkRegistry", 31337, REGISTRY)
    ledger = statements.Domain("LicenseLedger", 31337, LEDGER)
    vault = statements.Domain("RoyaltyVault", 31337, VAULT)
    desk = statements.Domain("DisputeDesk", 31337, DESK)
    registrations = []
    for declaration, deadline in zip(_declarations(), (1_800_000_000, UINT64_MAX), strict=True):
        vector = _vector(Registration(declaration, deadline), registry)
        registrations.append(vector | {"work_id": str(statements.work_id(declaration))})
    work = statements.work_id(_declarations()[0])
    supplements = [Supplement(work, _hash("more"), sequence, 1_800_000_000) for sequence in (1, 2**32 - 1)]
    redactions = [Redaction(work, _hash("metadata"), deadline) for deadline in (1_800_000_000, UINT64_MAX)]
    document = {
        "domain": {domain.contract: domain.fields() for domain in (registry, ledger, vault, desk)},
        "types": statements.TYPES,
        "registration": registrations,
        "supplement": [_vector(supplement, registry) for supplement in supplements],
        "redaction": [_vector(redaction, registry) for redaction in redactions],
        "offer": [_vector(offer, ledger) for offer in _offers()],
        "share_table": [_vector(table, vault) for table in _share_tables()],
        "answer": [_vector(answer, desk) for answer in _answers()],
    }
    TARGET.write_text(json.dumps(document, indent=2) + "\n")


if __name__ == "__main__":
    main()
