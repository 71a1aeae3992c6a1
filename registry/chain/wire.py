"""How JSON-RPC writes numbers, bytes and errors (Ethereum JSON-RPC specification, "Hex encoding")."""

from __future__ import annotations

import re

INVALID_REQUEST = -32600
METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602
SERVER_ERROR = -32000
REVERTED = 3  # with the revert data, as nodes have it
HASHES_ONLY = False  # second parameter of eth_getBlockBy…: the block without its transactions

_QUANTITY = re.compile(r"0x(0|[1-9a-fA-F][0-9a-fA-F]{0,63})")
_DATA = re.compile(r"0x([0-9a-fA-F]{2})*")


class RpcError(Exception):
    """An answer that is an error: `code` and `message` as JSON-RPC 2.0 has them, `data` if there is any."""

    def __init__(self, code: int, message: str, data: object = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.data = data


def quantity(number: int) -> str:
    """A non-negative integer as `0x` and hex without leading zeros."""
    return hex(number)


def data(value: bytes) -> str:
    """Bytes as `0x` and two hex digits each."""
    return f"0x{value.hex()}"


def parse_quantity(text: object, name: str) -> int:
    """Read a quantity.

    Raises:
        RpcError: Another form (-32602).
    """
    if not isinstance(text, str) or not _QUANTITY.fullmatch(text):
        raise RpcError(INVALID_PARAMS, f"{name} must be 0x and hex digits without leading zeros")
    return int(text, 16)


def parse_data(text: object, name: str, size: int | None = None) -> bytes:
    """Read bytes, of exactly `size` if given.

    Raises:
        RpcError: Another form or size (-32602).
    """
    if not isinstance(text, str) or not _DATA.fullmatch(text):
        raise RpcError(INVALID_PARAMS, f"{name} must be 0x and an even number of hex digits")
    value = bytes.fromhex(text[2:])
    if size is not None and len(value) != size:
        raise RpcError(INVALID_PARAMS, f"{name} must have {size} bytes")
    return value
