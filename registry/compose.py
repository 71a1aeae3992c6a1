"""Settings → adapters → use cases. The only module that names every back-end; URI schemes pick them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from registry.chain.deployment import deploy, embedded_terms, verify_deployment
from registry.chain.embedded import EmbeddedChain
from registry.chain.gateway import Gateway
from registry.chain.manifest import contracts_of, load_manifest
from registry.chain.providers import open_provider
from registry.chain.rpc import JsonRpc
from registry.compose_files import index_maker, open_blobs, open_store
from registry.documents.issuer import CertificateIssuer
from registry.errors import (
    CodeMismatchError,
    DeploymentChangedError,
    RegistryError,
    SettingsError,
)
from registry.fingerprint.pool import DecoderPool
from registry.jobs.loop import Loop
from registry.jobs.machine import SystemClock, SystemIds
from registry.keys.credential_key import credential_key
from registry.keys.keystore import unlock_file
from registry.keys.log_key import log_key
from registry.keys.operator import operator_key
from registry.keys.samples import SamplesKey
from registry.log import SigningKey
from registry.model import Address, Contracts, DeskTerms, Hash32, ProofLevel
from registry.model.networks import name_of, proof_level_of
from registry.ports import Chain
from registry.samples import samples
from registry.search.tidying import TidyIndex
from registry.settings import Settings
from registry.usecases.accounts import ReadAccount
from registry.usecases.act import PrepareAct, ReadTransaction
from registry.usecases.add_samples import AddSamples
from registry.usecases.anchor import AnchorLog, AnchorPace
from registry.usecases.answer import GiveAnswer, PrepareAnswer, ReadAnswers
from registry.usecases.batch import RegisterWorks
from registry.usecases.certificates import IssueCertificate
from registry.usecases.check import CheckFile
from registry.usecases.clashes import ClashFinder
from registry.usecases.declarations import RecordDeclarations
from registry.usecases.declare import AnswerDraft, PrepareDraft
from registry.usecases.digests import LogDigest
from registry.usecases.disputes import ReadArbitration, ReadDisputes
from registry.usecases.evidence import ReadEvidence
from registry.usecases.faucet import GiveCoin
from registry.usecases.license import PreparePurchase, ReadGrants, ReadPurchase
from registry.usecases.log_reading import ReadInclusion, ReadLog
from registry.usecases.offer import PrepareOffer, PublishOffer, ReadOffers
from registry.usecases.purge import PurgeDrafts
from registry.usecases.quota import ClientQuota, HourlyQuota, Quota
from registry.usecases.read import ListWorks, ReadHistory, ReadPreview, ReadWork
from registry.usecases.redact import EraseRedacted, PrepareRedaction, RedactWork
from registry.usecases.register import RegisterWork
from registry.usecases.revenue import ReadRevenue
from registry.usecases.send import SendIntents
from registry.usecases.shares import ConsentToShares, PrepareShares, ReadShareConsents
from registry.usecases.supplement import AddSupplement, PrepareSupplement, ReadSupplements
from registry.usecases.sync import SyncChain
from registry.usecases.title import MakeTitle
from registry.usecases.verify import VerifyFile

EMBEDDED_SECONDS = 0.25  # well below a second, the shortest time between two of its blocks
NODE_SECONDS = 2.0  # a block comes every 2 to 12 seconds, and a node counts its requests
PURGE_SECONDS = 600.0
TIDY_SECONDS = 30.0  # files of the index become too many after many thousand works
EMBEDDED_ANCHOR_SECONDS = 2  # an anchor costs nothing there, and somebody is watching
NODE_ANCHOR_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Health:
    """Whether requests can be served, and what is wrong otherwise, by part."""

    ready: bool
    problems: dict[str, str]


@dataclass(frozen=True)
class Registry:
    """Every use case, wired. `give_coin`, `rpc` and `add_samples` exist on the embedded chain alone."""

    settings: Settings
    chain: Chain
    prepare_draft: PrepareDraft
    answer_draft: AnswerDraft
    register_work: RegisterWork
    register_works: RegisterWorks
    record_declarations: RecordDeclarations
    log_digest: LogDigest
    prepare_supplement: PrepareSupplement
    add_supplement: AddSupplement
    read_supplements: ReadSupplements
    prepare_redaction: PrepareRedaction
    redact_work: RedactWork
    prepare_shares: PrepareShares
    consent_to_shares: ConsentToShares
    read_share_consents: ReadShareConsents
    prepare_answer: PrepareAnswer
    give_answer: GiveAnswer
    read_answers: ReadAnswers
    verify_file: VerifyFile
    check_file: CheckFile
    read_work: ReadWork
    read_history: ReadHistory
    read_preview: ReadPreview
    list_works: ListWorks
    read_log: ReadLog
    read_inclusion: ReadInclusion
    read_evidence: ReadEvidence
    issue_certificate: IssueCertificate
    make_title: MakeTitle
    prepare_offer: PrepareOffer
    publish_offer: PublishOffer
    read_offers: ReadOffers
    prepare_purchase: PreparePurchase
    read_purchase: ReadPurchase
    read_grants: ReadGrants
    prepare_act: PrepareAct
    read_transaction: ReadTransaction
    read_revenue: ReadRevenue
    read_disputes: ReadDisputes
    read_arbitration: ReadArbitration
    read_account: ReadAccount
    sync_chain: SyncChain
    send_intents: SendIntents
    anchor_log: AnchorLog
    purge_drafts: PurgeDrafts
    erase_redacted: EraseRedacted
    give_coin: GiveCoin | None
    add_samples: AddSamples | None
    tidy_index: TidyIndex
    rpc: Callable[[object], object] | None
    _resources: ExitStack
    _loops: list[Loop] = field(default_factory=list)

    @property
    def contracts(self) -> Contracts:
        """The deployment that records are bound to."""
        return self.chain.contracts

    @property
    def proof_level(self) -> ProofLevel:
        """To whom this registry's dates prove anything."""
        return self.chain.proof_level

    def start(self) -> None:
        """Catch up with the chain, heal the outbox, then follow, send and anchor in the background."""
        self.catch_up()
        self.sync_chain.requeue_missing()
        pause = EMBEDDED_SECONDS if self.rpc is not None else NODE_SECONDS
        self._loops.extend(
            (
                Loop("sync", self.sync_chain, pause),
                Loop("sender", self.send_intents, pause),
                Loop("anchor", self.anchor_log, pause),
                Loop("purge", self.purge_drafts, PURGE_SECONDS),
                Loop("erasure", self.erase_redacted, PURGE_SECONDS),
                Loop("index", self.tidy_index, TIDY_SECONDS),
            )
        )
        for loop in self._loops:
            loop.start()

    def catch_up(self) -> None:
        """Take in every block there is."""
        while self.sync_chain():
            pass

    def health(self) -> Health:
        """Ask the chain and the store, and look at the background loops."""
        problems = {loop.name: loop.failure or str(loop.trouble) for loop in self._loops if _ails(loop)}
        for name, question in (("chain", self.chain.head), ("store", self._touch_store)):
            try:
                question()
            except RegistryError as problem:
                problems[name] = problem.message
        return Health(not problems, problems)

    def close(self) -> None:
        """Stop the loops, then let go of everything."""
        for loop in self._loops:
            loop.stop()
        self._loops.clear()
        self._resources.close()

    def _touch_store(self) -> None:
        with self.read_work.store.read() as unit:
            unit.views.head()


