"""Which chains are public (ids of the ethereum-lists registry), as a verifier alone on a desk must know them.

The registry's own list is `registry.chain.networks`, which a verifier does not load; a test holds the two
equal.
"""

from __future__ import annotations

from registry.model import ProofLevel

PUBLIC = frozenset({1, 10, 56, 100, 137, 324, 8453, 42161, 43114, 59144, 534352})
PUBLIC_TESTNETS = frozenset({17000, 80002, 84532, 421614, 534351, 560048, 11155111, 11155420})


def level_of(chain_id: int) -> ProofLevel:
    """To whom a chain's dates prove anything; a chain not known here proves nothing to others."""
    if chain_id in PUBLIC:
        return ProofLevel.PUBLIC
    return ProofLevel.PUBLIC_TESTNET if chain_id in PUBLIC_TESTNETS else ProofLevel.LOCAL
