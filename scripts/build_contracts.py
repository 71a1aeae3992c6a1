"""Compile the contracts through py-solc-x and write what the package ships of them.

`python scripts/build_contracts.py` writes `registry/chain/artifacts/<Contract>.json` and the compiler's whole
input, `contracts.input.json`. `--check` compiles again and compares byte for byte, so that nobody has to
trust that the shipped bytecode comes from the sources beside it.

Compiler settings are read from `contracts/foundry.toml` and the compiler's version from
`contracts/package.json`: forge and this script cannot drift apart.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import posixpath
import re
import sys
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import solcx
from solcx.exceptions import SolcError, SolcInstallationError

ROOT = Path(__file__).resolve().parent.parent
CONTRACTS = ROOT / "contracts"
ARTIFACTS = ROOT / "registry" / "chain" / "artifacts"
NPM_COMPILER = CONTRACTS / "solc"
SHIPPED = {
    name: f"src/{name}.sol"
    for name in (
        "CheckpointLog",
        "WorkRegistry",
        "LicenseLedger",
        "RoyaltyVault",
        "DisputeDesk",
        "ContractFactory",
    )
}
INPUT_NAME = "contracts.input.json"
OUTPUTS = (
    "abi",
    "evm.bytecode.object",
    "evm.deployedBytecode.object",
    "evm.deployedBytecode.immutableReferences",
    "metadata",
)
IMPORT = re.compile(r"""^\s*import\s+(?:[^"';]*?from\s+)?["']([^"']+)["']""", re.MULTILINE)

Json = dict[str, Any]


class BuildError(Exception):
    """The contracts cannot be compiled here; the message says why and what to do."""


def compiler_version() -> str:
    """The exact version of the compiler, for example `0.8.37`."""
    package = json.loads((CONTRACTS / "package.json").read_text("utf-8"))
    return str(package["devDependencies"]["solc"])


def find_compiler(version: str) -> Path:
    """A compiler of this version: a native one that is here, else the npm one, else a native one.

    Installing comes last because it alone needs another machine; all three give the same bytes.

    Raises:
        BuildError: There is none and none can be installed.
    """
    if version in {str(installed) for installed in solcx.get_installed_solc_versions()}:
        return Path(solcx.install.get_executable(version))
    if (CONTRACTS / "node_modules" / "solc").is_dir():
        return NPM_COMPILER
    try:
        solcx.install_solc(version)
    except (SolcInstallationError, OSError) as error:
        message = f"no Solidity compiler {version}: run `npm ci` in contracts/ ({error})"
        raise BuildError(message) from error
    return Path(solcx.install.get_executable(version))


def collect_sources(entries: Iterable[str], remappings: Mapping[str, str]) -> dict[str, Json]:
    """Every source that `entries` need, by its path below `contracts/`, with its content.

    The compiler is given content and never a path, so its output does not depend on where this folder lies.

    Raises:
        BuildError: A source or a library is not there.
    """
    found: dict[str, Json] = {}
    waiting = list(entries)
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        try:
            text = (CONTRACTS / name).read_text("utf-8")
        except FileNotFoundError as error:
            message = f"{name} is missing: run `npm ci` in contracts/"
            raise BuildError(message) from error
        found[name] = {"content": text}
        waiting += [resolve_import(name, target, remappings) for target in IMPORT.findall(text)]
    return dict(sorted(found.items()))


def resolve_import(importer: str, target: str, remappings: Mapping[str, str]) -> str:
    """The path below `contracts/` of what `importer` imports as `target`."""
    if target.startswith("."):
        return posixpath.normpath(posixpath.join(posixpath.dirname(importer), target))
    prefix = next((prefix for prefix in remappings if target.startswith(prefix)), "")
    return remappings.get(prefix, "") + target.removeprefix(prefix)


