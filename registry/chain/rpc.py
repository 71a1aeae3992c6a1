"""The bounded JSON-RPC of the embedded chain: a table of methods and nothing else (JSON-RPC 2.0)."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from functools import partial
from typing import Any

from registry.chain.embedded import EmbeddedChain
from registry.chain.methods import METHODS
from registry.chain.wire import INVALID_PARAMS, INVALID_REQUEST, METHOD_NOT_FOUND, SERVER_ERROR, RpcError
from registry.errors import RegistryError

MAX_BATCH = 100  # requests in one; each holds the owner's thread for milliseconds

_SIGNATURES = {name: inspect.signature(method) for name, method in METHODS.items()}


class JsonRpc:
    """Answers JSON-RPC requests about one embedded chain."""

    def __init__(self, chain: EmbeddedChain) -> None:
        self._chain = chain

    def handle(self, request: object) -> object:
        """A request or batch in, its answer out, both as parsed JSON; None if there is nothing to answer.

        Never raises for what a caller can cause: the answer says it.
        """
        if not isinstance(request, list):
            return self._one(request)
        if not 0 < len(request) <= MAX_BATCH:
            return _failure(None, RpcError(INVALID_REQUEST, f"a batch has 1 to {MAX_BATCH} requests"))
        answers = [answer for answer in map(self._one, request) if answer is not None]
        return answers or None

    def _one(self, request: object) -> dict[str, object] | None:
        if not isinstance(request, Mapping) or not _is_request(request):
            return _failure(None, RpcError(INVALID_REQUEST, "no JSON-RPC 2.0 request"))
        identifier = request.get("id")
        try:
            answer = _success(identifier, self.call(request["method"], request.get("params", [])))
        except RpcError as error:
            answer = _failure(identifier, error)
        except RegistryError as error:
            answer = _failure(identifier, RpcError(SERVER_ERROR, error.message, {"code": error.code}))
        return answer if "id" in request else None

    def call(self, method: str, params: object) -> object:
        """One method's result.

        Raises:
            RpcError: The method is not in the table, its parameters do not fit, or it fails.
            ChainUnavailableError, StorageFullError: The chain cannot serve it.
        """
        if method not in METHODS:
            raise RpcError(METHOD_NOT_FOUND, f"the method {method} does not exist/is not available")
        if not isinstance(params, list | tuple):
            raise RpcError(INVALID_PARAMS, "params must be a list")
        operation = partial(_apply, method, params)
        return self._chain.run(operation)


def _apply(method: str, params: list[Any] | tuple[Any, ...], engine: Any) -> object:  # noqa: ANN401
    try:
        arguments = _SIGNATURES[method].bind(engine, *params)
    except TypeError as error:
        raise RpcError(INVALID_PARAMS, f"{method}: {error}") from error
    return METHODS[method](*arguments.args)


def _is_request(request: Mapping[str, object]) -> bool:
    return (
        request.get("jsonrpc") == "2.0"
        and isinstance(request.get("method"), str)
        and isinstance(request.get("id"), str | int | None)
    )


def _success(identifier: object, result: object) -> dict[str, object]:
    return {"jsonrpc": "2.0", "id": identifier, "result": result}


def _failure(identifier: object, error: RpcError) -> dict[str, object]:
    told: dict[str, object] = {"code": error.code, "message": error.message}
    if error.data is not None:
        told["data"] = error.data
    return {"jsonrpc": "2.0", "id": identifier, "error": told}
