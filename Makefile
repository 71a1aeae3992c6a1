# One door to everything. `make` alone lists what there is.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.SILENT:
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
export PYTHON

BIN := .venv/bin
REPORTS := reports

.PHONY: help
help: ## what there is
	sed -n 's/^\([a-z-]*\):.* ## \(.*\)/make \1\t\2/p' Makefile | expand -t 24

# --- run --------------------------------------------------------------------------------------------------

.PHONY: serve
serve: ## the registry and its page on 127.0.0.1:8000, records in ./var (options: ARGS=…)
	scripts/environment.sh core
	exec $(BIN)/colophon serve $(ARGS)

.PHONY: demo
demo: ## a creator and a licensee walk through the whole job (options: ARGS=…)
	scripts/environment.sh core
	exec $(BIN)/colophon demo $(ARGS)

# --- prove ------------------------------------------------------------------------------------------------

.PHONY: test
test: test-python test-contracts test-core ## all tests that CI runs

# Many tests wait for blocks: more processes than cores keep the cores busy.
PROCESSES ?= 3

.PHONY: test-python
test-python: tools ## the Python tests (options: ARGS=…)
	scripts/require.sh browser
	mkdir -p $(REPORTS)
	$(BIN)/python -m pytest --numprocesses=$(PROCESSES) --dist=loadfile --no-loadscope-reorder --junit-xml=$(REPORTS)/pytest.xml $(ARGS)

.PHONY: test-contracts
test-contracts: tools ## the Solidity and Node tests, and gas against contracts/gas.json
	mkdir -p $(REPORTS)
	npm --prefix contracts test --silent </dev/null 2>&1 | tee $(REPORTS)/contracts.log
	$(BIN)/python scripts/gas.py --check

.PHONY: test-core
test-core: ## that the wheel and the core lock are enough to run
	scripts/check_core_install.sh

.PHONY: coverage-contracts
coverage-contracts: tools ## lines and branches of contracts/src that tests reach; fails under 95 % of lines
	$(BIN)/python scripts/coverage_contracts.py

# For each medium.
FUZZ_SECONDS ?= 60

.PHONY: fuzz
fuzz: tools ## damaged files sent to every decoder; the contracts' fuzz tests and invariants with many more runs
	$(BIN)/python scripts/fuzz_decoders.py --seconds $(FUZZ_SECONDS)
	npm --prefix contracts run --silent fuzz </dev/null

.PHONY: prove
prove: tools ## what is proven of the contracts for every input
	scripts/halmos.sh

.PHONY: mutants
mutants: tools ## take every guard of the contracts away in turn: a test must notice (options: ARGS=…)
	$(BIN)/python scripts/mutants.py $(ARGS)

.PHONY: check
check: check-python check-contracts check-generated check-hygiene ## everything that is proven without running it

.PHONY: check-python
check-python: venv ## style, types and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

.PHONY: check-contracts
check-contracts: tools ## style of the contracts, and what solhint and Slither find in them
	npm --prefix contracts run --silent fmt:check </dev/null
	npm --prefix contracts run --silent lint </dev/null
	scripts/slither.sh

.PHONY: check-generated
check-generated: tools ## that what is generated is what its sources give today
	$(BIN)/python scripts/generate.py --check
	$(BIN)/python scripts/build_contracts.py --check

.PHONY: check-hygiene
check-hygiene: ## that no file names a machine, is too long or hides a warning
	$(PYTHON) scripts/check_hygiene.py

# --- make -------------------------------------------------------------------------------------------------

.PHONY: venv
venv: ## .venv with all that tests and checks use
	scripts/environment.sh dev

.PHONY: tools
tools: venv ## the same, and the contract tools
	scripts/contract_tools.sh

.PHONY: generate
generate: tools ## write again all that is generated
	$(BIN)/python scripts/build_contracts.py
	$(BIN)/python scripts/generate.py

.PHONY: gas
gas: tools ## measure contracts/gas.json again
	$(BIN)/python scripts/gas.py --write

.PHONY: bench
bench: venv ## every benchmark in scripts/benchmarks (BENCH=folder with image, audio, text: search and peers, too)
	for benchmark in scripts/benchmarks/*.py; do \
	  case "$$benchmark" in */match.py | */peers.py) continue;; esac; \
	  echo "$$benchmark"; $(BIN)/python "$$benchmark"; done
	if [[ -n "$(BENCH)" ]]; then for medium in image audio text; do \
	  echo "scripts/benchmarks/peers.py: $$medium"; \
	  $(BIN)/python scripts/benchmarks/peers.py "$(BENCH)/$$medium" --medium "$$medium" $(ARGS); done; \
	else echo "scripts/benchmarks/peers.py was left out: it needs BENCH=folder of works"; fi

.PHONY: rates
rates: venv ## measure how often a match is none, into registry/fingerprint/rates.json (BENCH=folder of works)
	test -n "$(BENCH)" || { echo "rates needs BENCH=folder with image, audio, text" >&2; exit 2; }
	mkdir -p $(REPORTS)
	$(BIN)/python scripts/similarity/rates.py "$(BENCH)" --runs $(REPORTS)/rates $(ARGS)

.PHONY: lock
lock: ## pin what pyproject.toml asks for (the newest of all: ARGS=--upgrade)
	scripts/require.sh python
	scripts/lock.sh $(ARGS)

.PHONY: clean
clean: ## remove what is made again; ./var, .venv and node_modules stay
	rm -rf $(REPORTS) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache \
		contracts/out contracts/cache .venv-lock
	find api registry scripts tests -name __pycache__ -type d -prune -exec rm -rf {} +
