"""Gas of what the ledger does, and of the links that a derivative's sales depend on."""

from __future__ import annotations

from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_typing import ChecksumAddress

from measuring.bench import (
    DAY,
    DERIVATIVES,
    NO_TIME_LIMIT,
    PRICE_WEI,
    TRANSFERABLE,
    Bench,
    Signed,
    Struct,
    stranger,
)
from measuring.registering import logged, recover, registration

PARENTS = 8
CONTRIBUTORS = 20
PARENT_ROYALTY_BPS = 500


def _purchase(bench: Bench) -> list[int]:
    signed = bench.offer(bench.registered("one"), "one")
    return [bench.buy(signed), bench.buy(signed)]


def contributors() -> dict[ChecksumAddress, LocalAccount]:
    """Everybody who ever stands in a share table, by address."""
    people = [stranger(f"contributor {number}") for number in range(CONTRIBUTORS)]
    return {person.address: person for person in people}


def share_table(work_id: int, epoch: int, rows: int) -> Struct:
    """A table in which each of so many people has one percent; epoch 0 has nobody."""
    return {
        "workId": work_id,
        "series": 0,
        "epoch": epoch,
        "contributors": sorted(list(contributors())[:rows], key=str.lower),
        "bps": [100] * rows,
        "deadline": NO_TIME_LIMIT,
    }


def set_shares(bench: Bench, table: Struct, current: Struct) -> int:
    """Gas of putting a table in force: the licensor sends it, all others have signed."""
    digest = bench.vault.functions.sharesDigest(table).call()
    people = contributors()
    signers = sorted({*table["contributors"], *current["contributors"]}, key=str.lower)
    signatures = [bytes(people[signer].unsafe_sign_hash(digest).signature) for signer in signers]
    return bench.send(bench.vault.functions.setShares(table, current, b"", signatures), bench.licensor)


def shared_work(bench: Bench, contributors: int) -> tuple[int, Struct]:
    """A registered work and its table in force."""
    work_id = bench.registered("one")
    table = share_table(work_id, 1, contributors)
    set_shares(bench, table, share_table(work_id, 0, 0))
    return work_id, table


def _purchase_with_contributors(bench: Bench) -> list[int]:
    signed = bench.offer(shared_work(bench, CONTRIBUTORS)[0], "one")
    return [bench.buy(signed), bench.buy(signed)]


def parent_offer(bench: Bench, parent: int, text: str, duration: int = NO_TIME_LIMIT) -> Signed:
    """An offer of the parent's author that allows derivatives for a royalty."""
    return bench.offer(
        parent, text, flags=TRANSFERABLE | DERIVATIVES, royaltyBps=PARENT_ROYALTY_BPS, duration=duration
    )


def linked(bench: Bench, declaration: Struct, index: int, signed: Signed) -> int:
    """Gas of linking one parent, whose licence the licensor buys before."""
    bench.buy(signed, bench.licensor)
    call = bench.vault.functions.link(declaration, index, (signed[0], 1))
    return bench.send(call, bench.licensor)


def derivative(bench: Bench, parents: int) -> tuple[int, list[int]]:
    """A work of the licensor with so many parents, all by the author and all linked; it and they."""
    found = sorted(bench.registered(f"parent {number}", bench.author) for number in range(parents))
    declaration = bench.declaration("derivative", parents=found)
    work_id = bench.declared(declaration)
    for index, parent in enumerate(found):
        linked(bench, declaration, index, parent_offer(bench, parent, "licence"))
    return work_id, found


def _purchase_with_parents(bench: Bench) -> list[int]:
    signed = bench.offer(derivative(bench, PARENTS)[0], "one")
    return [bench.buy(signed), bench.buy(signed)]


def _purchase_erc20(bench: Bench) -> list[int]:
    signed = bench.offer(bench.registered("one"), "one", currency=bench.token.address)
    bench.send(bench.token.functions.mint(bench.buyer, 3 * PRICE_WEI), bench.buyer)
    bench.send(bench.token.functions.approve(bench.ledger.address, 3 * PRICE_WEI), bench.buyer)
    return [bench.buy(signed), bench.buy(signed)]


