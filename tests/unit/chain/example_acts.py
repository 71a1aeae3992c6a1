"""One example of each act, and what web3 must make of it: the arguments, spelled out by hand."""

from __future__ import annotations

from typing import Any

from registry import model
from registry.model import (
    Act,
    Address,
    Answer,
    Contracts,
    Declaration,
    DisputeId,
    DisputeStatus,
    GrantId,
    Hash32,
    Inclusion,
    Offer,
    OfferFlags,
    Registration,
    Sale,
    ShareTable,
    Supplement,
    WorkId,
    no_table,
)
from registry.statements import message

LOG, REGISTRY, LEDGER, VAULT, DESK = (
    Address("0x" + digits * 20) for digits in ("55", "11", "22", "66", "77")
)
CONTRACTS = Contracts(31337, LOG, REGISTRY, LEDGER, VAULT, DESK, 0, Hash32(bytes(32)))
CLAIMANT = Address("0x" + "33" * 20)
OTHER = Address("0x" + "44" * 20)
WORK = WorkId(b"\x04" * 32)
GRANT = GrantId(b"\x0a" * 32)
DISPUTE = DisputeId(b"\x0b" * 32)
HASH = Hash32(b"\x0c" * 32)
SIGNATURE = b"\x09" * 65
DECLARATION = Declaration(
    CLAIMANT, Hash32(b"\x01" * 32), Hash32(b"\x02" * 32), Hash32(b"\x03" * 32), (WORK,), WorkId(b"\x08" * 32)
)
REGISTRATION = Registration(DECLARATION, 99)
OFFER = Offer(
    licensor=CLAIMANT,
    work_id=WORK,
    series=3,
    terms_hash=Hash32(b"\x05" * 32),
    flags=OfferFlags.EXCLUSIVE,
    price=2**100,
    valid_from=5,
    valid_until=6,
    salt=Hash32(b"\x06" * 32),
    royalty_bps=7,
    max_grants=8,
    licensee=LEDGER,
    duration=9,
    carrier=REGISTRY,
    carrier_bps=10,
)
SALE = Sale(OFFER, 12)
TABLE = ShareTable(WORK, 6, 1, (CLAIMANT, OTHER), (2_500, 100), 77)
ANSWER = Answer(DISPUTE, HASH, 88)
SUPPLEMENT = Supplement(WORK, HASH, 2, 66)
INCLUSION = Inclusion(OTHER, HASH, 9, 8, (Hash32(b"\x0d" * 32),))

_WORK, _GRANT, _DISPUTE = WORK.to_int(), GRANT.to_int(), DISPUTE.to_int()
_SALE = {"offer": message(OFFER), "serial": 12}
_EMPTY_TABLE = {"workId": _WORK, "series": 0, "epoch": 0, "contributors": [], "bps": [], "deadline": 0}
_INCLUSION = {"log": OTHER, "root": HASH, "size": 9, "leafIndex": 8, "proof": [b"\x0d" * 32]}

# act, and its arguments in the order of the function
EXAMPLES: list[tuple[Act, list[Any]]] = [
    (model.Register(DECLARATION), [message(DECLARATION)]),
    (model.RegisterFor(REGISTRATION, SIGNATURE), [message(REGISTRATION), SIGNATURE]),
    (model.RegisterBatch((REGISTRATION,), (SIGNATURE,)), [[message(REGISTRATION)], [SIGNATURE]]),
    (model.Commit(HASH), [HASH]),
    (model.Reveal(REGISTRATION, HASH, SIGNATURE), [message(REGISTRATION), HASH, SIGNATURE]),
    (
        model.RegisterFromLog(REGISTRATION, SIGNATURE, INCLUSION),
        [message(REGISTRATION), SIGNATURE, _INCLUSION],
    ),
    (model.CancelDeclaration(DECLARATION), [message(DECLARATION)]),
    (model.AppendSupplement(WORK, HASH), [_WORK, HASH]),
    (model.AppendSupplementFor(SUPPLEMENT, SIGNATURE), [message(SUPPLEMENT), SIGNATURE]),
    (model.CancelAllOffers(WORK), [_WORK]),
    (model.RetractWork(WORK), [_WORK]),
    (model.TransferTitle(CLAIMANT, OTHER, WORK), [CLAIMANT, OTHER, _WORK]),
    (model.SetRecovery(OTHER, 604_800), [OTHER, 604_800]),
    (model.StartRecovery(CLAIMANT), [CLAIMANT]),
    (model.CancelRecovery(), []),
    (model.RecoverTitles(CLAIMANT, (WORK,)), [CLAIMANT, [_WORK]]),
    (model.RecoverGrants(CLAIMANT, (GRANT,)), [CLAIMANT, [_GRANT]]),
    (model.Purchase(OFFER, SIGNATURE, LEDGER, 2**101), [message(OFFER), SIGNATURE, LEDGER, 2**101]),
    (
        model.PurchaseUnregistered(REGISTRATION, SIGNATURE, INCLUSION, OFFER, b"\x08" * 65, LEDGER, 2**101),
        [message(REGISTRATION), SIGNATURE, _INCLUSION, message(OFFER), b"\x08" * 65, LEDGER, 2**101],
    ),
    (model.CancelOffer(OFFER), [message(OFFER)]),
    (model.TransferGrant(CLAIMANT, OTHER, GRANT), [CLAIMANT, OTHER, _GRANT]),
    (model.Refund(SALE, OTHER), [_SALE, OTHER]),
    (model.LinkParent(DECLARATION, 0, SALE), [message(DECLARATION), 0, _SALE]),
    (model.RenewLink(WORK, SALE), [_WORK, _SALE]),
    (model.Release((SALE, SALE)), [[_SALE, _SALE]]),
    (model.Distribute(WORK, OTHER), [_WORK, OTHER]),
    (
        model.SetShares(TABLE, no_table(WORK), SIGNATURE, (b"", SIGNATURE)),
        [message(TABLE), _EMPTY_TABLE, SIGNATURE, [b"", SIGNATURE]],
    ),
    (model.ClaimShare(TABLE, 1, OTHER, CLAIMANT), [message(TABLE), 1, OTHER, CLAIMANT]),
    (model.ClaimRemainder(TABLE, OTHER, CLAIMANT), [message(TABLE), OTHER, CLAIMANT]),
    (model.ClaimCarried(CLAIMANT, OTHER, CLAIMANT), [CLAIMANT, OTHER, CLAIMANT]),
    (model.OpenDispute(WORK, HASH, HASH, OTHER, 5), [_WORK, HASH, HASH, OTHER]),
    (model.AdmitDispute(DISPUTE), [_DISPUTE]),
    (model.AnswerDispute(DISPUTE, HASH), [_DISPUTE, HASH]),
    (model.AnswerDisputeFor(ANSWER, SIGNATURE), [message(ANSWER), SIGNATURE]),
    (model.RuleDispute(DISPUTE, DisputeStatus.UPHELD, (SALE,)), [_DISPUTE, 3, [_SALE]]),
    (model.LapseDispute(DISPUTE), [_DISPUTE]),
    (model.ClaimBonds(CLAIMANT, OTHER), [CLAIMANT, OTHER]),
    (model.OfferArbiter(OTHER), [OTHER]),
    (model.AcceptArbiter(), []),
    (model.AnchorCheckpoint(HASH, 5), [HASH, 5]),
]
