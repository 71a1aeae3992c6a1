"""The story: register, contest, offer, buy, be paid, ask for a date, and find the works again from copies."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from registry import statements
from registry.chain.calls import call_of
from registry.cli.consent import offer_to_sign
from registry.cli.demo.server import own_server
from registry.cli.demo.stage import MAX_FEE_WEI, Person, Stage
from registry.cli.offering import choice_of, document_of
from registry.cli.plain import format_wei, short
from registry.cli.purchases import PurchaseWish, logged_for, purchase_to_sign, require_signature
from registry.cli.signing import sign
from registry.cli.terminal import Terminal
from registry.cli.told import contracts_told
from registry.cli.transactions import Wallet
from registry.client import Answer, ColophonClient, ProblemError, RpcClient
from registry.licensing.terms import STANDARD, terms_hash
from registry.model import (
    Address,
    ClaimRemainder,
    Hash32,
    Offer,
    OfferFlags,
    Release,
    Sale,
    WorkId,
    no_table,
)
from registry.samples import Sample, samples
from registry.samples.alter import altered_picture, altered_sound
from registry.statements import Domain

PRICE_WEI = 10**16
YEAR_SECONDS = 365 * 86_400
OFFER_SECONDS = 30 * 86_400


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody in the story."""

    creator: Person
    licensee: Person
    rival: Person


def run_demo(terminal: Terminal, seed: int) -> None:
    """Tell the whole story in a registry of its own, over real HTTP."""
    cast = Cast(*(Person.of(name, seed) for name in ("creator", "licensee", "second claimant")))
    terminal.heading("Colophon, from a file to a licence and back: over HTTP, on a chain of its own.")
    with (
        own_server() as url,
        ColophonClient(url) as client,
        RpcClient(f"{url}/rpc") as node,
        tempfile.TemporaryDirectory(prefix="colophon-demo-files-") as folder,
    ):
        stage = _set(client, node, terminal, Path(folder))
        known, unknown = _works()
        ids = _register(stage, cast.creator, known)
        _contest(stage, cast, known[0], ids[0])
        offer = _offer(stage, cast.creator, ids[0])
        grant = _buy(stage, cast.licensee, offer)
        _pay_out(stage, cast, offer, grant)
        _ask_for_dates(stage, grant)
        _find_again(stage, known, unknown)
    terminal.line()
    terminal.line("The registry is stopped and its folder removed. Your own: `make serve`.")


def _set(client: ColophonClient, node: RpcClient, terminal: Terminal, folder: Path) -> Stage:
    contracts = client.contracts()
    chain_id = contracts.integer("chain_id")
    registry = Domain("WorkRegistry", chain_id, Address(contracts.text("work_registry")))
    ledger = Domain("LicenseLedger", chain_id, Address(contracts.text("license_ledger")))
    stage = Stage(client, node, terminal, folder, registry, ledger)
    stage.tell("A registry opens")
    terminal.fact("chain", f"{chain_id}, {contracts.optional_text('date_note')}")
    for domain in (registry, ledger):
        terminal.fact(domain.contract, short(domain.address))
    return stage


def _works() -> tuple[list[Sample], Sample]:
    """The works to be registered, pictures first and a sound last, and one that stays unknown."""
    pictures = [sample for sample in samples() if sample.media_type.startswith("image/")]
    sounds = [sample for sample in samples() if sample.media_type.startswith("audio/")]
    return [*pictures[:2], sounds[0]], pictures[-1]


def _register(stage: Stage, creator: Person, works: list[Sample]) -> list[str]:
    stage.tell(f"The creator registers {len(works)} works, and needs no coin for it")
    stage.fact("creator", f"{creator.address}, holds {format_wei(stage.node.balance(creator.address))}")
    drafts = [stage.hand_in(creator, sample) for sample in works]
    ids = [stage.sign_in(creator, draft, file, {}) for draft, file in drafts]
    for work_id, sample in zip(ids, works, strict=True):
        record = stage.settled(work_id)
        stage.fact(stage.name(work_id), f"“{sample.title}”, {sample.media_type}")
        stage.fact("", f"{record.inner('status').text('state')}; {stage.leaf_of(record)}")
    stage.fact("cost", "one transaction of the registry dates all leaves that wait; the creator sends none")
    return ids


