"""What routes are given: the registry, who asks, and the moment."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import Depends, Request

from api.failures import OtherSiteError
from registry.compose import Registry
from registry.usecases.viewer import Viewer

MAX_TOKENS = 100  # a claimant with more pending records than that asks for them in turns


async def registry_of(request: Request) -> Registry:
    """The registry that the application was made for."""
    return cast("Registry", request.app.state.registry)


async def viewer_of(request: Request) -> Viewer:
    """The caller by its receipts: `Authorization: Bearer <token>`, several divided by commas (RFC 6750).

    Another scheme or no header at all is nobody: it sees what everybody sees, and learns nothing more.
    """
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return Viewer()
    tokens = [token.strip() for token in credentials.split(",")]
    return Viewer.holding(token for token in tokens[:MAX_TOKENS] if token)


async def client_of(request: Request) -> str:
    """The network address that asks, for what is done for one so many times a day."""
    return request.client.host if request.client else "unknown"


async def from_this_site(request: Request) -> None:
    """Refuse a form that another site's page sends.

    Raises:
        OtherSiteError: The browser names another origin than the host it sends to (RFC 6454).
    """
    origin = request.headers.get("origin")
    if origin is not None and origin.partition("://")[2] != request.headers.get("host"):
        raise OtherSiteError(origin)


async def site_of(request: Request) -> str:
    """Where people reach the service, for what is signed: as set, else the socket that was asked.

    Never what the request says of it: whoever asks would have the registry sign an address of theirs.
    """
    registry = cast("Registry", request.app.state.registry)
    if registry.settings.public_url is not None:
        return registry.settings.public_url
    host, port = request.scope.get("server") or ("localhost", None)
    name = f"[{host}]" if ":" in host else host
    return f"http://{name}:{port}" if port else f"http://{name}"


RegistryDep = Annotated[Registry, Depends(registry_of)]
ClientDep = Annotated[str, Depends(client_of)]
SiteDep = Annotated[str, Depends(site_of)]
ViewerDep = Annotated[Viewer, Depends(viewer_of)]
