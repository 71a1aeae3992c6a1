"""`colophon link` and `renew-link`: a derivative backed by a licence of its parent."""

from __future__ import annotations

from registry.cli.acting import Ending, perform
from registry.cli.caller import Caller
from registry.cli.failures import CommandError
from registry.cli.naming import declaration_named, sale_named, work_named
from registry.model import LinkParent, RenewLink


def link_parent(caller: Caller, work: str, licence: str) -> None:
    """Back a declared parent with a licence of it that allows derivatives.

    Raises:
        CommandError: The work does not declare the licence's work as a parent.
    """
    work_id = work_named(work)
    declaration, sale = declaration_named(caller.client, work_id), sale_named(caller.client, licence)
    parent = sale.offer.work_id
    if parent not in declaration.parents:
        raise CommandError("not-parent", f"work {work_id} does not declare {parent} as a parent")
    act = LinkParent(declaration, declaration.parents.index(parent), sale)
    page = caller.session.page(str(work_id))
    perform(caller, [act], Ending("Linked: licensed here", page, f"colophon revenue {work_id}"))


def renew_link(caller: Caller, work: str, licence: str) -> None:
    """Put a licence that runs longer in place of the one that backs a parent."""
    work_id = work_named(work)
    act = RenewLink(work_id, sale_named(caller.client, licence))
    page = caller.session.page(str(work_id))
    perform(caller, [act], Ending("Renewed", page, f"colophon revenue {work_id}"))
