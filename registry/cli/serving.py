"""`colophon serve`: the registry's whole life, from a free port to an orderly end."""

from __future__ import annotations

import errno
import logging
import os
import signal
import socket
import sys
from pathlib import Path

import typer

from registry.cli.failures import CommandError

_BACKLOG = 128
_LAST_PORT = 65_535
# How long a thread that computes keeps others waiting. Python's 5 ms, several times in a request, is what
# readers would wait for while new works are made searchable beside them.
_SWITCH_SECONDS = 0.0002
_GRACE_SECONDS = 10  # what an upload in flight is given to finish


def serve_registry(host: str, port: int, data: Path) -> None:
    """Serve until SIGINT or SIGTERM. The port is taken before the chain is opened.

    Raises:
        CommandError: The port is taken, or the address is not this machine's.
        ChainInUseError, DeploymentChangedError, SettingsError, … : As `open_registry`.
    """
    with _listen(host, port) as listening:
        url = _url(host, listening.getsockname()[1])
        typer.echo(f"Opening the registry in {data} …")
        _run(listening, url, data)
    typer.echo("Closed in order; everything acknowledged is kept.")


def _run(listening: socket.socket, url: str, data: Path) -> None:
    import uvicorn

    from api.app import create_app
    from registry.compose import open_registry
    from registry.settings import Settings

    # Both signals end the registry the same way, also while it is still opening.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.setswitchinterval(_SWITCH_SECONDS)
    registry = open_registry(Settings.from_environment({**os.environ, "COLOPHON_DATA": str(data)}))
    try:
        registry.start()
        config = uvicorn.Config(
            create_app(registry),
            log_level=logging.WARNING,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_GRACE_SECONDS,
        )
        _greet(url)
        uvicorn.Server(config).run(sockets=[listening])
    except KeyboardInterrupt:
        pass  # uvicorn sends itself the signal again once it has closed in order
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        registry.close()


def _greet(url: str) -> None:
    typer.echo(f"Colophon serves at {url}")
    typer.echo("  page      open that address and drop a file")
    typer.echo(f"  API       {url}/v1/openapi.json")
    typer.echo("  register  colophon register FILE --title … --creator …")
    typer.echo("  stop      Ctrl-C")


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except socket.gaierror as problem:
        raise CommandError("bad-address", f"{host} is no address") from problem
    listening = socket.socket(family, kind, protocol)
    try:
        # A port whose last connections are still fading away is free; one that somebody listens on is not.
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(_BACKLOG)
    except OSError as problem:
        listening.close()
        raise _cannot_listen(problem, host, port) from problem
    return listening


def _cannot_listen(problem: OSError, host: str, port: int) -> CommandError:
    if problem.errno == errno.EADDRINUSE:
        another = port + 1 if port < _LAST_PORT else 0
        return CommandError(
            "port-taken",
            f"port {port} on {host} is taken by another program",
            f"choose another: colophon serve --port {another}, or make serve ARGS='--port {another}'",
        )
    if problem.errno == errno.EACCES:
        return CommandError("port-forbidden", f"port {port} is not open to this user: choose one over 1023")
    return CommandError("bad-address", f"cannot listen on {host} port {port}: {problem.strerror}")


def _url(host: str, port: int) -> str:
    shown = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104  # the caller chose it
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"
