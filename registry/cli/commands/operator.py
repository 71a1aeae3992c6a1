"""`colophon serve`, `sync`, `deploy` and `demo`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from registry.cli import options
from registry.cli.failures import told_plainly
from registry.cli.terminal import Terminal


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")
    ] = 8000,
    data: options.DataFolder = options.DEFAULT_DATA,
) -> None:
    """Run the registry: API and page over a chain in the data folder, or over COLOPHON_CHAIN."""
    from registry.cli.serving import serve_registry

    with told_plainly():
        serve_registry(host, port, data)


def sync(
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Drop the views and make them again.")] = False,
    data: options.DataFolder = options.DEFAULT_DATA,
    as_json: options.AsJson = False,
) -> None:
    """Bring the views up to the chain's head.

    The registry must not be running; on a node it may, unless the views are to be made again.
    """
    from registry.cli.maintaining import sync_views

    with told_plainly(as_json=as_json):
        sync_views(Terminal(as_json), data, rebuild=rebuild)


def deploy(
    rpc: Annotated[
        str, typer.Option(envvar="COLOPHON_RPC", help="The node to deploy through.", metavar="URL")
    ],
    keystore: Annotated[
        Path, typer.Option(exists=True, dir_okay=False, help="Encrypted key file of the account that pays.")
    ],
    arbiter: Annotated[str, typer.Option(help="Who decides disputes.", metavar="ADDRESS")],
    bond: Annotated[
        str, typer.Option(help="What opening a dispute takes.", metavar="AMOUNT")
    ] = options.DEFAULT_BOND,
    manifest: Annotated[Path, typer.Option(help="Where to write the deployment's manifest.")] = Path(
        "deployment.json"
    ),
    as_json: options.AsJson = False,
) -> None:
    """Deploy the contracts, or finish a deployment that was interrupted."""
    from registry.cli.deploying import deploy_contracts

    with told_plainly(as_json=as_json):
        deploy_contracts(Terminal(as_json), rpc, keystore, arbiter, bond, manifest)


def demo(
    seed: Annotated[int, typer.Option(min=0, help="Makes the keys; the same seed tells the same story.")] = 1,
) -> None:
    """Walk a creator and a licensee through the whole job, on sample works in a temporary registry."""
    from registry.cli.demo import run_demo

    with told_plainly():
        run_demo(Terminal(), seed)
