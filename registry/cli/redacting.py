"""`colophon redact`: have what is said of a work erased, for good."""

from __future__ import annotations

from registry import statements
from registry.cli.caller import Caller
from registry.cli.consent import statement_to_sign
from registry.cli.failures import CommandError, DishonestRegistryError
from registry.cli.naming import declaration_named, work_named
from registry.cli.records import title_of
from registry.cli.signing import sign
from registry.model import Redaction

_WARNING = (
    "This erases what the record says of the work: title, creators, usage preferences, the salt of their",
    "hash, the similarity report, the preview and the deposit copy. Nobody can bring them back, nor can you.",
    "The record stays, with its date, hashes and fingerprint: copies of the work are still found by it.",
    "What others have copied, and the registry's earlier backups, are beyond its reach.",
    "Keep the metadata yourself if you may ever have to show what was declared.",
)


def redact(caller: Caller, work: str) -> None:
    """Warn, sign and hand in; it costs nothing.

    Raises:
        CommandError: The caller does not agree.
        DishonestRegistryError: What is to be signed says something else, or the record still says it all.
    """
    terminal, session, work_id = caller.terminal, caller.session, work_named(work)
    account = session.keys.unlock(caller.address())
    record = caller.client.work(str(work_id))
    declaration = declaration_named(caller.client, work_id)
    proposal = caller.client.prepare_redaction(str(work_id))
    wanted = Redaction(work_id, declaration.metadata_hash, 1)
    domain = statements.domain_of(wanted, session.contracts())
    redaction = statement_to_sign(proposal.inner("typed_data"), domain, wanted)
    terminal.note(f"{title_of(record)}, work {work_id}")
    for sentence in (*_WARNING, "You sign:", f"  {statements.plain(redaction)}"):
        terminal.note(sentence)
    terminal.note(f"  For chain {domain.chain_id}, contract {domain.address}.")
    if not terminal.confirms("Erase it for good?", "add --yes"):
        raise CommandError("not-signed", "nothing was signed, nothing is erased")
    signature = sign(account, statements.digest(redaction, domain))
    told = caller.client.redact(str(work_id), proposal.inner("redaction"), signature)
    shown = caller.client.work(str(work_id)).optional_inner("work")
    if shown is not None and not shown.flag("redacted"):
        raise DishonestRegistryError("the record still says what it was asked to erase")
    terminal.document(told)
    terminal.heading("Erased for good")
    terminal.fact("work", work_id)
    terminal.fact("metadata", f"{told.text('metadata_hash')}, whose salt is gone")
    terminal.fact("in the log", f"leaf {told.integer('leaf_index')}")
    terminal.closing(session.page(str(work_id)), f"colophon show {work_id}")
