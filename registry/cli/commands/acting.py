"""The options that commands share, given to a command by what it does: act with an account, or only ask."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

from registry.cli import options
from registry.cli.caller import Caller
from registry.cli.failures import told_plainly
from registry.cli.terminal import Terminal


def _of_acting(
    url: options.Url = options.DEFAULT_URL,
    key: options.KeyName = None,
    keys: options.KeyFolder = options.DEFAULT_KEYS,
    rpc: options.Rpc = None,
    max_gas_cost: options.MaxFee = options.DEFAULT_MAX_FEE,
    no_wait: options.NoWait = False,
    yes: options.Yes = False,
    as_json: options.AsJson = False,
) -> None:
    """Options of whatever an account does."""


def _of_asking(
    url: options.Url = options.DEFAULT_URL,
    keys: options.KeyFolder = options.DEFAULT_KEYS,
    as_json: options.AsJson = False,
) -> None:
    """Options of a question."""


def acting(command: Callable[..., None]) -> Callable[..., None]:
    """A command whose first parameter is its Caller, with the options that name one beside its own."""
    return _with(_of_acting, command)


def asking(command: Callable[..., None]) -> Callable[..., None]:
    """The same for a command that signs and sends nothing."""
    return _with(_of_asking, command)


def _with(shared: Callable[..., None], command: Callable[..., None]) -> Callable[..., None]:
    common = inspect.signature(shared, eval_str=True).parameters
    own = list(inspect.signature(command, eval_str=True).parameters.values())[1:]

    def run(**given: Any) -> None:
        _run(command, {name: given.pop(name) for name in common}, given)

    run.__name__, run.__doc__ = command.__name__, command.__doc__
    run.__annotations__ = {}
    every = [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in (*own, *common.values())]
    run.__signature__ = inspect.Signature(every)  # type: ignore[attr-defined]  # what Typer reads options from
    return run


def _run(command: Callable[..., None], shared: dict[str, Any], own: dict[str, Any]) -> None:
    as_json: bool = shared["as_json"]
    keys: Path = shared["keys"]
    with told_plainly(as_json=as_json):
        from registry.cli.session import session

        with session(shared["url"], keys, Terminal(as_json, agreed=shared.get("yes", False))) as talk:
            caller = Caller(
                session=talk,
                key=shared.get("key"),
                rpc=shared.get("rpc"),
                max_gas_cost=shared.get("max_gas_cost", options.DEFAULT_MAX_FEE),
                wait=not shared.get("no_wait", False),
            )
            command(caller, **own)