def standard_input(entries: Iterable[str]) -> Json:
    """The compiler's standard JSON input for these source files and all that they import."""
    profile = tomllib.loads((CONTRACTS / "foundry.toml").read_text("utf-8"))["profile"]["default"]
    remappings = dict(line.split("=", 1) for line in profile["remappings"])
    entries = list(entries)
    return {
        "language": "Solidity",
        "sources": collect_sources(entries, remappings),
        "settings": {
            "evmVersion": profile["evm_version"],
            "libraries": {},
            "metadata": {"bytecodeHash": profile["bytecode_hash"]},
            "optimizer": {"enabled": profile["optimizer"], "runs": profile["optimizer_runs"]},
            "outputSelection": {entry: {"*": list(OUTPUTS)} for entry in entries},
            "remappings": profile["remappings"],
            "viaIR": profile["via_ir"],
        },
    }


def stable(document: Json) -> bytes:
    """JSON that is the same for the same content: sorted keys, one space, a newline at the end."""
    return (json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def compile_contracts(contracts: Mapping[str, str]) -> tuple[bytes, dict[str, Json]]:
    """Compile contracts, given as name → path below `contracts/`.

    Returns:
        The compiler's input, and per name an artifact: `abi`; `bytecode` and `deployedBytecode` as `0x…`;
        `immutableReferences` (per immutable, byte ranges in the deployed bytecode); the compiler's `metadata`
        as the very string whose hash the bytecode ends with; `compiler`; `inputSha256`.

    Raises:
        BuildError: No compiler, a missing source, or a source that does not compile.
    """
    request = standard_input(contracts.values())
    input_bytes = stable(request)
    compiler = find_compiler(compiler_version())
    try:
        output = solcx.compile_standard(request, solc_binary=compiler)
    except SolcError as error:
        raise BuildError(str(error)) from error
    digest = "0x" + hashlib.sha256(input_bytes).hexdigest()
    return input_bytes, {
        name: shape_artifact(output["contracts"][path][name], digest) for name, path in contracts.items()
    }


def shape_artifact(compiled: Json, input_sha256: str) -> Json:
    """What the package ships of one compiled contract."""
    code = compiled["evm"]
    return {
        "abi": compiled["abi"],
        "bytecode": "0x" + code["bytecode"]["object"],
        "compiler": json.loads(compiled["metadata"])["compiler"]["version"],
        "deployedBytecode": "0x" + code["deployedBytecode"]["object"],
        "immutableReferences": code["deployedBytecode"]["immutableReferences"],
        "inputSha256": input_sha256,
        "metadata": compiled["metadata"],
    }


def build() -> dict[str, bytes]:
    """All shipped files, by name.

    Raises:
        BuildError: See `compile_contracts`.
    """
    input_bytes, artifacts = compile_contracts(SHIPPED)
    return {INPUT_NAME: input_bytes} | {f"{name}.json": stable(made) for name, made in artifacts.items()}


def differences(files: Mapping[str, bytes]) -> list[str]:
    """One sentence for each file that is missing, superfluous or not what a fresh compile gives."""
    shipped = {path.name: path.read_bytes() for path in ARTIFACTS.glob("*.json")}
    sentences = [f"{name} is shipped but no longer built" for name in sorted(shipped.keys() - files.keys())]
    for name, content in files.items():
        if name not in shipped:
            sentences.append(f"{name} is built but not shipped")
        elif shipped[name] != content:
            parts = changed_parts(shipped[name], content)
            sentences.append(f"{name} differs from a fresh compile in {parts}")
    return sentences


def changed_parts(shipped: bytes, fresh: bytes) -> str:
    """The names of the top-level members that differ, to say at once whether the bytecode is one of them."""
    try:
        before, after = json.loads(shipped), json.loads(fresh)
    except ValueError:
        return "form: it is not JSON"
    changed = [key for key in sorted(before.keys() | after.keys()) if before.get(key) != after.get(key)]
    return ", ".join(changed) or "white space"


def main() -> int:
    """Write the artifacts, or compare them with a fresh compile."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, exit 1 if a file differs")
    options = parser.parse_args()
    try:
        files = build()
    except BuildError as error:
        print(f"build_contracts: {error}", file=sys.stderr)
        return 1
    if options.check:
        sentences = differences(files)
        for sentence in sentences:
            print(f"build_contracts: {sentence}; run `python scripts/build_contracts.py`", file=sys.stderr)
        return 1 if sentences else 0
    ARTIFACTS.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (ARTIFACTS / name).write_bytes(content)
    print(f"wrote {', '.join(sorted(files))} to {ARTIFACTS.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
