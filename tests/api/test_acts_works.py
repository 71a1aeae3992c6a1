"""Acts on works and titles: prepared, signed with the account's own key, sent, and seen in the views."""

from __future__ import annotations

import hashlib
import re

import pytest

from api.schemas.acts import KINDS
from registry import model, statements
from registry.errors import (
    InvalidProofError,
    InvalidValueError,
    NotAllowedError,
    NotFoundError,
    NotPossibleError,
    NotTitleHolderError,
    OfferUnavailableError,
    TooEarlyError,
    TooLateError,
    TransactionRejectedError,
)
from registry.model import Act, AnchorCheckpoint, Hash32, Via, from_unix
from registry.usecases.sales import SalesState
from registry.usecases.viewer import Viewer
from tests.api.office import Office, address
from tests.chain.worlds import DAY, new_account, random_hash

CARRIED = {
    "RegisterFor",
    "RegisterBatch",
    "AppendSupplementFor",
    "SetShares",
    "AnswerDisputeFor",
}  # statements, which the registry carries
APART = {"Purchase", "PurchaseUnregistered", "AnchorCheckpoint"}  # purchases have a door of their own


def kebab(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()


def test_every_act_of_ones_own_can_be_asked_for_by_its_name() -> None:
    kinds = {name: value for name, value in vars(model).items() if isinstance(value, type)}
    acts = {name for name, value in kinds.items() if issubclass(value, Act) and value is not Act}
    assert set(KINDS) == {kebab(name) for name in acts - CARRIED - APART}
    assert len(KINDS) == len(set(KINDS))


def test_a_declaration_handed_in_is_recorded_by_its_claimant(office: Office) -> None:
    claimant, viewer = office.world.person(), Viewer.holding(["the receipt"])
    registration = office.world.registration(claimant)
    entry = office.entry(registration, office.world.sign(claimant, registration), Via.REGISTER, "the receipt")
    with pytest.raises(NotFoundError):
        office.prepare(claimant, "register", work_id=str(entry.work_id))
    stranger = office.world.person()
    with pytest.raises(TransactionRejectedError) as caught:
        office.prepare(stranger, "register", viewer, work_id=str(entry.work_id))
    assert caught.value.facts["reason"] == "not-claimant"

    done = office.do(claimant, "register", viewer, work_id=str(entry.work_id))

    assert [event.name for event in done.events] == ["Transfer", "WorkRegistered"]
    assert office.holder(entry.work_id) == address(claimant)


def test_a_commitment_dates_what_it_hides_and_lowers_the_date_of_what_is_recorded(office: Office) -> None:
    claimant, stranger = office.world.person(), office.world.person()
    registration, salt = office.world.registration(claimant), random_hash()
    work_id = statements.work_id(registration.declaration)
    office.do(claimant, "commit", commitment=str(statements.commitment(work_id, salt)))
    committed = office.world.now()
    brought = {"registration": office.document(registration), "salt": str(salt)}
    with pytest.raises(TooEarlyError):
        office.prepare(claimant, "reveal", **brought)
    with pytest.raises(NotFoundError):
        office.prepare(claimant, "reveal", **{**brought, "salt": str(random_hash())})
    office.world.pass_time(DAY // 2)
    office.carry(registration, claimant)
    title = office.record(work_id).title
    assert title is not None
    assert title.effective_date > from_unix(committed)

    office.do(stranger, "reveal", **brought)

    lowered = office.record(work_id).title
    assert lowered is not None
    assert lowered.effective_date == from_unix(committed)
    assert lowered.recorded_at == title.recorded_at
    assert "EffectiveDateLowered" in [item.what for item in office.read_history(work_id, Viewer())]


def test_a_logged_statement_is_recorded_with_the_date_of_its_anchor(office: Office) -> None:
    claimant, log = office.world.person(), office.world.person()
    registration = office.world.registration(claimant)
    leaf = statements.digest(registration, office.world.domain("WorkRegistry"))
    root = Hash32(hashlib.sha256(b"\0" + leaf).digest())
    office.world.act(log, AnchorCheckpoint(root, 1))
    anchored = office.world.now()
    office.world.pass_time(60)
    inclusion = {"log": log.address, "root": str(root), "size": "1", "leaf_index": "0", "proof": []}
    brought = {"registration": office.document(registration), "inclusion": inclusion}
    with pytest.raises(InvalidProofError):
        office.prepare(claimant, "register-from-log", **{**brought, "inclusion": {**inclusion, "size": "2"}})

    office.do(claimant, "register-from-log", **brought)

    title = office.record(statements.work_id(registration.declaration)).title
    assert title is not None
    assert title.effective_date == from_unix(anchored)


def test_a_cancelled_declaration_says_so_to_its_claimant_and_is_not_carried(office: Office) -> None:
    claimant, viewer = office.world.person(), Viewer.holding(["another receipt"])
    registration = office.world.registration(claimant)
    signature = office.world.sign(claimant, registration)
    entry = office.entry(registration, signature, Via.REGISTER_FOR, "another receipt")
    assert not office.record(entry.work_id, viewer).cancelled

    office.do(claimant, "cancel-declaration", viewer, work_id=str(entry.work_id))

    assert office.record(entry.work_id, viewer).cancelled
    with pytest.raises(NotFoundError):
        office.record(entry.work_id)
    act = model.RegisterFor(registration, signature)
    with pytest.raises(NotPossibleError):
        office.world.gateway.estimate_gas(office.world.gateway.operator, office.world.gateway.call(act))
    office.do(claimant, "register", viewer, work_id=str(entry.work_id))
    assert not office.record(entry.work_id).cancelled
    with pytest.raises(NotPossibleError):
        office.prepare(claimant, "cancel-declaration", work_id=str(entry.work_id))


def test_a_holder_supplements_withdraws_offers_retracts_and_hands_over(office: Office) -> None:
    holder, receiver = office.world.person(), office.world.person()
    work_id, metadata_hash = office.work(holder), random_hash()
    office.do(holder, "append-supplement", work_id=str(work_id), metadata_hash=str(metadata_hash))
    office.do(holder, "cancel-all-offers", work_id=str(work_id))
    office.do(holder, "retract-work", work_id=str(work_id))

    record = office.record(work_id)
    assert record.title is not None
    assert [one.metadata_hash for one in record.supplements] == [metadata_hash]
    assert (record.title.series, record.title.sales) == (1, SalesState.RETRACTED)
    with pytest.raises(OfferUnavailableError):
        office.offer(holder, work_id)

    office.do(holder, "transfer-title", work_id=str(work_id), receiver=receiver.address)
    assert office.holder(work_id) == address(receiver)
    for kind, fields in (
        ("append-supplement", {"metadata_hash": str(metadata_hash)}),
        ("cancel-all-offers", {}),
        ("retract-work", {}),
    ):
        with pytest.raises(NotTitleHolderError):
            office.prepare(holder, kind, work_id=str(work_id), **fields)
    with pytest.raises(TransactionRejectedError):
        office.prepare(holder, "transfer-title", work_id=str(work_id), receiver=holder.address)
    with pytest.raises(NotFoundError):
        office.prepare(holder, "transfer-title", work_id=str(random_hash()), receiver=holder.address)


def test_an_earlier_work_counts_if_it_is_the_claimants_own(office: Office) -> None:
    claimant, other = office.world.person(), office.world.person()
    own, foreign = office.work(claimant), office.work(other)
    office.do(claimant, "transfer-title", work_id=str(own), receiver=other.address)
    office.do(other, "transfer-title", work_id=str(foreign), receiver=claimant.address)
    named = {"declared": own, "held": foreign, "neither": office.work(other), "none": None}
    titles = {how: office.record(office.work(claimant, previous=work)).title for how, work in named.items()}
    counts = {how: title.previous_counts for how, title in titles.items() if title is not None}
    assert counts == {"declared": True, "held": True, "neither": False, "none": None}


def test_a_lost_account_is_taken_over_after_its_time_to_object(office: Office) -> None:
    lost, successor, licensor = office.world.person(), office.world.person(), office.world.person()
    work_id = office.work(lost)
    grant_id = office.sold(licensor, office.work(licensor), lost)
    with pytest.raises(InvalidValueError):
        office.prepare(lost, "set-recovery", successor=successor.address, delay_seconds=DAY)
    office.do(lost, "set-recovery", successor=successor.address, delay_seconds=7 * DAY)
    with pytest.raises(NotAllowedError):
        office.prepare(licensor, "start-recovery", account=lost.address)
    with pytest.raises(NotPossibleError):
        office.prepare(lost, "cancel-recovery")
    office.do(successor, "start-recovery", account=lost.address)
    office.do(lost, "cancel-recovery")
    office.do(successor, "start-recovery", account=lost.address)
    found = office.read_account(address(lost)).recovery
    assert found is not None
    assert found.successor == address(successor)
    assert (found.delay, found.started_at) == (7 * DAY, office.world.now())
    titles = {"account": lost.address, "work_ids": [str(work_id)]}
    with pytest.raises(TooEarlyError):
        office.prepare(successor, "recover-titles", **titles)
    office.world.pass_time(7 * DAY)
    with pytest.raises(TooLateError):
        office.prepare(lost, "cancel-recovery")

    office.do(successor, "recover-titles", **titles)
    office.do(successor, "recover-grants", account=lost.address, grant_ids=[str(grant_id)])

    assert office.holder(work_id) == address(successor)
    assert office.grant(grant_id).holder == address(successor)


@pytest.mark.parametrize(
    ("kind", "fields"),
    [("reveal", {"salt": "0x" + "11" * 32}), ("cancel-declaration", {})],
)
def test_a_statement_is_named_or_brought_along(office: Office, kind: str, fields: dict[str, str]) -> None:
    with pytest.raises(InvalidValueError):
        office.prepare(new_account(), kind, **fields)