def _ails(loop: Loop) -> bool:
    return loop.failure is not None or loop.trouble is not None


def open_registry(settings: Settings, *, alone: bool = False) -> Registry:
    """Open every back-end that the settings name; `alone` keeps every other process off the store meanwhile.

    Raises:
        SettingsError: A scheme or value that cannot be used.
        ChainInUseError: Another process holds the embedded chain.
        StoreInUseError: Another process has the store open and it is wanted alone, or has it alone.
        IndexDamagedError, RebuildUnfinishedError: The views have to be made again, and who wants the store is
            not about to do that.
        DeploymentChangedError: The data belong to another deployment of the contracts.
        ChainUnavailableError, ChainMismatchError, CodeMismatchError, StoreUnavailableError: As they say.
    """
    with ExitStack() as resources:
        return _wire(settings, resources, alone=alone)


def _wire(settings: Settings, resources: ExitStack, *, alone: bool) -> Registry:
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    clock, ids = SystemClock(), SystemIds()
    chain, embedded = _open_chain(settings, resources)
    blobs = open_blobs(settings)
    make_index = index_maker(settings, blobs.get)
    store = open_store(settings, make_index, resources, _identity(chain.contracts, embedded), alone=alone)
    extractor = resources.enter_context(
        DecoderPool(
            workers=settings.decoder_workers,
            memory_bytes=settings.decoder_memory_bytes,
            seconds=settings.decoder_seconds,
        )
    )
    prepare = PrepareDraft(store, chain, extractor, blobs, clock, ids)
    answer = AnswerDraft(store, chain, clock, ids)
    register = RegisterWork(store, chain, blobs, clock, ids)
    read_work = ReadWork(store, chain, clock)
    quota = Quota(clock, settings.carried_per_day)
    arbitration = ReadArbitration(chain, clock)
    signing_key = _log_key(settings, chain)
    read_offers = ReadOffers(store, chain, clock)
    manifest = load_manifest(settings.deployment).document()
    read_evidence = ReadEvidence(read_work, chain, signing_key, manifest)
    issuer = CertificateIssuer(credential_key(settings.credential_key or settings.data / "credential.key"))
    read_disputes = ReadDisputes(store, arbitration, clock)
    erase_redacted = EraseRedacted(store, blobs)
    erase_redacted()  # before anything is read: a table that was restored holds what it should not
    return Registry(
        settings=settings,
        chain=chain,
        prepare_draft=prepare,
        answer_draft=answer,
        register_work=register,
        register_works=RegisterWorks(store, chain, register),
        record_declarations=RecordDeclarations(
            store, chain, blobs, clock, HourlyQuota(clock, "declarations", settings.declarations_per_hour)
        ),
        log_digest=LogDigest(store, clock, ClientQuota(clock, "digests", settings.digests_per_day)),
        prepare_supplement=PrepareSupplement(store, chain, clock, ids),
        add_supplement=AddSupplement(store, chain, clock, quota),
        read_supplements=ReadSupplements(store, chain, clock),
        prepare_redaction=PrepareRedaction(store, chain, clock),
        redact_work=RedactWork(store, chain, blobs, clock, erase_redacted),
        prepare_shares=PrepareShares(store, chain, clock),
        consent_to_shares=ConsentToShares(store, chain, clock, quota),
        read_share_consents=ReadShareConsents(store, chain, clock),
        prepare_answer=PrepareAnswer(chain, clock, read_disputes),
        give_answer=GiveAnswer(store, chain, clock, read_disputes, quota),
        read_answers=ReadAnswers(store, clock, read_disputes),
        verify_file=VerifyFile(store, chain, extractor, blobs, clock),
        check_file=CheckFile(read_work, extractor, blobs, clock),
        read_work=read_work,
        read_history=ReadHistory(read_work),
        read_preview=ReadPreview(read_work, blobs),
        list_works=ListWorks(store, chain, clock),
        read_log=ReadLog(store, chain, signing_key.verifier_key),
        read_inclusion=ReadInclusion(read_work),
        read_evidence=read_evidence,
        issue_certificate=IssueCertificate(
            read_evidence, read_offers, blobs, issuer, clock, name_of(chain.contracts.chain_id)
        ),
        make_title=MakeTitle(store, chain, clock, ClientQuota(clock, "titles", settings.carried_per_day)),
        prepare_offer=PrepareOffer(store, chain, clock, ids),
        publish_offer=PublishOffer(store, chain, clock),
        read_offers=read_offers,
        prepare_purchase=PreparePurchase(store, chain, clock),
        read_purchase=ReadPurchase(store, chain),
        read_grants=ReadGrants(store),
        prepare_act=PrepareAct(store, chain, clock),
        read_transaction=ReadTransaction(store, chain),
        read_revenue=ReadRevenue(store, arbitration, clock),
        read_disputes=read_disputes,
        read_arbitration=arbitration,
        read_account=ReadAccount(chain),
        sync_chain=SyncChain(store, chain, clock, ClashFinder(blobs)),
        send_intents=SendIntents(store, chain, clock),
        anchor_log=AnchorLog(store, chain, clock, signing_key, _anchor_pace(settings, embedded is not None)),
        purge_drafts=PurgeDrafts(store, blobs, clock),
        erase_redacted=erase_redacted,
        give_coin=GiveCoin(store, chain) if embedded else None,
        add_samples=_sample_adder(settings, prepare, answer, register) if embedded else None,
        tidy_index=TidyIndex(store),
        rpc=JsonRpc(embedded).handle if embedded else None,
        _resources=resources.pop_all(),
    )


