"""Deploying the contracts, and checking a deployment."""

from registry.chain.deployment.plan import Plan
from registry.chain.deployment.running import Watcher, deploy
from registry.chain.deployment.state import Step, state_path
from registry.chain.deployment.terms import PUBLIC_BOND_WEI, embedded_terms, public_terms
from registry.chain.deployment.verification import current_arbiter, sources_path, verify_deployment

__all__ = [
    "PUBLIC_BOND_WEI",
    "Plan",
    "Step",
    "Watcher",
    "current_arbiter",
    "deploy",
    "embedded_terms",
    "public_terms",
    "sources_path",
    "state_path",
    "verify_deployment",
]
