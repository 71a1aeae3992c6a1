"""Which chains are public, and so prove their dates to others (ids of the ethereum-lists registry)."""

from __future__ import annotations

from registry.model.work import ProofLevel

_PUBLIC = {
    1: "Ethereum",
    10: "OP Mainnet",
    56: "BNB Smart Chain",
    100: "Gnosis",
    137: "Polygon",
    324: "ZKsync Era",
    8453: "Base",
    42161: "Arbitrum One",
    43114: "Avalanche C-Chain",
    59144: "Linea",
    534352: "Scroll",
}
_PUBLIC_TESTNETS = {
    17000: "Holesky",
    80002: "Polygon Amoy",
    84532: "Base Sepolia",
    421614: "Arbitrum Sepolia",
    534351: "Scroll Sepolia",
    560048: "Hoodi",
    11155111: "Sepolia",
    11155420: "OP Sepolia",
}


def proof_level_of(chain_id: int) -> ProofLevel:
    """To whom a chain's dates prove anything; a chain not known here proves nothing to others."""
    if chain_id in _PUBLIC:
        return ProofLevel.PUBLIC
    if chain_id in _PUBLIC_TESTNETS:
        return ProofLevel.PUBLIC_TESTNET
    return ProofLevel.LOCAL


def name_of(chain_id: int) -> str:
    """What people call a chain; one not known here is somebody's own."""
    return {**_PUBLIC, **_PUBLIC_TESTNETS}.get(chain_id, "Local chain")
