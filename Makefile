# Two commands: `make run` opens the dashboard, `make test` runs the tests. Both set everything up first.
.DEFAULT_GOAL := help
BIN := .venv/bin
export TOKENIZERS_PARALLELISM := false

# Every test and page starts processes of their own: what one has compiled, the next need not. Tools may have set this otherwise.
run test: export PYTHONDONTWRITEBYTECODE :=

.PHONY: help setup setup-dev run test lint format bench parity soak truth bundled words docs pictures lock licences audit-dependencies clean

help:  ## List the commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 20

setup:  ## Make .venv, install, fetch or build the resources of the standard audit
	@sh .ci/setup
	@$(BIN)/python -m audit resources get --standard

setup-dev:
	@sh .ci/setup dev
	@$(BIN)/python -m audit resources get --standard

run: setup  ## Start worker and dashboard and print the address (Ctrl-C stops both)
	@$(BIN)/python -m dashboard $(ARGS)

test: setup-dev  ## Run all tests (ARGS="-k table" for some)
	@$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder $(ARGS)

lint: setup-dev  ## ruff, mypy --strict, import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: setup-dev  ## Format the code
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

bench: setup-dev  ## Run the benchmarks, one after another (minutes)
	@for file in tests/bench/bench_*.py; do echo "== $$file"; $(BIN)/python $$file || exit 1; done

parity: setup-dev  ## Compare attacks with stock TextAttack, 100 rows a recipe (long)
	@$(BIN)/python tests/bench/parity.py $(ARGS)

soak: setup-dev  ## Kill a run 100 times and compare its result (long)
	@$(BIN)/python tests/bench/soak.py $(ARGS)

truth: setup-dev  ## Audit models with planted faults, and sound ones, and print what was found (long; ARGS="length --suite quick")
	@$(BIN)/python tests/truth/truth.py $(ARGS)

bundled: setup-dev  ## Train the bundled models again from ASSAY_DATA (hours)
	@sh models/bundled/train.sh

words: setup-dev  ## Bring the catalogs of languages in step with the sources (ARGS=zh for one, new or not)
	@$(BIN)/python .ci/words.py $(ARGS)

docs: setup-dev  ## Write the lists of probes, commands, settings and scores in docs/ and README from the code
	@$(BIN)/python .ci/docs.py

lock: setup-dev  ## Pin versions again from pyproject.toml (ARGS=--upgrade for the newest it allows)
	@sh .ci/lock/make $(ARGS)

pictures: setup-dev  ## Take the pictures of docs/screenshots anew (ARGS=data for one)
	@$(BIN)/python .ci/screenshots.py $(ARGS)

licences: setup-dev  ## Write docs/licences.md from the packages installed
	@$(BIN)/python .ci/licences.py

audit-dependencies: setup-dev  ## Ask an advisory database about every locked version (needs the network)
	@for file in run torch cuda dev tools; do $(BIN)/uv tool run pip-audit --strict --require-hashes --disable-pip -r .ci/lock/$$file.txt || exit 1; done

clean:  ## Remove the virtual environment and caches of the tools
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info build
