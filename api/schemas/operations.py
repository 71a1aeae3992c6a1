"""What an operator and a client's first request want to know."""

from __future__ import annotations

from typing import Literal

from api.schemas.values import AddressValue, BigInteger, HashValue, Model
from registry.model import ProofLevel


class ContractsOut(Model):
    """The deployment that every statement and record is bound to, and how this chain's dates count."""

    chain_id: int
    checkpoint_log: AddressValue
    work_registry: AddressValue
    license_ledger: AddressValue
    royalty_vault: AddressValue
    dispute_desk: AddressValue
    deployed_at_block: int
    manifest_id: HashValue
    proof_level: ProofLevel
    date_note: str | None
    confirmations_needed: int


class HealthOut(Model):
    """The process answers."""

    status: Literal["ok"] = "ok"


class ReadyOut(Model):
    """Chain, store and decoder are there."""

    status: Literal["ready"] = "ready"


class FaucetIn(Model):
    """The account that wants play coin."""

    account: AddressValue


class FaucetOut(Model):
    """What will arrive with the next block."""

    account: AddressValue
    amount_wei: BigInteger