def _open_chain(settings: Settings, resources: ExitStack) -> tuple[Gateway, EmbeddedChain | None]:
    if settings.chain.startswith("embedded:"):
        return _open_embedded(settings, resources)
    if not settings.deployment.exists():
        raise SettingsError("COLOPHON_DEPLOYMENT", f"{settings.deployment} is missing: run `colophon deploy`")
    if settings.operator_keystore is None or settings.operator_passphrase_file is None:
        raise SettingsError("COLOPHON_OPERATOR_KEYSTORE", "and COLOPHON_OPERATOR_PASSPHRASE_FILE are needed")
    operator = unlock_file(settings.operator_keystore, settings.operator_passphrase_file)
    provider = open_provider(settings.chain, _no_embedded_chain)
    manifest = load_manifest(settings.deployment)
    verify_deployment(provider, manifest, str(settings.data))
    contracts = contracts_of(manifest)
    level = proof_level_of(contracts.chain_id)
    return Gateway(provider, contracts, operator, settings.confirmations, level), None


def _open_embedded(settings: Settings, resources: ExitStack) -> tuple[Gateway, EmbeddedChain]:
    operator = operator_key(settings.data / "operator.key")
    opened: list[EmbeddedChain] = []

    def open_chain(path: Path) -> EmbeddedChain:
        opened.append(resources.enter_context(EmbeddedChain(path, Address(operator.address))))
        return opened[0]

    provider = open_provider(settings.chain, open_chain)
    try:
        terms = _embedded_terms(settings, Address(operator.address))
        manifest = deploy(provider, operator, settings.deployment, terms, at_once=True)
    except CodeMismatchError as problem:
        expected = f"the chain in {settings.chain}"
        raise DeploymentChangedError(str(settings.deployment), expected, str(settings.data)) from problem
    return Gateway(provider, contracts_of(manifest), operator, 1, ProofLevel.LOCAL), opened[0]


