# `make repro` and `make test` set up all they need: git, make and Python 3.11 or newer with venv are enough.

SHELL := /bin/sh
PYTHON ?= python3
IN_VENV := . .venv/bin/activate &&
SETUP = { pwd; $(PYTHON) --version; cat requirements.txt tools/page.html; } # what .venv was made from, kept in it as its stamp
PIN = uv pip compile --universal --generate-hashes --no-emit-index-url --custom-compile-command "make lock" --quiet --output-file

RUNS ?= 200000
READERS ?= read_idx load_split load_params load_weights byte_strings

.PHONY: help repro test draw faults hosts fuzz audit lint kills coverage recipe bench lock extras env

help: ## this list
	@grep -E '^[a-z]+:.*##' Makefile | sed 's/:.*## /\t/' | expand -t 10
	@echo 'After `. .venv/bin/activate`: dvc repro, dvc metrics diff, dvc plots show, dvc exp run -S subset.samples=300'

repro: env ## run the pipeline: what changed, and nothing else
	@$(IN_VENV) dvc repro

test: env ## run the tests
	@$(IN_VENV) python -m pytest $(PYTEST_ARGS)

draw: env ## draw a digit on a page of this machine and see the probabilities move
	@$(IN_VENV) python -m digits.draw

faults: env ## run the slow tests, of faults that take long
	@$(IN_VENV) python -m pytest -m slow $(PYTEST_ARGS)

hosts: env ## run the tests of several hosts, network namespaces of this machine (Linux, as root, with iproute2)
	@$(IN_VENV) python -m pytest -m hosts -rs $(PYTEST_ARGS)

fuzz: env ## feed 200,000 inputs to every reader, guided by coverage (RUNS=, READERS=; Linux and macOS)
	@$(IN_VENV) uv pip install --quiet --group fuzz
	@$(IN_VENV) set -e; for reader in $(READERS); do python -m fuzz.readers $$reader -runs=$(RUNS); done

audit: env ## look for known vulnerabilities of the pinned packages
	@$(IN_VENV) uvx --from pip-audit==2.10.1 pip-audit -r requirements.txt --disable-pip --require-hashes --strict

lint: env ## check style, formatting and types
	@$(IN_VENV) ruff check . && ruff format --check . && mypy

kills: env ## kill the pipeline 100 times at random instants and compare what comes out in the end
	@$(IN_VENV) python -m tests.kills 100

coverage: env ## which lines and branches of stages/ and digits/ the tests reach
	@$(IN_VENV) python -m pytest --cov --cov-report=term-missing:skip-covered

recipe: env ## measure the recipe and its parts over several seeds: what is missing in benchmarks/recipe.csv
	@$(IN_VENV) python -m benchmarks.recipe

bench: env ## measure speed beside what the machine can do, 20 minutes: the table in benchmarks/README.md
	@$(IN_VENV) python -m benchmarks.speed

lock: env ## pin the dependencies of pyproject.toml, with hashes and for all platforms, in requirements*.txt
	@$(IN_VENV) $(PIN) requirements.txt pyproject.toml --group dev $(LOCK_ARGS)
	@$(IN_VENV) $(PIN) requirements-extras.txt --group extras --constraints requirements.txt $(LOCK_ARGS)

extras: env ## add what digits.export and benchmarks.own_digits need
	@$(IN_VENV) uv pip install --quiet --compile-bytecode --require-hashes -r requirements-extras.txt

env: ## make or mend .venv
	@$(SETUP) | cmp -s - .venv/stamp || $(MAKE) --no-print-directory .venv

# Made anew after an interruption (no stamp) or a move to another folder or Python; otherwise brought up to date in place.
.PHONY: .venv
.venv:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed: make PYTHON=..." if sys.version_info < (3, 11) else 0)'
	@if [ "$$(head -n 2 .venv/stamp 2>/dev/null)" != "$$($(SETUP) | head -n 2)" ]; then $(PYTHON) -m venv --clear .venv; fi
	@rm -f .venv/stamp
	@$(IN_VENV) if ! command -v uv >/dev/null; then \
		sed -n '/^uv==/,/[^\]$$/p' requirements.txt > .venv/uv.txt && \
		python -m pip install --quiet --require-hashes --requirement .venv/uv.txt; fi
	@$(IN_VENV) uv pip install --quiet --compile-bytecode --require-hashes -r requirements.txt
	@$(IN_VENV) python -m tools.offline_plots
	@$(SETUP) > .venv/stamp
