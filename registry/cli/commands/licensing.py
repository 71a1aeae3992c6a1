"""`colophon offer`, `buy` and `faucet`."""

from __future__ import annotations

from typing import Annotated

import typer

from registry.cli import options
from registry.cli.caller import Caller
from registry.cli.commands.acting import acting
from registry.cli.failures import told_plainly
from registry.cli.plain import parse_duration, parse_percent, parse_wei
from registry.cli.terminal import Terminal


def offer(
    work: options.Work,
    price: Annotated[str, typer.Option(help="Like 0.01eth or 1000wei.", metavar="AMOUNT")],
    terms: Annotated[
        str,
        typer.Option(help="editorial, commercial, training, or a JSON file of terms.", metavar="NAME|FILE"),
    ],
    exclusive: Annotated[bool, typer.Option("--exclusive", help="No other licence while it runs.")] = False,
    transferable: Annotated[
        bool, typer.Option("--transferable", help="The licensee may pass it on.")
    ] = False,
    derivatives: Annotated[bool, typer.Option("--derivatives", help="It allows derivative works.")] = False,
    share_alike: Annotated[
        bool, typer.Option("--share-alike", help="Derivatives are licensed under the same terms.")
    ] = False,
    royalty: Annotated[
        str, typer.Option(help="Your part of a derivative's revenue, like 5 or 12.5.", metavar="PERCENT")
    ] = "0",
    duration: Annotated[
        str | None, typer.Option(help="How long a licence runs, like 365d; without end if unsaid.")
    ] = None,
    max_grants: Annotated[int | None, typer.Option(min=1, help="How many licences at most.")] = None,
    licensee: Annotated[
        str | None, typer.Option(help="The only account that may buy.", metavar="ADDRESS")
    ] = None,
    valid_for: Annotated[str, typer.Option(help="How long the offer stands.")] = "90d",
    url: options.Url = options.DEFAULT_URL,
    key: options.KeyName = None,
    keys: options.KeyFolder = options.DEFAULT_KEYS,
    yes: options.Yes = False,
    as_json: options.AsJson = False,
) -> None:
    """Offer licences to a work whose title you hold."""
    from registry.cli.offering import OfferWish, publish_offer
    from registry.cli.session import session
    from registry.model import OfferFlags

    chosen = {
        OfferFlags.EXCLUSIVE: exclusive,
        OfferFlags.TRANSFERABLE: transferable,
        OfferFlags.DERIVATIVES: derivatives,
        OfferFlags.SHARE_ALIKE: share_alike,
    }
    flags = OfferFlags(sum(flag for flag, wanted in chosen.items() if wanted))
    with told_plainly(as_json=as_json):
        wish = OfferWish(
            work_id=work,
            terms=terms,
            price_wei=parse_wei(price),
            flags=flags,
            duration=None if duration is None else parse_duration(duration),
            max_grants=max_grants,
            licensee=licensee,
            royalty_bps=parse_percent(royalty),
            valid_for=parse_duration(valid_for),
            key=key,
        )
        with session(url, keys, Terminal(as_json, agreed=yes)) as talk:
            publish_offer(talk, wish)


@acting
def buy(
    caller: Caller,
    offer_hash: Annotated[str, typer.Argument(metavar="OFFER", help="The offer's hash.")],
    max_price: Annotated[str, typer.Option(help="The most you pay, like 0.01eth.", metavar="AMOUNT")],
    licensee: Annotated[
        str | None, typer.Option(help="Who receives the licence; you if unsaid.", metavar="ADDRESS")
    ] = None,
) -> None:
    """Buy a licence with a transaction of your own account."""
    from registry.cli.buying import buy_licence

    buy_licence(caller, offer_hash, max_price, licensee)


def faucet(
    url: options.Url = options.DEFAULT_URL,
    key: options.KeyName = None,
    keys: options.KeyFolder = options.DEFAULT_KEYS,
    no_wait: options.NoWait = False,
    as_json: options.AsJson = False,
) -> None:
    """Ask for play coin, which only the embedded chain gives."""
    from registry.cli.coin import ask_faucet
    from registry.cli.session import session

    with told_plainly(as_json=as_json), session(url, keys, Terminal(as_json)) as talk:
        ask_faucet(talk.client, talk.keys.address(key), talk.terminal, wait=not no_wait)
