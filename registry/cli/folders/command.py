"""`colophon register --recursive`: look, read aloud, sign, hand in, wait, tell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from registry.cli.caller import Caller
from registry.cli.failures import CommandError
from registry.cli.folders.filing import Filing
from registry.cli.folders.notebook import Notebook, alone_in
from registry.cli.folders.outcomes import Taken
from registry.cli.folders.patience import GO_ON, Patience
from registry.cli.folders.planning import FolderWish, contents, plan
from registry.cli.folders.progress import shown
from registry.cli.folders.reading import consent_to_folder
from registry.cli.folders.running import Run, Tally
from registry.cli.folders.settling import Settling
from registry.cli.folders.telling import Ending, tell
from registry.cli.folders.ways import way_in
from registry.cli.session import Session
from registry.client import ClientError, ColophonClient
from registry.statements import Domain

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

_MOST_RECEIPTS = 50  # no more tokens than this can be shown at once


def register_folder(caller: Caller, wish: FolderWish) -> None:
    """Register what a folder holds; the same call again goes on where this one stopped.

    Raises:
        CommandError: Nothing could be begun, or the run was broken off; what was recorded is noted.
        Exit: Some files have no record, and why is told.
    """
    session, inside = caller.session, contents(wish)
    claimant = caller.address()
    contracts = session.contracts()
    # Not the registry's address: it may have several, and a record is one whoever carried it.
    heading = {"deployment": str(contracts.manifest_id), "claimant": str(claimant)}
    keys = session.keys.folder
    with alone_in(wish.folder, keys), Notebook.of(keys, wish.folder, heading) as notebook:
        made = plan(inside.found, notebook, wish)
        ending = Ending(wish, claimant, inside, made, Tally())
        account = None
        if made.statements:
            consent_to_folder(session, wish, inside, made, (claimant, contracts))
            account = session.keys.unlock(claimant)
        try:
            if account is not None:
                _run(
                    session,
                    ending,
                    notebook,
                    account,
                    Domain("WorkRegistry", contracts.chain_id, contracts.work_registry),
                )
            if caller.wait:
                _settle(session, ending, notebook)
        except KeyboardInterrupt:
            ending.waiting = notebook.waiting()
            tell(ending, session, notebook)
            raise
        except CommandError as problem:
            ending.problem = problem
        except ClientError as problem:
            ending.problem = CommandError(problem.code, problem.message, GO_ON)
        ending.waiting = notebook.waiting()
        _keep_receipts(session, ending.waiting)
        tell(ending, session, notebook)
    _leave(ending)


def _run(session: Session, ending: Ending, notebook: Notebook, account: LocalAccount, domain: Domain) -> None:
    wish, inside = ending.wish, ending.inside
    # Without receipts: works of one's own that wait are refused when they are handed in again, and a header
    # full of tokens would have each file compared with all of them.
    with (
        ColophonClient(session.client.base_url) as client,
        shown(session.terminal, ending.made.statements) as progress,
    ):
        filing = Filing(client, account, ending.claimant, domain, wish.answering, wish.keeping, Patience())
        run = Run(
            wish.folder, inside.descriptions, filing, way_in(wish.via), notebook, wish.at_once, progress
        )
        run.tally = ending.tally
        run(ending.made, inside.found)


def _settle(session: Session, ending: Ending, notebook: Notebook) -> None:
    waiting = notebook.waiting()
    if not waiting:
        return
    with (
        ColophonClient(session.client.base_url) as client,
        session.terminal.waiting("waiting for the chain") as progress,
    ):
        settle = Settling(client, Patience(), notebook, progress)
        ending.expired = settle(waiting)
    this_run = {one.work_id for one in ending.tally.taken}
    for one in waiting:
        if one.work_id not in this_run:
            session.receipts.drop(one.work_id)


def _keep_receipts(session: Session, waiting: Sequence[Taken]) -> None:
    """So that `colophon show` sees what waits; of more than can be shown at once, the notes know alone."""
    if len(waiting) <= _MOST_RECEIPTS:
        for one in waiting:
            session.receipts.keep(one.work_id, one.token or "")


def _leave(ending: Ending) -> None:
    problem = ending.problem
    if problem is None and ending.undone:
        what = f"{len(ending.undone):,} of {len(ending.inside.found):,} files have no record"
        problem = CommandError("folder-incomplete", what)
    if problem is not None:
        raise problem