def _permit(bench: Bench, owner: ChecksumAddress) -> tuple[int, int, bytes, bytes]:
    token = bench.token
    signed = Account.sign_typed_data(
        bench.key_of(owner),
        {
            "name": token.functions.name().call(),
            "version": "1",
            "chainId": bench.chain_id,
            "verifyingContract": token.address,
        },
        {
            "Permit": [
                {"name": "owner", "type": "address"},
                {"name": "spender", "type": "address"},
                {"name": "value", "type": "uint256"},
                {"name": "nonce", "type": "uint256"},
                {"name": "deadline", "type": "uint256"},
            ]
        },
        {
            "owner": owner,
            "spender": bench.ledger.address,
            "value": PRICE_WEI,
            "nonce": token.functions.nonces(owner).call(),
            "deadline": NO_TIME_LIMIT,
        },
    )
    return NO_TIME_LIMIT, signed.v, signed.r.to_bytes(32), signed.s.to_bytes(32)


def _purchase_with_permit(bench: Bench) -> list[int]:
    offer, signature = bench.offer(bench.registered("one"), "one", currency=bench.token.address)
    bench.send(bench.token.functions.mint(bench.buyer, 3 * PRICE_WEI), bench.newcomer)

    def bought() -> int:
        permit = _permit(bench, bench.buyer)
        call = bench.ledger.functions.purchaseWithPermit(offer, signature, bench.buyer, PRICE_WEI, permit)
        return bench.send(call, bench.buyer)

    return [bought(), bought()]


def _purchase_unregistered(bench: Bench) -> list[int]:
    signed = [registration(bench, text) for text in ("one", "two")]
    inclusions = logged(bench, [statement for statement, _ in signed], bench.newcomer)
    figures = []
    for (statement, consent), inclusion in zip(signed, inclusions, strict=True):
        work_id = bench.registry.functions.workIdOf(statement["declaration"]).call()
        offer, signature = bench.signed_offer(work_id, "one")
        call = bench.ledger.functions.purchaseUnregistered(
            statement, consent, inclusion, offer, signature, bench.buyer, PRICE_WEI
        )
        figures.append(bench.send(call, bench.buyer, PRICE_WEI))
    return figures


def _cancel_offer(bench: Bench) -> list[int]:
    work_id = bench.registered("one")
    calls = [bench.ledger.functions.cancelOffer(bench.offer(work_id, text)[0]) for text in ("one", "two")]
    return [bench.send(call, bench.licensor) for call in calls]


def _recover_grants(bench: Bench) -> list[int]:
    signed = bench.offer(bench.registered("one", bench.author), "one")
    for _ in range(3):
        bench.buy(signed, bench.licensor)
    recover(bench)
    offer_hash = bench.ledger.functions.offerHashOf(signed[0]).call()
    grants = [bench.ledger.functions.grantIdOf(offer_hash, serial).call() for serial in (1, 2)]
    calls = [bench.ledger.functions.recoverGrants(bench.licensor, [grant]) for grant in grants]
    return [bench.send(call, bench.successor) for call in calls]


def _link(bench: Bench) -> list[int]:
    parents = sorted(bench.registered(text, bench.author) for text in ("one", "two"))
    declaration = bench.declaration("derivative", parents=parents)
    bench.declared(declaration)
    return [
        linked(bench, declaration, index, parent_offer(bench, parent, "licence"))
        for index, parent in enumerate(parents)
    ]


def _renew_link(bench: Bench) -> list[int]:
    parent = bench.registered("parent", bench.author)
    declaration = bench.declaration("derivative", parents=[parent])
    work_id = bench.declared(declaration)
    linked(bench, declaration, 0, parent_offer(bench, parent, "licence", 100 * DAY))

    def renewed(days: int) -> int:
        offer, signature = parent_offer(bench, parent, f"{days} days", days * DAY)
        bench.buy((offer, signature), bench.licensor)
        return bench.send(bench.vault.functions.renewLink(work_id, (offer, 1)), bench.licensor)

    return [renewed(200), renewed(300)]


def _set_shares(bench: Bench) -> list[int]:
    work_id = bench.registered("one")
    tables = [share_table(work_id, epoch, CONTRIBUTORS if epoch else 0) for epoch in (0, 1, 2)]
    return [set_shares(bench, tables[epoch], tables[epoch - 1]) for epoch in (1, 2)]


OPERATIONS = {
    "cancelOffer": _cancel_offer,
    "link": _link,
    "purchase": _purchase,
    "purchase20Contributors": _purchase_with_contributors,
    "purchase8Parents": _purchase_with_parents,
    "purchaseErc20": _purchase_erc20,
    "purchaseUnregistered": _purchase_unregistered,
    "purchaseWithPermit": _purchase_with_permit,
    "recoverGrants": _recover_grants,
    "renewLink": _renew_link,
    "setShares20": _set_shares,
}
