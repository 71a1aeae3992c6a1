"""The transparency log, pure: an RFC 6962 tree, its C2SP tiles, signed checkpoints and proof files.

Who keeps a log stores what `grown_tiles` answers and signs a `Checkpoint`; who serves it hands out tiles and
makes proofs from `TiledNodes`; who checks it needs the log's `VerifierKey` alone. Nothing here opens a file
or a connection. To read: tree, verifying, tiles, tiled; then text, keys, note, checkpoint, proof.
"""

from registry.log.checkpoint import Checkpoint, open_checkpoint
from registry.log.keys import SigningKey, VerifierKey
from registry.log.note import MAX_NOTE_BYTES, Signature, SignedNote
from registry.log.proof import MAX_PROOF_BYTES, LogProof
from registry.log.tiled import TiledNodes, TileReader, grown_tiles
from registry.log.tiles import (
    TILE_BYTES,
    TILE_WIDTH,
    EntryBundle,
    Tile,
    decode_entries,
    encode_entries,
    partial_tiles,
    tiles_of_growth,
)
from registry.log.tree import (
    EMPTY_ROOT,
    Frontier,
    Node,
    NodeReader,
    leaf_hash,
    node_hash,
    prove_consistency,
    prove_inclusion,
    root_of,
)
from registry.log.verifying import root_from_inclusion, verify_consistency, verify_inclusion

__all__ = [
    "EMPTY_ROOT",
    "MAX_NOTE_BYTES",
    "MAX_PROOF_BYTES",
    "TILE_BYTES",
    "TILE_WIDTH",
    "Checkpoint",
    "EntryBundle",
    "Frontier",
    "LogProof",
    "Node",
    "NodeReader",
    "Signature",
    "SignedNote",
    "SigningKey",
    "Tile",
    "TileReader",
    "TiledNodes",
    "VerifierKey",
    "decode_entries",
    "encode_entries",
    "grown_tiles",
    "leaf_hash",
    "node_hash",
    "open_checkpoint",
    "partial_tiles",
    "prove_consistency",
    "prove_inclusion",
    "root_from_inclusion",
    "root_of",
    "tiles_of_growth",
    "verify_consistency",
    "verify_inclusion",
]
