"""`colophon verify-evidence`: the offline verifier, with a node to ask if the caller names one."""

from __future__ import annotations

import re
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from registry.cli.terminal import Terminal
from registry.client.failures import UnexpectedAnswerError
from registry.client.rpc import RpcClient
from registry.evidence import Given, lines_of, verify_bundle
from registry.evidence.opening import read_bundle
from registry.evidence.vouching import headers_typed, roots_in
from registry.log import VerifierKey
from registry.model import Hash32

_HASH = re.compile(r"0x[0-9a-fA-F]{64}")
_WITHOUT_TRANSACTIONS = False  # the second parameter of eth_getBlockByNumber


@dataclass(frozen=True, slots=True)
class Vouched:
    """What the caller vouches for, as typed; None of what they left out."""

    block_hash: str | None
    rpc: str | None
    deployment: str | None
    log_key: str | None
    tsa_roots: tuple[Path, ...] = ()
    bitcoin_headers: tuple[str, ...] = ()


class NodeWitness:
    """A node that is asked for a block's hash. Its methods raise what `RpcClient` does."""

    def __init__(self, node: RpcClient) -> None:
        self._node = node

    @property
    def name(self) -> str:
        """Who it is, for a reader."""
        return f"the node at {self._node.url}"

    def chain_id(self) -> int:
        """Which chain it knows; asked once."""
        return self._chain_id

    def block_hash(self, number: int) -> Hash32 | None:
        """The hash of a block by its number; None if the node has none."""
        block = self._node.call("eth_getBlockByNumber", hex(number), _WITHOUT_TRANSACTIONS)
        if block is None:
            return None
        told = block.get("hash") if isinstance(block, dict) else None
        if not isinstance(told, str) or not _HASH.fullmatch(told):
            # Said of the node, and never a verdict on the bundle.
            raise UnexpectedAnswerError("eth_getBlockByNumber", "is not a block")
        return Hash32(bytes.fromhex(told[2:]))

    @cached_property
    def _chain_id(self) -> int:
        return self._node.chain_id()


def print_verification(terminal: Terminal, bundle: Path, file: Path | None, vouched: Vouched) -> bool:
    """Check a bundle and print every step; whether no step failed.

    Raises:
        InvalidValueError, MalformedLogDataError: A hash, the key, a root or a header is not of its form.
        NoNodeError, LostRegistryError, NodeRefusedError, UnexpectedAnswerError: The node does not tell.
        OSError: A file cannot be read.
    """
    with ExitStack() as opened:
        node = opened.enter_context(RpcClient(vouched.rpc)) if vouched.rpc else None
        given = Given(
            file=opened.enter_context(file.open("rb")) if file else None,
            block_hash=_hash(vouched.block_hash),
            witness=NodeWitness(node) if node else None,
            deployment=_hash(vouched.deployment),
            log_key=VerifierKey.parse(vouched.log_key) if vouched.log_key else None,
            roots=roots_in(vouched.tsa_roots),
            bitcoin_headers=headers_typed(vouched.bitcoin_headers),
        )
        report = verify_bundle(read_bundle(bundle), given)
    terminal.document(report.document())
    for line in lines_of(report):
        terminal.line(line)
    return report.holds


def _hash(text: str | None) -> Hash32 | None:
    return None if text is None else Hash32.parse(text.lower())
