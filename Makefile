# `make repro` and `make test` set up all they need: git, make and Python 3.11 or newer with venv are enough.

PYTHON ?= python3
IN_VENV = . .venv/bin/activate &&
PIN = uv pip compile --universal --generate-hashes --no-emit-index-url --custom-compile-command "make lock" --quiet --output-file

.PHONY: help repro test draw lint slow fuzz audit bench record reader extras tour lock env

help:
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile | expand -t 16
	@echo 'Then `. .venv/bin/activate`, and: dvc repro, dvc metrics diff, dvc plots show, dvc exp run -S subset.samples=300'
	@echo 'More:'
	@sed -n 's/^\([a-z]*\):.*#+ /  make \1\t/p' Makefile | expand -t 16

repro: env ## run the pipeline: what changed, and nothing else
	@$(IN_VENV) dvc repro

test: env ## run the tests
	@$(IN_VENV) python -m pytest $(PYTEST_ARGS)

draw: env ## draw a digit on a page of this machine and see the probabilities move (PORT=8029)
	@$(IN_VENV) python -m digits.draw $(PORT:%=--port %)

lint: env ## check style, formatting, types and which part imports which
	@$(IN_VENV) ruff check . && ruff format --check . && mypy && lint-imports --no-cache

slow: env #+ run the tests that take minutes; those of several hosts need Linux, root and iproute2
	@$(IN_VENV) python -m pytest -m "slow or hosts" -rs $(PYTEST_ARGS)

fuzz: env #+ damage 20,000 files for each reader
	@$(IN_VENV) python -m pytest tests/test_damaged_files.py --hypothesis-profile=fuzz $(PYTEST_ARGS)

audit: env #+ look for known vulnerabilities of the pinned packages
	@$(IN_VENV) uvx --from pip-audit==2.10.1 pip-audit -r requirements.txt --disable-pip --require-hashes --strict

bench: env #+ measure speed in 13 minutes: the table in benchmarks/README.md
	@$(IN_VENV) python -m benchmarks.speed

record: env #+ train to 99 % with ten seeds, in two minutes: the row in benchmarks/README.md
	@$(IN_VENV) python -m benchmarks.record

reader: env #+ train the network that reads people's digits, in two minutes
	@$(IN_VENV) dvc repro studies/reader/dvc.yaml

extras: env #+ add the packages that notebooks, digits.export and data on S3 need
	@$(IN_VENV) uv pip install --compile-bytecode --require-hashes -r requirements-extras.txt

tour: extras #+ run docs/tour.ipynb and write its outputs into it
	@$(IN_VENV) python -m tools.tour

lock: env #+ pin the dependencies of pyproject.toml in requirements*.txt (LOCK_ARGS=--upgrade)
	@$(IN_VENV) $(PIN) requirements.txt pyproject.toml --group dev $(LOCK_ARGS)
	@$(IN_VENV) $(PIN) requirements-extras.txt --group extras --constraints requirements.txt $(LOCK_ARGS)

env: #+ make .venv, or bring it up to date
	@$(PYTHON) tools/environment.py
