"""What a person signs: statements (EIP-712), digests, signers, readings. And what the chain's events mean."""

from registry.statements.act_readings import ESCAPED_BY_PASSING_ON, plain_act
from registry.statements.encoding import (
    CONTRACT_OF,
    DOMAIN_TYPE,
    TYPES,
    Domain,
    Statement,
    commitment,
    digest,
    dispute_id,
    domain_of,
    grant_id,
    message,
    offer_hash,
    struct_hash,
    typed_data,
    work_id,
)
from registry.statements.event_readings import SILENT, Voice, event_reading
from registry.statements.readings import LAST_PRINTABLE_SECOND, PAID_BEFORE_TABLES, percent, plain, tag_words
from registry.statements.recovery import SECP256K1_HALF_ORDER, SIGNATURE_BYTES, recover

__all__ = [
    "CONTRACT_OF",
    "DOMAIN_TYPE",
    "ESCAPED_BY_PASSING_ON",
    "LAST_PRINTABLE_SECOND",
    "PAID_BEFORE_TABLES",
    "SECP256K1_HALF_ORDER",
    "SIGNATURE_BYTES",
    "SILENT",
    "TYPES",
    "Domain",
    "Statement",
    "Voice",
    "commitment",
    "digest",
    "dispute_id",
    "domain_of",
    "event_reading",
    "grant_id",
    "message",
    "offer_hash",
    "percent",
    "plain",
    "plain_act",
    "recover",
    "struct_hash",
    "tag_words",
    "typed_data",
    "work_id",
]
