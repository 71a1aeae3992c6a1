"""The node of the embedded chain, for this machine's own wallets and nobody else."""

from __future__ import annotations

import re
from http import HTTPStatus
from ipaddress import IPv6Address, ip_address
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Request, Response

from api.dependencies import RegistryDep
from api.failures import NotLoopbackError
from api.openapi import problems
from registry.errors import NotFoundError

router = APIRouter(tags=["operate"])

# A page of another site can make a browser send here under a name that leads to this machine (DNS rebinding);
# what it cannot do is send another Host than its own name.
_LOCAL_HOST = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:[1-9][0-9]{0,4})?")


async def from_this_machine(request: Request) -> None:
    """Refuse callers that are not on loopback, and pages of other sites.

    Raises:
        NotLoopbackError: What gives them away.
    """
    if request.client is None or not _is_loopback(request.client.host):
        raise NotLoopbackError("the caller is not on this machine")
    host = request.headers.get("host", "")
    if not _LOCAL_HOST.fullmatch(host):
        raise NotLoopbackError("the Host is not localhost")
    origin = request.headers.get("origin")
    if origin is not None and origin != f"http://{host}":
        raise NotLoopbackError("the page is of another site")


@router.post(
    "/rpc", dependencies=[Depends(from_this_machine)], responses=problems(NotFoundError, NotLoopbackError)
)
def rpc(registry: RegistryDep, body: Annotated[Any, Body(description="JSON-RPC 2.0, one or a batch")]) -> Any:  # noqa: ANN401
    """JSON-RPC of the embedded chain: read methods and `eth_sendRawTransaction`; 404 on any other chain."""
    if registry.rpc is None:
        raise NotFoundError("node", "on this chain")
    answer = registry.rpc(body)
    return Response(status_code=HTTPStatus.NO_CONTENT) if answer is None else answer


def _is_loopback(host: str) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback
