"""A second verifier of bundles, written from docs/EVIDENCE.md on libraries of others; none of ours is loaded.

JSON Schema by jsonschema-rs, tries by py-trie, RLP by rlp, keys by eth-keys, Ed25519 by cryptography; trees
by the recursive definition of RFC 6962; time stamps in `second_stamps`.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn, TypeAlias

import jsonschema_rs
import rlp
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from eth_abi.abi import encode as abi
from eth_keys.datatypes import Signature
from eth_keys.exceptions import BadSignature
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak
from rlp.exceptions import RLPException
from trie.exceptions import BadTrieProof, InvalidNode
from trie.hexary import HexaryTrie

from tests.unit.evidence.second_stamps import proof_holds, token_holds

Json: TypeAlias = Any  # of any shape, like what RLP decodes to
SCHEMA = Path(__file__).parents[3] / "registry" / "schemas" / "evidence.json"
VALIDATOR = jsonschema_rs.Draft202012Validator(json.loads(SCHEMA.read_text("utf-8")))
NETWORKS = {1: "public", 11155111: "public-testnet"}  # of those that the tests have
HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0
DECLARATION = (
    "Declaration(address claimant,bytes32 contentHash,bytes32 fingerprintHash,bytes32 metadataHash,"
    "uint256[] parents,uint256 previous)"
)
REGISTRATION = f"Registration(Declaration declaration,uint64 deadline){DECLARATION}"
DOMAIN = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
ANCHORED = "CheckpointAnchored(address,bytes32,uint64,uint64)"
REGISTERED = "WorkRegistered(uint256,address,bytes32,bytes32,bytes32,uint256[],uint256,bool,uint64)"
LEVELS = ("local-chain", "up-to-the-block-hash", "up-to-the-signature", "up-to-the-earlier-date")


class Rejected(Exception):  # noqa: N818  # it is a verdict
    """The bundle fails."""


FAILURES = (Rejected, ValueError, RLPException, BadTrieProof, InvalidNode, BadSignature, InvalidSignature)


def judge(
    content: bytes,
    block_hash: str | None = None,
    file: bytes | None = None,
    roots: bytes | None = None,
    headers: Mapping[int, bytes] | None = None,
) -> str:
    """How far a bundle holds: one of the levels of the document."""
    try:
        open_ends = check(content, block_hash, file)
        stamped(json.loads(content), roots, headers or {})
    except FAILURES:
        return "failed"
    return next((level for level in LEVELS if level in open_ends), "complete")


def check(content: bytes, block_hash: str | None, file: bytes | None) -> set[str]:
    bundle = read(content)
    need(VALIDATOR.is_valid(bundle))
    spell(bundle)
    rest = {name: value for name, value in bundle.items() if name != "checksum"}
    need(bundle["checksum"] == sha(canonical(rest)))
    documents(bundle, file)
    digest = statement(bundle)
    need((bundle["kind"] == "log") == (bundle["log"] is not None))
    if bundle["log"]:
        logged(bundle["log"], digest)
    return signed(bundle, digest) | chain(bundle, block_hash)


def need(holds: object) -> None:
    if not holds:
        raise Rejected


def read(content: bytes) -> dict[str, Any]:
    need(len(content) <= 8 << 20)
    bundle = json.loads(
        content.decode("utf-8"), object_pairs_hook=once, parse_float=no_number, parse_constant=no_number
    )
    need(canonical(bundle) == content)
    need(isinstance(bundle, dict))
    return dict(bundle)


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    need(len(dict(pairs)) == len(pairs))
    return dict(pairs)


def no_number(_: str) -> NoReturn:
    raise Rejected


def canonical(value: Json) -> bytes:
    return json.dumps(ordered(value), ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def ordered(value: Json) -> Json:
    match value:
        case dict():
            return {
                ordered(key): ordered(value[key])
                for key in sorted(value, key=lambda key: key.encode("utf-16-be"))
            }
        case list():
            return [ordered(inner) for inner in value]
        case str():
            need(unicodedata.is_normalized("NFC", value))
        case bool() | None:
            pass
        case int():
            need(abs(value) < 2**53)
    return value


def sha(content: bytes) -> str:
    return "0x" + hashlib.sha256(content).hexdigest()


def spell(value: Json) -> None:
    """Addresses in EIP-55, and no newline at the end of what looks like hexadecimal."""
    match value:
        case dict():
            for inner in value.values():
                spell(inner)
        case list():
            for inner in value:
                spell(inner)
        case str() if re.fullmatch(r"0x[0-9a-fA-F]{40}", value) and value != value.lower():
            need(to_checksum_address(value) == value)
        case _:
            pass


def address(text: str) -> bytes:
    need(to_checksum_address(text) == text)
    return raw(text)


def raw(text: str) -> bytes:
    need(re.fullmatch(r"0x([0-9a-fA-F]{2})*", text))
    return bytes.fromhex(text[2:])


def uint64(text: str) -> int:
    need(re.fullmatch(r"0|[1-9][0-9]{0,19}", text) and int(text) < 2**64)
    return int(text)


def documents(bundle: dict[str, Any], file: bytes | None) -> None:
    declared = bundle["statement"]["declaration"]
    for name in ("metadata", "fingerprint"):
        if bundle[name] is not None:
            need(sha(canonical(bundle[name])) == declared[f"{name}_hash"])
    if bundle["fingerprint"] is not None:
        need(bundle["fingerprint"].get("content_hash") == declared["content_hash"])
    if file is not None:
        need(sha(file) == declared["content_hash"])
    for token in bundle["attachments"]:
        found = base64.b64decode(token["content"], validate=True)
        need(0 < len(found) <= 65536 and base64.b64encode(found).decode() == token["content"])


def stamped(bundle: dict[str, Any], roots: bytes | None, headers: Mapping[int, bytes]) -> None:
    told, log = bundle["statement"], bundle["log"]
    dated = [raw(bundle["work_id"])]
    if told["signature"] is not None:
        dated.append(raw(told["digest"]) + raw(told["signature"]))
    if log is not None:
        dated.append(log["checkpoint"].rpartition("\n\n")[0].encode() + b"\n")
    digests = {hashlib.sha256(one).digest() for one in dated} | {raw(told["declaration"]["content_hash"])}
    for one in bundle["attachments"]:
        content = base64.b64decode(one["content"])
        if one["type"] == "rfc3161":
            need(token_holds(content, digests, roots))
        else:
            need(proof_holds(content, digests, headers))


def statement(bundle: dict[str, Any]) -> bytes:
    """The digest; empty where nothing was signed."""
    told, declared = bundle["statement"], bundle["statement"]["declaration"]
    parents = [int(parent, 16) for parent in declared["parents"]]
    need(all(first < second for first, second in zip([0, *parents], parents, strict=False)))
    need(declared["previous"] is None or int(declared["previous"], 16))
    hashed = keccak(
        abi(
            ["bytes32", "address", "bytes32", "bytes32", "bytes32", "bytes32", "uint256"],
            [
                keccak(text=DECLARATION),
                address(declared["claimant"]),
                *(raw(declared[f"{name}_hash"]) for name in ("content", "fingerprint", "metadata")),
                keccak(b"".join(parent.to_bytes(32, "big") for parent in parents)),
                int(declared["previous"] or "0x0", 16),
            ],
        )
    )
    need(bundle["work_id"] == "0x" + hashed.hex())
    if told["deadline"] is None:
        need(told["digest"] is None and told["signature"] is None)
        return b""
    deadline, manifest = uint64(told["deadline"]), bundle["deployment"]
    need(deadline)
    registration = keccak(keccak(text=REGISTRATION) + hashed + deadline.to_bytes(32, "big"))
    fields = [keccak(text=DOMAIN), keccak(text="Colophon WorkRegistry"), keccak(text="1")]
    contract = address(manifest["contracts"]["WorkRegistry"]["address"])
    separator = keccak(
        abi(
            ["bytes32", "bytes32", "bytes32", "uint256", "address"],
            [*fields, manifest["chain_id"], contract],
        )
    )
    digest = keccak(b"\x19\x01" + separator + registration)
    need(told["digest"] == "0x" + digest.hex())
    return digest


def signed(bundle: dict[str, Any], digest: bytes) -> set[str]:
    told = bundle["statement"]
    signer = told["signer"]
    at = (signer["block_number"] is not None, signer["block_hash"] is not None)
    need(at == (signer["check"] == "contract-checked-at-block",) * 2)
    need((signer["check"] == "transaction") == (told["signature"] is None) == (told["deadline"] is None))
    if signer["check"] != "key":
        need(signer["check"] != "transaction" or bundle["kind"] == "title")
        return {"up-to-the-signature"}
    signature = raw(told["signature"])
    need(len(signature) == 65 and signature[64] in (27, 28))
    need(int.from_bytes(signature[32:64], "big") <= HALF_ORDER)
    found = Signature(signature[:64] + bytes([signature[64] - 27])).recover_public_key_from_msg_hash(digest)
    need(found.to_checksum_address() == told["declaration"]["claimant"])
    return set()


def logged(log: dict[str, Any], digest: bytes) -> None:
    leaf = hashlib.sha256(b"\0" + digest).digest()
    need(log["leaf_hash"] == "0x" + leaf.hex())
    index, size = uint64(log["leaf_index"]), uint64(log["size"])
    address(log["account"])
    need(index < size)
    root = climb(leaf, index, size, [raw(one) for one in log["inclusion"]])
    need(log["root"] == "0x" + root.hex())
    note(log["checkpoint"], log["key"], [str(size), base64.b64encode(root).decode()])


def climb(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """MTH of RFC 6962, section 2.1, with the subtrees that are not ours taken from the path."""
    if size == 1:
        need(not path)
        return leaf
    need(path)
    split = 1 << (size - 1).bit_length() - 1
    if index < split:
        return hashlib.sha256(b"\1" + climb(leaf, index, split, path[:-1]) + path[-1]).digest()
    return hashlib.sha256(b"\1" + path[-1] + climb(leaf, index - split, size - split, path[:-1])).digest()


def note(text: str, key: str, expected: list[str]) -> None:
    name, key_id, encoded = key.split("+", 2)
    public = base64.b64decode(encoded, validate=True)
    need(base64.b64encode(public).decode() == encoded and len(public) == 33 and public[0] == 1)
    made = hashlib.sha256(f"{name}\n".encode() + public).digest()[:4]
    need(name and key_id == made.hex() and not re.search(r"\s", name))
    body, separator, lines = text.rpartition("\n\n")
    need(separator and lines.endswith("\n"))
    need(body.split("\n")[0] == name and body.split("\n")[1:3] == expected)
    good = 0
    for line in lines[:-1].split("\n"):
        found = re.fullmatch(r"— (\S+) (\S+)", line)
        if found is None:
            raise Rejected
        content = base64.b64decode(found[2], validate=True)
        need(base64.b64encode(content).decode() == found[2])
        if (found[1], content[:4]) == (name, made):
            Ed25519PublicKey.from_public_bytes(public[1:]).verify(content[4:], f"{body}\n".encode())
            good += 1
    need(good == 1)


def chain(bundle: dict[str, Any], block_hash: str | None) -> set[str]:
    manifest, event = bundle["deployment"], bundle["event"]
    rest = {name: value for name, value in manifest.items() if name != "manifest_id"}
    need(manifest["manifest_id"] == sha(canonical(rest)))
    need(bundle["proof_level"] == NETWORKS.get(manifest["chain_id"], "local"))
    header, log = proven(event)
    need(int.from_bytes(header[8], "big") >= manifest["deployed_at_block"])
    need(block_hash in (None, event["block_hash"]))
    block_time = int.from_bytes(header[11], "big")
    if bundle["kind"] == "log":
        anchored(bundle, log)
        dated = block_time
    else:
        dated = registered(bundle, log)
    need(dated <= block_time and dated <= uint64(bundle["statement"]["deadline"] or str(2**64 - 1)))
    for later in bundle["later"]["proven"]:
        _, log = proven(later["event"])
        need(log[0] == address(manifest["contracts"][later["contract"]]["address"]))
        need(log[1][:1] == [keccak(text=later["signature"])])
        words = [log[2][at : at + 32] for at in range(0, len(log[2]), 32)]
        need(raw(bundle["work_id"]) in [*log[1][1:], *words])
    ends = {"local-chain": bundle["proof_level"] == "local", "up-to-the-block-hash": block_hash is None}
    ends["up-to-the-earlier-date"] = dated < block_time
    return {name for name, is_open in ends.items() if is_open}


def proven(event: dict[str, Any]) -> tuple[list[bytes], Json]:
    """The header's fields and the log, once the receipt is seen to be in the block."""
    encoded, receipt, nodes = (
        raw(event["header"]),
        raw(event["receipt"]),
        [raw(one) for one in event["proof"]],
    )
    need("0x" + keccak(encoded).hex() == event["block_hash"])
    header = unpack(encoded)
    need(len(header) in (15, 16, 17, 20, 21))
    key = rlp.encode(event["transaction_index"])
    found = HexaryTrie.get_from_proof(header[5], key, [unpack(node) for node in nodes])  # type: ignore[no-untyped-call]  # py-trie types half of itself
    need(found == receipt)
    trie = HexaryTrie({keccak(node): node for node in nodes}, header[5])
    way = [rlp.encode(node) for node in trie.get_proof(key)]  # type: ignore[no-untyped-call]  # as above
    need(nodes == [node for number, node in enumerate(way) if number == 0 or len(node) >= 32])
    need(receipt)
    if receipt[0] < 0xC0:
        need(receipt[0] in (1, 2, 3, 4))
        receipt = receipt[1:]
    status, _, bloom, logs = unpack(receipt)
    need(status in (b"", b"\1") and len(bloom) == 256 and (status or not logs))
    need(event["position"] < len(logs))
    return header, logs[event["position"]]


def unpack(encoded: bytes) -> Json:
    item = rlp.decode(encoded)
    need(rlp.encode(item) == encoded)
    return item


def anchored(bundle: dict[str, Any], log: Json) -> None:
    told = bundle["log"]
    emitter, topics, data = log
    need(emitter == address(bundle["deployment"]["contracts"]["CheckpointLog"]["address"]))
    need(topics == [keccak(text=ANCHORED), address(told["account"]).rjust(32, b"\0"), raw(told["root"])])
    need(len(data) == 64 and int.from_bytes(data[:32], "big") == uint64(told["size"]))


def registered(bundle: dict[str, Any], log: Json) -> int:
    """The effective date, if the event is of this declaration."""
    declared = bundle["statement"]["declaration"]
    emitter, topics, data = log
    need(emitter == address(bundle["deployment"]["contracts"]["WorkRegistry"]["address"]))
    subject = [
        raw(bundle["work_id"]),
        address(declared["claimant"]).rjust(32, b"\0"),
        raw(declared["content_hash"]),
    ]
    need(topics == [keccak(text=REGISTERED), *subject])
    parents = [int(parent, 16) for parent in declared["parents"]]
    effective_date = int.from_bytes(data[160:192], "big")
    related = int.from_bytes(data[128:160], "big")
    kinds = ["bytes32", "bytes32", "uint256[]", "uint256", "bool", "uint64"]
    values = [raw(declared["fingerprint_hash"]), raw(declared["metadata_hash"]), parents]
    need(related < 2 and effective_date < 2**64)
    previous = int(declared["previous"] or "0x0", 16)
    need(data == abi(kinds, [*values, previous, bool(related), effective_date]))
    return effective_date
