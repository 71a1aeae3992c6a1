import pytest

from mutating.guards import guards_of
from mutating.switches import LIBRARY, MutationError, Written, mutants_of, switched
from mutating.trial import FAILED

SOURCE = """pragma solidity 0.8.37;

contract Box {
    function open(uint256 key) external nonReentrant returns (uint256) {
        // if (key == 1) revert Commented();
        if (key == 2) revert Locked("if (key == 3) revert Quoted();");
        if (
            key > 4 &&
            (key < 9)
        ) {
            revert Errors.Refused(key);
        }
        _requireOwner(owner);
        for (uint256 i = 0; i < key; ++i) {
            if (seen[i]) continue;
            total += i;
        }
        if (total == 0) return 0;
        if (key == 5) total = 1;
        bool fine = _requireNothing(key);
    }
}
"""


def _written(before: str, after: str) -> Written:
    return Written("another", "Box.sol", before, after, "because")


def test_every_guard_of_a_source_is_found_and_nothing_else() -> None:
    assert [(guard.line, guard.kind, guard.name) for guard in guards_of("Box.sol", SOURCE)] == [
        (4, "lock", "Box.open: nonReentrant"),
        (6, "condition", "Box.open: Locked"),
        (7, "condition", "Box.open: Refused"),
        (13, "requirement", "Box.open: _requireOwner"),
        (15, "condition", "Box.open: if (seen[i]) continue"),
        (18, "condition", "Box.open: if (total == 0) return 0"),
    ]


def test_guards_of_one_name_are_counted() -> None:
    source = "function f() { if (a) revert Same(); if (b) revert Same(); }"
    assert [guard.name for guard in guards_of("F.sol", source)] == ["F.f: Same", "F.f: Same #2"]


def test_every_guard_stands_behind_a_switch_of_its_own() -> None:
    sources = {"Box.sol": SOURCE}
    woven = switched(sources, mutants_of(sources, []))["Box.sol"]
    assert "external nonReentrantUnless(1) returns" in woven
    assert "if ((key == 2) && Mutants.keeps(2)) revert" in woven
    assert "(key < 9)\n        ) && Mutants.keeps(3)) {" in woven
    assert "if (Mutants.keeps(4)) _requireOwner(owner);" in woven
    assert "if ((seen[i]) && Mutants.keeps(5)) continue;" in woven


def test_the_switches_come_from_a_library_beside_the_sources() -> None:
    sources = {"Box.sol": SOURCE, "libraries/Box.sol": SOURCE, "Plain.sol": "pragma solidity 0.8.37;\n"}
    woven = switched(sources, mutants_of(sources, []))
    assert 'import { Mutants } from "./Mutants.sol";' in woven["Box.sol"]
    assert 'import { Mutants } from "../Mutants.sol";' in woven["libraries/Box.sol"]
    assert woven["Plain.sol"] == sources["Plain.sol"]
    assert "library Mutants" in woven[LIBRARY]


def test_a_written_statement_and_a_written_expression_stand_behind_switches() -> None:
    sources = {"Box.sol": SOURCE}
    mutants = mutants_of(sources, [_written("total += i;", "total -= i;"), _written("key > 4", "key >= 4")])
    woven = switched(sources, mutants)["Box.sol"]
    assert "if (Mutants.keeps(7)) { total += i; } else { total -= i; }" in woven
    assert "(Mutants.keeps(8) ? key > 4 : key >= 4) &&" in woven


def test_a_written_expression_that_is_a_whole_condition_lies_inside_its_guard() -> None:
    sources = {"Box.sol": SOURCE}
    woven = switched(sources, mutants_of(sources, [_written("total == 0", "total == 1")]))["Box.sol"]
    assert "if (((Mutants.keeps(7) ? total == 0 : total == 1)) && Mutants.keeps(6)) return 0;" in woven


@pytest.mark.parametrize(("before", "times"), [("nowhere", 0), ("uint256", 3)])
def test_a_written_text_that_does_not_stand_there_once_is_refused(before: str, times: int) -> None:
    with pytest.raises(MutationError, match=f"{times} times in Box.sol"):
        mutants_of({"Box.sol": SOURCE}, [_written(before, "x")])


def test_what_failed_is_named_wherever_forge_puts_its_name() -> None:
    output = """Ran 3 tests for test/Box.t.sol:BoxTest
[FAIL: next call did not revert as expected] test_aLockHolds() (gas: 459994)
[FAIL: 1 != 0; counterexample: args=[1]] testFuzz_aKeyFits(uint256,uint64) (runs: 3, μ: 1, ~: 2)
[FAIL: assertion failed: 1 != 0]
\t[Sequence] (original: 3, shrunk: 3)
\t\tsender=0x01 addr=[test/Box.sol:Box]0x02 calldata=open(uint256) args=[7]
 invariant_nothingIsLost() (runs: 3, calls: 384, reverts: 0)
[PASS] invariant_nothingIsAdded() (runs: 16, calls: 2048, reverts: 0)
"""
    assert FAILED.findall(output) == ["test_aLockHolds", "testFuzz_aKeyFits", "invariant_nothingIsLost"]
