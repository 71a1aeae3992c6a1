"""Refusals into domain errors: the contracts' typed errors by one table, nodes' messages by another."""

from __future__ import annotations

import re
from collections.abc import Mapping

from eth_abi.exceptions import DecodingError

from registry.chain.abi import CONTRACT_NAMES, Failure, artifact
from registry.chain.contract_errors import CONTRACT_ERRORS
from registry.chain.wire import RpcError
from registry.errors import (
    ChainUnavailableError,
    InvalidValueError,
    RegistryError,
    TransactionRejectedError,
)

# What nodes write into an error's message, in order of precedence; the words around these differ by node.
_NODE_MESSAGES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), reason)
    for pattern, reason in (
        (r"already known|already imported|known transaction|already exists", "known"),
        (r"pool is full|pool overflow|queue is full", "full"),
        (r"chain ?id|wrong chain|replay-protected|invalid sender|incompatible eip-?155", "other-chain"),
        (
            r"underpriced|fee ?cap|max fee per gas less|max priority fee per gas higher|gas price too low",
            "underpriced",
        ),
        (r"nonce.*too low|nonce too low|old ?nonce", "nonce-used"),
        (r"nonce.*too high|nonce gap|nonce.*distant", "nonce-too-high"),
        (r"insufficient (funds|balance)|not enough (funds|balance)", "insufficient-funds"),
        (
            r"intrinsic gas|out ?of ?gas|gas limit|gas too (low|high)|gas required exceeds|exceeds block gas",
            "gas",
        ),
        (
            (
                r"invalid ?(fe)? ?(opcode|instruction|jump)|stack ?(under|over)flow|write protection"
                r"|\bevm error|vm execution error|execution failed:|max (init)?code size"
            ),
            "halted",
        ),
        (r"type not supported|unsupported transaction type", "unsupported-type"),
    )
)

# Of an estimate only these are final: no waiting changes them, or the caller knows what to wait for.
_FINAL_IN_ESTIMATES = frozenset({"nonce-used", "nonce-too-high", "insufficient-funds", "gas", "halted"})

_REVERT_DATA = re.compile(r"(?:Reverted )?0x((?:[0-9a-fA-F]{2})*)")

# A node's own trouble: codes of JSON-RPC 2.0 (internal error), EIP-1474 (limit exceeded), HTTP; and words.
_TROUBLE_CODES = frozenset({-32603, -32005, 429})
_TROUBLE = re.compile(
    r"internal (server )?error|rate.?limit|too many|limit exceeded|quota|capacity|throttl|time(d)? ?-?out"
    r"|deadline exceeded|aborted|cancell?ed|try again|busy|overload|unavailable|does not answer|syncing"
    r"|not synced|header not found|missing trie node|unknown block|bad gateway|connection|upstream",
    re.IGNORECASE,
)


def reason_of(error: RpcError) -> str:
    """A node's refusal as one stable word; `refused` where its message is not known."""
    return next((reason for pattern, reason in _NODE_MESSAGES if pattern.search(error.message)), "refused")


def revert_data(error: RpcError) -> bytes | None:
    """The bytes a contract reverted with, None if the error is no revert. Nodes nest them differently."""
    found: object = error.data
    if isinstance(found, Mapping):
        found = found.get("data")
    if isinstance(found, str) and (shown := _REVERT_DATA.fullmatch(found)):
        return bytes.fromhex(shown[1])
    return b"" if "revert" in error.message.lower() else None


def decode_revert(payload: bytes) -> RegistryError:
    """The domain error that a contract's revert stands for; TransactionRejectedError for an unknown one."""
    failure = _failures().get(payload[:4])
    if failure is None:
        return TransactionRejectedError("reverted", revert_data=f"0x{payload.hex()}")
    try:
        return CONTRACT_ERRORS[failure.name](*failure.decode(payload[4:]))
    except (DecodingError, ValueError, OverflowError, InvalidValueError):  # a time or address that is none
        return TransactionRejectedError("reverted", revert_data=f"0x{payload.hex()}")


def of_estimate(error: RpcError) -> RegistryError:
    """The domain error for a node that gives no estimate: a refusal only if it is final.

    Nothing was sent, so asking again is safe wherever the trouble may pass.
    """
    reverted = revert_data(error)
    if reverted is not None:
        return decode_revert(reverted)
    reason = reason_of(error)
    if reason in _FINAL_IN_ESTIMATES:
        return TransactionRejectedError(reason, node_message=error.message)
    return ChainUnavailableError(f"no estimate: {error.message}")


def of_broadcast(error: RpcError) -> RegistryError:
    """The domain error for a node that does not take a signed transaction."""
    reverted = revert_data(error)
    if reverted is not None:
        return decode_revert(reverted)
    reason = reason_of(error)
    if reason == "full":
        return ChainUnavailableError("its pool of waiting transactions is full")
    if reason == "refused" and (error.code in _TROUBLE_CODES or _TROUBLE.search(error.message)):
        return ChainUnavailableError(f"not taken: {error.message}")
    return TransactionRejectedError(reason, node_message=error.message)


def _failures() -> dict[bytes, Failure]:
    return {
        selector: failure for name in CONTRACT_NAMES for selector, failure in artifact(name).errors.items()
    }
