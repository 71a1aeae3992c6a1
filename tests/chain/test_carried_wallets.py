"""Contract accounts among those whose statements are carried: they sign, and may disown what they signed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.errors import InvalidSignatureError, NotPossibleError
from registry.model import Address
from registry.usecases.batch import SignedDraft
from registry.usecases.shares import TableStatus
from tests.chain.office import Office, open_office
from tests.chain.wallets import new_wallet
from tests.chain.worlds import World, new_account, random_hash


@pytest.fixture
def office(world: World, tmp_path: Path) -> Iterator[Office]:
    with open_office(world, tmp_path) as opened:
        yield opened


def test_a_consent_that_a_wallet_disowns_fails_the_table_until_it_signs_again(
    office: Office, world: World
) -> None:
    holder, wallet = new_account(), new_wallet(world)
    work = office.titled(holder)
    table = office.prepare_shares(work, {wallet.address: 5_000}).table
    office.consent(table, Address(holder.address), office.sign(holder, table))

    old = wallet.accept(random_hash())
    sent = office.consent(table, wallet.address, old)
    new = wallet.accept(random_hash())
    office.settle_outbox()
    [failed] = office.consents(work)
    with pytest.raises(InvalidSignatureError):
        office.consent(table, wallet.address, old)
    again = office.consent(table, wallet.address, new)
    office.settle_outbox()
    [done] = office.consents(work)

    assert sent.status is TableStatus.SENT
    assert failed.status is TableStatus.STALE
    assert failed.reason is not None
    assert wallet.address in failed.reason
    assert again.status is TableStatus.SENT
    assert done.status is TableStatus.SET
    assert office.journalled() == 3


def test_a_wallets_declaration_is_carried_alone_and_not_in_a_batch(office: Office, world: World) -> None:
    wallet = new_wallet(world)
    signature = wallet.accept(random_hash())
    draft_id, _ = office.draft(wallet)
    [refused] = office.register_works([SignedDraft(draft_id, signature)])
    recorded = office.register(draft_id, signature, "registerFor")
    office.settle_outbox()

    assert isinstance(refused, NotPossibleError)
    assert office.events(recorded.record.work_id, "WorkRegistered") == 1
