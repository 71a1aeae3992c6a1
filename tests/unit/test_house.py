"""What the house holds of itself: the checks are told of every room, and the locks of every dependency."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
CONTRACTS = {contract["id"]: contract for contract in PROJECT["tool"]["importlinter"]["contracts"]}
LAYERS = [re.findall(r"\w+", layer) for layer in CONTRACTS["layers"]["layers"]]
# Lets a test pass or vanish without having been run; spelled as attributes or names, never as text.
WAYS_OUT = {"skip", "skipif", "skipIf", "skipUnless", "skipTest", "xfail", "importorskip", "expectedFailure"}


def layer_of(module: str) -> int:
    return next(number for number, layer in enumerate(LAYERS) if module in layer)


def modules_on_disk() -> set[str]:
    registry = ROOT / "registry"
    packages = {path.parent.name for path in registry.glob("*/__init__.py")}
    return packages | {path.stem for path in registry.glob("*.py") if not path.stem.startswith("__")}


def pins(lock: str) -> dict[str, set[Version]]:
    found: dict[str, set[Version]] = {}
    for name, version in re.findall(
        r"^([\w.-]+)==([\w.!+-]+)", (ROOT / lock).read_text("utf-8"), re.MULTILINE
    ):
        found.setdefault(canonicalize_name(name), set()).add(Version(version))
    return found


def names_used(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Attribute):
            yield node.lineno, node.attr
        elif isinstance(node, ast.Name):
            yield node.lineno, node.id


def test_every_room_of_the_registry_stands_in_one_layer() -> None:
    listed = [module for layer in LAYERS for module in layer]
    assert sorted(listed) == sorted(modules_on_disk())


def test_no_layer_is_optional() -> None:
    assert not [layer for layer in CONTRACTS["layers"]["layers"] if "(" in layer]


def test_ports_and_all_below_are_kept_free_of_back_ends_and_frameworks() -> None:
    below = [f"registry.{module}" for layer in LAYERS[layer_of("ports") :] for module in layer]
    assert sorted(CONTRACTS["pure-below-ports"]["source_modules"]) == sorted(below)


def test_every_adapter_is_closed_to_the_service() -> None:
    adapters = {f"registry.{module}" for module in LAYERS[layer_of("store")] if module != "usecases"}
    assert adapters <= set(CONTRACTS["service-and-adapters"]["forbidden_modules"])


def test_every_rule_that_is_switched_off_says_why() -> None:
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    lint = text[text.index("[tool.ruff.lint]") : text.index("[tool.ruff.lint.mccabe]")]
    entries = [line for line in lint.splitlines() if line.startswith('    "')]
    assert entries
    assert not [line for line in entries if not re.search(r"# {1,3}\S", line)]


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_pins_with_hashes_and_names_no_host(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    blocks = re.findall(r"^[\w.-]+==.*\n(?:    .*\n)*", text, re.MULTILINE)
    assert len(blocks) == sum(len(versions) for versions in pins(lock).values()) > 0
    assert not [block for block in blocks if "--hash=sha256:" not in block]
    assert "://" not in text


def test_the_larger_lock_holds_the_smaller_one_under_the_same_pins() -> None:
    larger = pins("requirements-dev.lock")
    assert {name: larger.get(name) for name in pins("requirements.lock")} == pins("requirements.lock")


@pytest.mark.parametrize(
    ("lock", "extras"),
    [("requirements.lock", []), ("requirements-dev.lock", ["compiler", "test", "lint"])],
)
def test_a_lock_answers_everything_the_project_asks_for(lock: str, extras: list[str]) -> None:
    asked = PROJECT["project"]["dependencies"] + PROJECT["build-system"]["requires"]
    for extra in extras:
        asked = asked + PROJECT["project"]["optional-dependencies"][extra]
    pinned = pins(lock)
    requirements = [Requirement(text) for text in asked if not text.startswith("colophon[")]
    unanswered = [
        str(requirement)
        for requirement in requirements
        if not any(
            requirement.specifier.contains(version, prereleases=True)
            for version in pinned.get(canonicalize_name(requirement.name), set())
        )
    ]
    assert unanswered == []


def test_nothing_of_the_extras_is_in_the_core_lock() -> None:
    extras = PROJECT["project"]["optional-dependencies"]
    names = {canonicalize_name(Requirement(text).name) for extra in extras.values() for text in extra}
    assert names
    assert names.isdisjoint(pins("requirements.lock"))


def test_the_contract_tools_are_locked_as_asked_for_with_hashes_and_no_host() -> None:
    asked = json.loads((ROOT / "contracts" / "package.json").read_text("utf-8"))
    locked = json.loads((ROOT / "contracts" / "package-lock.json").read_text("utf-8"))["packages"]
    for group in ("dependencies", "devDependencies", "optionalDependencies"):
        assert locked[""][group] == asked[group]
        assert {name: locked[f"node_modules/{name}"]["version"] for name in asked[group]} == asked[group]
    packages = [package for path, package in locked.items() if path]
    assert [package for package in packages if "integrity" not in package or "resolved" in package] == []


def test_no_test_can_be_left_out() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line} {name}"
        for path in sorted((ROOT / "tests").rglob("*.py"))
        for line, name in names_used(path)
        if name in WAYS_OUT
    ]
    assert found == []


def test_every_make_target_that_the_readme_names_exists() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    named = set(re.findall(r"\bmake ([a-z][a-z-]*)(?=[\s`]|$)", " ".join(code_of(readme))))
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert {"serve", "test"} <= named <= targets


def code_of(markdown: str) -> list[str]:
    blocks = re.findall(r"^```.*?^```", markdown, re.MULTILINE | re.DOTALL)
    return blocks + re.findall(
        r"`[^`\n]+`", re.sub(r"^```.*?^```", "", markdown, flags=re.MULTILINE | re.DOTALL)
    )


def test_every_target_says_what_it_does_and_is_no_file() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = re.findall(r"^([a-z-]+):(.*)$", makefile, re.MULTILINE)
    assert not [name for name, rest in targets if " ## " not in rest]
    assert {name for name, _ in targets} == set(re.findall(r"^\.PHONY: ([a-z-]+)$", makefile, re.MULTILINE))
