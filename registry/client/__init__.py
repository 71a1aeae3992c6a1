"""The registry over HTTP, for whoever signs with keys of their own."""

from registry.client.answers import Answer
from registry.client.api import ColophonClient
from registry.client.failures import (
    ClientError,
    LostRegistryError,
    NoRegistryError,
    ProblemError,
    UnexpectedAnswerError,
)
from registry.client.rpc import NodeRefusedError, NoNodeError, RpcClient

__all__ = [
    "Answer",
    "ClientError",
    "ColophonClient",
    "LostRegistryError",
    "NoNodeError",
    "NoRegistryError",
    "NodeRefusedError",
    "ProblemError",
    "RpcClient",
    "UnexpectedAnswerError",
]
