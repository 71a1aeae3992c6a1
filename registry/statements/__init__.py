"""What a person signs: statements (EIP-712), digests, whose signature it is, and one-sentence readings."""

from registry.statements.act_readings import plain_act
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
from registry.statements.readings import LAST_PRINTABLE_SECOND, percent, plain
from registry.statements.recovery import SECP256K1_HALF_ORDER, SIGNATURE_BYTES, recover

__all__ = [
    "CONTRACT_OF",
    "DOMAIN_TYPE",
    "LAST_PRINTABLE_SECOND",
    "SECP256K1_HALF_ORDER",
    "SIGNATURE_BYTES",
    "TYPES",
    "Domain",
    "Statement",
    "commitment",
    "digest",
    "dispute_id",
    "domain_of",
    "grant_id",
    "message",
    "offer_hash",
    "percent",
    "plain",
    "plain_act",
    "recover",
    "struct_hash",
    "typed_data",
    "work_id",
]