def _contest(stage: Stage, cast: Cast, sample: Sample, work_id: str) -> None:
    stage.tell("A second claimant declares the same bytes")
    stage.fact("claimant", cast.rival.address)
    draft, file = stage.hand_in(cast.rival, sample)
    match = draft.inner("report").items_of("matches")[0]
    stage.fact("report", f"{match.text('verdict')} to {stage.name(match.text('work_id'))}")

    def acknowledge() -> None:
        stage.client.answer_draft(draft.text("draft_id"), {work_id: "acknowledged"})

    stage.fact("acknowledged", f"{stage.refused(acknowledge)}: these are somebody else's bytes")
    rival_id = stage.sign_in(cast.rival, draft, file, {work_id: "adverse-claim"})
    record = stage.settled(rival_id)
    stage.fact("adverse claim", f"{stage.name(rival_id)}, {stage.leaf_of(record)}")
    for shown in (work_id, rival_id):
        claims = stage.client.work(shown).items_of("adverse_claims")
        others = ", ".join(stage.name(claim.text("work_id")) for claim in claims)
        stage.fact("record", f"{stage.name(shown)} tells of {others}")
    stage.fact("note", record.text("note"))


def _offer(stage: Stage, creator: Person, work_id: str) -> Offer:
    stage.tell("The creator offers a licence, with a signature and no transaction")
    terms = STANDARD["editorial"]
    wanted = Offer(
        licensor=creator.address,
        work_id=WorkId.parse(work_id),
        series=0,
        terms_hash=terms_hash(terms),
        flags=OfferFlags(0),
        price=PRICE_WEI,
        valid_from=0,
        valid_until=1,
        salt=Hash32(bytes(32)),
        duration=YEAR_SECONDS,
        max_grants=10,
    )
    proposal = stage.client.prepare_offer(choice_of(wanted, terms, OFFER_SECONDS))
    offer = offer_to_sign(proposal.inner("typed_data"), stage.ledger, wanted, OFFER_SECONDS)
    signature = sign(creator.account, statements.digest(offer, stage.ledger))
    published = stage.client.publish_offer(document_of(offer), terms, signature)
    stage.fact("offer", f"{stage.name(work_id)}, {terms['name']}, 365 days, at most 10 licences")
    stage.fact("price", f"{format_wei(offer.price)}, {published.text('availability')}")
    stage.fact("cost", "0 gas")
    return offer


def _buy(stage: Stage, licensee: Person, offer: Offer) -> Answer:
    stage.tell("A licensee buys it, with a transaction of their own account")
    wallet = Wallet(licensee.account, stage.node, stage.ledger.chain_id, MAX_FEE_WEI, stage.terminal)
    stage.client.faucet(licensee.address)
    held = stage.until(lambda: stage.node.balance(licensee.address) or None, "the coin")
    stage.fact("licensee", f"{licensee.address}, {format_wei(held)} of play coin from the faucet")
    wish = PurchaseWish(statements.offer_hash(offer), licensee.address, PRICE_WEI)
    too_little = stage.refused(lambda: _prepare(stage, wish, PRICE_WEI - 1))
    stage.fact("limit 1 wei less", too_little)
    contracts = contracts_told(stage.client.contracts())
    published = stage.client.offer(str(wish.offer_hash))
    proposed = _prepare(stage, wish, PRICE_WEI)
    logged = logged_for(proposed, stage.client, offer.work_id)
    purchase_made = purchase_to_sign(proposed, published, contracts, wish, logged)
    require_signature(purchase_made, contracts, stage.node)
    transaction = wallet.send(call_of(contracts, purchase_made))
    purchase = stage.until(lambda: _mined(stage, transaction), "the licence")
    grant = purchase.items_of("grants")[0]
    stage.fact("paid", f"{format_wei(grant.integer('price_wei'))} into escrow in the ledger")
    stage.fact("cost", f"{purchase.integer('gas_used'):,} gas, paid by the licensee; it made the title too")
    return grant