def _embedded_terms(settings: Settings, operator: Address) -> DeskTerms:
    """Those of the deployment there is; a later version may begin new ones with others."""
    if settings.deployment.exists():
        return load_manifest(settings.deployment).terms
    return embedded_terms(operator)


def _no_embedded_chain(path: Path) -> EmbeddedChain:
    raise SettingsError("COLOPHON_CHAIN", f"{path} is not opened in this way")


def _identity(contracts: Contracts, embedded: EmbeddedChain | None) -> Hash32:
    """What a journal is bound to: the deployment, and on the embedded chain its genesis.

    All embedded chains have one chain id, and a key that deploys again gets the same addresses.
    """
    if embedded is None:
        return contracts.manifest_id
    return Hash32(hashlib.sha256(contracts.manifest_id + embedded.genesis_hash).digest())


def _log_key(settings: Settings, chain: Gateway) -> SigningKey:
    """The log is the operator's account's: its name says which on which chain."""
    path = settings.log_key or settings.data / "log.key"
    return log_key(path, f"colophon/{chain.contracts.chain_id}/{chain.operator}")


def _anchor_pace(settings: Settings, is_embedded: bool) -> AnchorPace:  # noqa: FBT001  # a fact of the chain
    usual = EMBEDDED_ANCHOR_SECONDS if is_embedded else NODE_ANCHOR_SECONDS
    seconds = usual if settings.anchor_seconds is None else settings.anchor_seconds
    return AnchorPace(settings.anchor_leaves, timedelta(seconds=seconds))


def _sample_adder(
    settings: Settings, prepare: PrepareDraft, answer: AnswerDraft, register: RegisterWork
) -> AddSamples:
    signer = SamplesKey(settings.data / "samples.key")
    return AddSamples(prepare, answer, register, signer, samples())
