from coverage_contracts import Reached, reached_of

LCOV = """TN:
SF:src/Titles.sol
LF:40
LH:39
BRF:8
BRH:6
end_of_record
TN:
SF:test/support/Scene.sol
LF:10
LH:0
end_of_record
TN:
SF:src/interfaces/IWorkRegistry.sol
LF:0
LH:0
end_of_record
"""


def test_sources_alone_are_counted() -> None:
    assert reached_of(LCOV) == {"Titles.sol": Reached(40, 39, 8, 6)}


def test_counts_add_up() -> None:
    assert Reached(1, 2, 3, 4) + Reached(10, 20, 30, 40) == Reached(11, 22, 33, 44)
