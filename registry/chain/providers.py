"""From a chain's address to a web3 provider: `embedded:///absolute/path/chain.db`, `http://…` or `https://…`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import unquote, urlsplit

import requests
from eth_abi.exceptions import DecodingError
from web3 import HTTPProvider
from web3.exceptions import Web3Exception
from web3.providers.base import BaseProvider

from registry.chain.embedded import EmbeddedChain
from registry.chain.rpc import JsonRpc
from registry.chain.wire import RpcError
from registry.errors import ChainMismatchError, ChainUnavailableError, InvalidValueError, SettingsError

if TYPE_CHECKING:
    from web3.types import RPCEndpoint, RPCResponse

CONNECT_TIMEOUT_SECONDS = 5.0
READ_TIMEOUT_SECONDS = 30.0  # public nodes take several seconds for an eth_getLogs


class EmbeddedProvider(BaseProvider):
    """A web3 provider over an embedded chain in the same process.

    `make_request` raises ChainUnavailableError or StorageFullError where a node over HTTP would not answer.
    """

    def __init__(self, chain: EmbeddedChain) -> None:
        super().__init__()
        self.chain = chain
        self._rpc = JsonRpc(chain)

    def make_request(self, method: RPCEndpoint, params: Any) -> RPCResponse:  # noqa: ANN401  # web3's signature
        """One JSON-RPC request."""
        answer: dict[str, Any] = {"jsonrpc": "2.0", "id": 1}
        try:
            answer["result"] = self._rpc.call(method, params)
        except RpcError as error:
            answer["error"] = {"code": error.code, "message": error.message, "data": error.data}
        return answer  # type: ignore[return-value]  # a TypedDict is not built field by field

    def is_connected(self, show_traceback: bool = False) -> bool:  # noqa: ARG002, FBT001, FBT002  # web3's signature
        """Whether the chain is open."""
        try:
            self._rpc.call("eth_chainId", [])
        except ChainUnavailableError:
            return False
        return True


class NodeProvider(HTTPProvider):
    """A web3 provider over HTTP, with timeouts, no silent retries, and domain errors.

    Raises (from `make_request`):
        ChainUnavailableError: No connection, no answer in time, or an answer that is no JSON-RPC.
    """

    def __init__(self, url: str, read_timeout_seconds: float = READ_TIMEOUT_SECONDS) -> None:
        super().__init__(
            url,
            request_kwargs={"timeout": (CONNECT_TIMEOUT_SECONDS, read_timeout_seconds)},
            exception_retry_configuration=None,
        )

    def make_request(self, method: RPCEndpoint, params: Any) -> RPCResponse:  # noqa: ANN401  # web3's signature
        """One JSON-RPC request."""
        try:
            answer: Any = super().make_request(method, params)
        except requests.Timeout as error:
            raise ChainUnavailableError("no answer in time") from error
        except requests.RequestException as error:
            raise ChainUnavailableError(_reason(error)) from error
        except (ValueError, RecursionError, Web3Exception) as error:
            raise ChainUnavailableError("the answer is no JSON-RPC") from error
        if not isinstance(answer, dict) or ("result" not in answer and "error" not in answer):
            raise ChainUnavailableError("the answer is no JSON-RPC")
        return cast("RPCResponse", answer)


def _reason(error: requests.RequestException) -> str:
    # the full text repeats the URL, and a node's URL often holds its key
    if error.response is not None:
        return f"HTTP status {error.response.status_code}"
    return "no connection" if isinstance(error, requests.ConnectionError) else type(error).__name__


def open_provider(uri: str, open_embedded: Callable[[Path], EmbeddedChain]) -> BaseProvider:
    """The provider for a chain's address; `open_embedded` opens an embedded chain's file.

    Raises:
        SettingsError: Another scheme, or an embedded chain without an absolute path.
        ChainInUseError, ChainUnavailableError, DeploymentChangedError: As EmbeddedChain.
    """
    parts = urlsplit(uri)
    if parts.scheme in ("http", "https") and parts.netloc:
        return NodeProvider(uri)
    if parts.scheme == "embedded" and not parts.netloc and parts.path.startswith("/"):
        return EmbeddedProvider(open_embedded(Path(unquote(parts.path))))
    raise SettingsError("chain", "expected embedded:///absolute/path, http://… or https://…")


@contextmanager
def reading() -> Iterator[None]:
    """Read a node's answer, as a `with` block or a decorator: one of another form than it must have is none.

    Every reading of JSON from a node happens in here; what a contract refuses is told outside of it.

    Raises:
        ChainUnavailableError: The answer lacks a member, or holds one of another type or form.
    """
    try:
        yield
    except (AttributeError, LookupError, TypeError, ValueError, DecodingError, InvalidValueError) as error:
        raise ChainUnavailableError(f"an answer that cannot be read ({type(error).__name__})") from error


@reading()
def request(provider: BaseProvider, method: str, *params: object) -> Any:  # noqa: ANN401  # JSON of any shape
    """One method's result, past web3's middleware.

    Raises:
        RpcError: The node answers with an error.
        ChainUnavailableError: The node does not answer, or with neither a result nor an error.
    """
    answer: Any = provider.make_request(method, list(params))  # type: ignore[arg-type]  # RPCEndpoint is str
    error = answer.get("error")
    if error is None:
        return answer["result"]
    if not isinstance(error, dict):
        raise RpcError(0, str(error))
    raise RpcError(int(error.get("code", 0)), str(error.get("message", "")), error.get("data"))


def require(provider: BaseProvider, method: str, *params: object) -> Any:  # noqa: ANN401
    """One method's result, of a method that every node answers.

    Raises:
        ChainUnavailableError: The node answers with an error, or not at all.
    """
    try:
        return request(provider, method, *params)
    except RpcError as error:
        raise ChainUnavailableError(f"{method}: {error.message}") from error


def require_chain(provider: BaseProvider, expected: int) -> None:
    """Check which chain a node serves.

    Raises:
        ChainMismatchError: Another.
        ChainUnavailableError: It does not answer.
    """
    found = chain_id_of(provider)
    if found != expected:
        raise ChainMismatchError(expected, found)


def chain_id_of(provider: BaseProvider) -> int:
    """Which chain a node serves.

    Raises:
        ChainUnavailableError: It does not say.
    """
    with reading():
        return int(require(provider, "eth_chainId"), 16)
