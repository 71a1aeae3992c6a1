"""Whether the registry works, what it is bound to, and play coin where the chain is embedded."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter

from api.dependencies import RegistryDep
from api.failures import NotReadyError
from api.openapi import problems
from api.readiness import missing_parts
from api.schemas.operations import ContractsOut, FaucetIn, FaucetOut, HealthOut, ReadyOut
from api.schemas.works import LOCAL_DATE_NOTE
from registry.errors import FaucetDryError, NotFoundError
from registry.model import ProofLevel

router = APIRouter(tags=["operate"])


@router.get("/health", responses=problems())
async def health() -> HealthOut:
    """The process answers; nothing more is looked at."""
    return HealthOut()


@router.get("/ready", responses=problems(NotReadyError))
def ready(registry: RegistryDep) -> ReadyOut:
    """Chain, store and decoder are there; 503 says what is missing."""
    missing = missing_parts(registry)
    if missing:
        raise NotReadyError(missing)
    return ReadyOut()


@router.get("/contracts", responses=problems())
def contracts(registry: RegistryDep) -> ContractsOut:
    """The deployment that every statement and record is bound to."""
    deployed = registry.contracts
    return ContractsOut(
        chain_id=deployed.chain_id,
        checkpoint_log=deployed.checkpoint_log,
        work_registry=deployed.work_registry,
        license_ledger=deployed.license_ledger,
        royalty_vault=deployed.royalty_vault,
        dispute_desk=deployed.dispute_desk,
        deployed_at_block=deployed.deployed_at_block,
        manifest_id=deployed.manifest_id,
        proof_level=registry.proof_level,
        date_note=LOCAL_DATE_NOTE if registry.proof_level is ProofLevel.LOCAL else None,
        confirmations_needed=registry.chain.confirmations_needed,
    )


@router.post("/faucet", status_code=HTTPStatus.ACCEPTED, responses=problems(FaucetDryError, NotFoundError))
def faucet(registry: RegistryDep, body: FaucetIn) -> FaucetOut:
    """Play coin on the embedded chain, up to a cap; 404 on any other."""
    if registry.give_coin is None:
        raise NotFoundError("faucet", "on this chain")
    return FaucetOut(account=body.account, amount_wei=registry.give_coin(body.account))
