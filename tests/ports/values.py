"""Values to put into a store: made from numbers, so that a test says which ones are the same."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

from registry import statements
from registry.model import (
    Address,
    Answer,
    Block,
    Call,
    ChainEvent,
    Code,
    Declaration,
    DisputeId,
    Extraction,
    Feature,
    Fees,
    GrantId,
    Hash32,
    Offer,
    OfferFlags,
    OfferHash,
    Redaction,
    Registration,
    ShareTable,
    SignedTransaction,
    Supplement,
    TransactionHash,
    TransactionRequest,
    Via,
    WorkId,
)
from registry.ports import (
    AnswerEntry,
    Attempt,
    ConsentEntry,
    Draft,
    Intent,
    OfferEntry,
    RedactionEntry,
    RegistrationEntry,
    SupplementEntry,
)

NOON = datetime(2026, 11, 21, 12, 0, 0, tzinfo=UTC)
CHAIN_ID = 31337
REGISTRY_DOMAIN = statements.Domain("WorkRegistry", CHAIN_ID, Address("0x" + "11" * 20))
LEDGER_DOMAIN = statements.Domain("LicenseLedger", CHAIN_ID, Address("0x" + "22" * 20))


def hash_of(*parts: object) -> Hash32:
    return Hash32(hashlib.sha256(repr(parts).encode()).digest())


def work_id(number: int) -> WorkId:
    return WorkId(hash_of("work", number))


def offer_hash(number: int) -> OfferHash:
    return OfferHash(hash_of("offer", number))


def grant_id(number: int) -> GrantId:
    return GrantId(hash_of("grant", number))


def account(number: int) -> Address:
    return Address("0x" + hash_of("account", number).hex()[:40])


def dispute_id(number: int) -> DisputeId:
    return DisputeId(hash_of("dispute", number))


def extraction(number: int = 1, features: int = 2) -> Extraction:
    return Extraction(
        medium="image",
        content_hash=hash_of("content", number),
        byte_size=1000 + number,
        media_type="image/png",
        facts={"height": 480, "width": 640},
        codes=(Code("pdq-256/1", hash_of("code", number).hex()),),
        features=tuple(Feature(f"local-{place}/1", bytes([place]) * 300) for place in range(features)),
    )


def metadata_document(
    number: int, title: str = "", creators: tuple[str, ...] = ("Nobody",)
) -> dict[str, Any]:
    return {
        "format": "colophon.metadata/1",
        "title": title or f"Work {number}",
        "creators": [{"name": name} for name in creators],
        "salt": str(hash_of("salt", number)),
    }


def registration(number: int, claimant: Address | None = None, deadline: int = 2_000_000_000) -> Registration:
    return Registration(
        Declaration(
            claimant=claimant or account(1),
            content_hash=hash_of("content", number),
            fingerprint_hash=extraction(number).record_hash(),
            metadata_hash=hash_of("metadata", number),
            parents=tuple(sorted((work_id(number + 1000), work_id(number + 2000)))),
            previous=work_id(number + 3000) if number % 2 else None,
        ),
        deadline,
    )


def registration_entry(
    number: int,
    *,
    claimant: Address | None = None,
    deadline: int = 2_000_000_000,
    title: str = "",
    creators: tuple[str, ...] = ("Nobody",),
) -> RegistrationEntry:
    signed = registration(number, claimant, deadline)
    return RegistrationEntry(
        work_id=statements.work_id(signed.declaration),
        digest=statements.digest(signed, REGISTRY_DOMAIN),
        registration=signed,
        signature=bytes([number % 256]) * 65,
        via=Via.REGISTER_FOR,
        received_at=NOON,
        metadata=metadata_document(number, title, creators),
        fingerprint=extraction(number).record(),
        report={"format": "colophon.report/1", "matches": []},
        token_hash=hash_of("token", number, deadline, claimant),
        preview=hash_of("preview", number) if number % 2 else None,
        deposit=hash_of("deposit", number) if number % 3 else None,
        salt=hash_of("commitment salt", number) if number % 2 else None,
    )


def redaction_entry(entry: RegistrationEntry, deadline: int = 2_000_000_000) -> RedactionEntry:
    declaration = entry.registration.declaration
    redaction = Redaction(entry.work_id, declaration.metadata_hash, deadline)
    return RedactionEntry(
        work_id=entry.work_id,
        digest=statements.digest(redaction, REGISTRY_DOMAIN),
        redaction=redaction,
        signer=declaration.claimant,
        signature=b"r" * 65,
        received_at=NOON + timedelta(minutes=deadline % 97),
    )


def supplement_entry(number: int, work: WorkId) -> SupplementEntry:
    signed = Supplement(work, hash_of("metadata", number), number, 2_000_000_000)
    return SupplementEntry(
        work_id=work,
        digest=statements.digest(signed, REGISTRY_DOMAIN),
        supplement=signed,
        signature=bytes([number % 256]) * 65,
        received_at=NOON,
        metadata=metadata_document(number),
    )


def consent_entry(number: int, work: WorkId, signer: int = 1) -> ConsentEntry:
    return ConsentEntry(
        digest=hash_of("consent", number, work, signer),
        table=ShareTable(
            work, 0, number, tuple(sorted((account(1), account(2)), key=str.lower)), (1, 9_999), 2**64 - 1
        ),
        signer=account(signer),
        signature=bytes([number % 256]) * 65,
        received_at=NOON,
    )


def answer_entry(number: int, work: WorkId) -> AnswerEntry:
    return AnswerEntry(
        work_id=work,
        digest=hash_of("answer", number),
        answer=Answer(dispute_id(number), hash_of("evidence", number), 2**64 - 1),
        signature=bytes([number % 256]) * 65,
        received_at=NOON,
    )


def offer_entry(number: int, work: WorkId) -> OfferEntry:
    signed = Offer(
        licensor=account(1),
        work_id=work,
        series=0,
        terms_hash=hash_of("terms", number),
        flags=OfferFlags.TRANSFERABLE | OfferFlags.DERIVATIVES,
        price=10**18 + number,
        valid_from=0,
        valid_until=2**64 - 1,
        salt=hash_of("salt", number),
    )
    return OfferEntry(
        offer_hash=statements.offer_hash(signed),
        digest=statements.digest(signed, LEDGER_DOMAIN),
        offer=signed,
        signature=bytes([number % 256]) * 65,
        received_at=NOON,
        terms={"format": "colophon.terms/1", "name": f"Terms {number}"},
    )


def draft(number: int) -> Draft:
    return Draft(
        key=hash_of("draft", number),
        created_at=NOON,
        expires_at=NOON.replace(day=22),
        claimant=account(1),
        facts={"title": f"Work {number}", "year": 2026},
        extraction=extraction(number),
        report={"format": "colophon.report/1", "matches": []},
    )


def intent(
    number: int, work: WorkId | None = None, deadline: int | None = None, batch: tuple[WorkId, ...] = ()
) -> Intent:
    return Intent(
        key=hash_of("intent", number),
        call=Call(account(90), b"\x01\x02" + bytes([number % 256]), 2**255 + number),
        deadline=deadline,
        work_id=work,
        batch=batch,
    )


def attempt(of: Intent, nonce: int, fee: int = 10**9, sender: Address | None = None) -> Attempt:
    request = TransactionRequest(
        chain_id=CHAIN_ID,
        sender=sender or account(99),
        nonce=nonce,
        call=of.call,
        gas=80_000,
        fees=Fees(fee, fee // 2),
    )
    signed = SignedTransaction(TransactionHash(hash_of("signed", of.key, nonce, fee)), b"raw" + of.key)
    return Attempt(request, signed, NOON)


def block(number: int, parent: Block | None = None, branch: int = 0) -> Block:
    return Block(
        number=number,
        hash=hash_of("block", number, branch, parent.hash if parent else None),
        parent_hash=parent.hash if parent else hash_of("no block"),
        timestamp=1_790_000_000 + number,
    )


def registered_event(at: int, log_index: int, work: int, claimant: int = 1) -> ChainEvent:
    return ChainEvent(
        block_number=at,
        log_index=log_index,
        transaction_hash=TransactionHash(hash_of("transaction", at, log_index)),
        contract="WorkRegistry",
        name="WorkRegistered",
        facts={
            "work_id": str(work_id(work)),
            "claimant": str(account(claimant)),
            "content_hash": str(hash_of("content", work)),
            "parents": [],
            "previous": None,
            "previous_related": False,
            "effective_date": 1_790_000_000 + at,
        },
        work_id=work_id(work),
    )


def grant_event(
    at: int, log_index: int, grant: int, work: int, offer: int = 1, licensee: int = 2
) -> ChainEvent:
    return ChainEvent(
        block_number=at,
        log_index=log_index,
        transaction_hash=TransactionHash(hash_of("transaction", at, log_index)),
        contract="LicenseLedger",
        name="GrantIssued",
        facts={
            "grant_id": str(grant_id(grant)),
            "work_id": str(work_id(work)),
            "offer_hash": str(offer_hash(offer)),
            "licensor": str(account(1)),
            "licensee": str(account(licensee)),
            "price": str(10**18),
            "end": str(2**64 - 1),
        },
        work_id=work_id(work),
        grant_id=grant_id(grant),
    )


def grant_transfer_event(at: int, log_index: int, grant: int) -> ChainEvent:
    return ChainEvent(
        block_number=at,
        log_index=log_index,
        transaction_hash=TransactionHash(hash_of("transaction", at, log_index)),
        contract="LicenseLedger",
        name="Transfer",
        facts={"from": str(account(2)), "to": str(account(3)), "token_id": str(grant_id(grant))},
        grant_id=grant_id(grant),
    )


def dispute_event(
    at: int, log_index: int, dispute: int, work: int, name: str = "DisputeOpened"
) -> ChainEvent:
    return ChainEvent(
        block_number=at,
        log_index=log_index,
        transaction_hash=TransactionHash(hash_of("transaction", at, log_index)),
        contract="DisputeDesk",
        name=name,
        facts={"dispute_id": str(dispute_id(dispute)), "work_id": str(work_id(work))},
        work_id=work_id(work),
    )


def cancellation_event(at: int, log_index: int, offer: int, licensor: int = 1) -> ChainEvent:
    return ChainEvent(
        block_number=at,
        log_index=log_index,
        transaction_hash=TransactionHash(hash_of("transaction", at, log_index)),
        contract="LicenseLedger",
        name="OfferCancelled",
        facts={"licensor": str(account(licensor)), "offer_hash": str(offer_hash(offer))},
    )