def _prepare(stage: Stage, wish: PurchaseWish, max_price_wei: int) -> Answer:
    answer = stage.client.prepare_purchase(str(wish.offer_hash), wish.licensee, wish.licensee, max_price_wei)
    return answer.inner("transaction")


def _mined(stage: Stage, transaction: str) -> Answer | None:
    try:
        purchase = stage.client.purchase(transaction)
    except ProblemError as problem:
        if problem.code != "not-found":
            raise
        return None
    return purchase if purchase.text("status") == "mined" else None


def _pay_out(stage: Stage, cast: Cast, offer: Offer, grant: Answer) -> None:
    stage.tell("The payment leaves escrow, and the creator needs no coin to receive it")
    waiting = stage.client.arbitration().inner("periods").integer("escrow_seconds")
    stage.fact(
        "escrow", f"{waiting} seconds on this chain, days on a public one; disputes can hold it longer"
    )
    stage.until(lambda: _due(stage, str(offer.work_id)), "the end of escrow")
    before = stage.node.balance(cast.creator.address)
    work_id, coin = offer.work_id, offer.currency
    acts = {
        "released": Release((Sale(offer, grant.integer("serial")),)),
        "claimed": ClaimRemainder(no_table(work_id), coin, cast.creator.address),
    }
    for words, act in acts.items():
        stage.fact(words, f"{stage.act(cast.licensee.account, act):,} gas, paid by the licensee: anybody may")
    received = stage.node.balance(cast.creator.address) - before
    stage.fact("received", f"{format_wei(received)}, by whoever holds the title: the creator")


def _due(stage: Stage, work_id: str) -> bool | None:
    coin = stage.client.revenue(work_id).items_of("currencies")[0]
    return coin.inner("escrowed").items_of("payments")[0].text("state") == "due" or None


def _ask_for_dates(stage: Stage, grant: Answer) -> None:
    stage.tell("Anybody asks whether the licence is valid, as of a date")
    start = grant.integer("start_unix")
    moments = {
        "a second before": start - 1,
        "at purchase": start,
        "after 364 days": start + YEAR_SECONDS - 86_400,
        "after 365 days": start + YEAR_SECONDS,
    }
    for words, moment in moments.items():
        answer = stage.client.grant(grant.text("grant_id"), str(moment))
        forecast = ", as things stand now" if answer.flag("forecast") else ""
        stage.fact(words, f"{'valid' if answer.flag('valid') else 'not valid'}{forecast}")


def _find_again(stage: Stage, known: list[Sample], unknown: Sample) -> None:
    stage.tell("The works are found again from altered copies")
    picture, sound = known[0], known[-1]
    copy = stage.file("posted-again.jpg", altered_picture(picture.read()))
    _verify(stage, "picture", "60 % of its size, mirrored, JPEG quality 35", copy)
    excerpt = stage.file("excerpt.ogg", altered_sound(sound.read()))
    _verify(stage, "sound", "10 seconds of it, as Ogg Vorbis", excerpt)
    other = stage.file(unknown.file_name, unknown.read())
    _verify(stage, "another picture", "never registered", other)


def _verify(stage: Stage, what: str, how: str, file: Path) -> None:
    matches = stage.client.verify(file).items_of("matches")
    # Works at the same distance come in the order of their ids, which differ from run to run: by letter here.
    matches.sort(
        key=lambda match: (match.integer("distance"), stage.name(match.inner("record").text("work_id")))
    )
    stage.fact(what, how)
    for match in matches:
        near = f"{match.integer('distance')} of at most {match.integer('threshold')} {match.text('unit')}"
        name = stage.name(match.inner("record").text("work_id"))
        stage.fact("", f"{match.text('verdict')}: {name}, distance {near}, {match.text('compared')}")
    if not matches:
        stage.fact("", "nothing registered here matches")
