# make kb      from a fresh clone to a knowledge base of the specimen acts, with sample answers
# make test    everything that has to hold: formatting, types, tests, notebooks, quality floors
# Both set up what they need first. Python packages come from wherever pip is configured to look.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PYTHON

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev kb demo-sync test lint docs bench lock train-repair

help: ## Show what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 22

setup: $(VENV)/.ready ## Install what buyruq needs; leaves .venv/bin/buyruq

$(VENV)/.ready: requirements.txt pyproject.toml .ci/system-packages
	@bash .ci/system-packages
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	$(BIN)/python -m normalizers.decoder.warm
	@touch $@

setup-dev: $(VENV)/.ready-dev ## Install what developing and testing need

$(VENV)/.ready-dev: $(VENV)/.ready requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

kb: setup ## Read the specimen acts into kb.duckdb and ask it something
	$(BIN)/buyruq ingest corpus/specimens --kb kb.duckdb
	@echo "The acts:"
	@$(BIN)/buyruq acts --kb kb.duckdb
	@echo "Which terms are counted in working days?"
	$(BIN)/buyruq sql "SELECT a.number, d.eid, d.quantity, d.relation, d.action FROM deadlines d JOIN acts a USING (act_id) WHERE d.unit = 'working_day' ORDER BY ALL LIMIT 8" --kb kb.duckdb
	@echo "Which posts does each category hold?"
	$(BIN)/buyruq sql "SELECT category_code, count(*) AS posts, any_value(title) AS for_example FROM positions WHERE category_code IS NOT NULL GROUP BY 1 ORDER BY 1 LIMIT 8" --kb kb.duckdb

demo-sync: setup ## Try sync against a local server that behaves like the portals
	$(BIN)/python deploy/demo_sync.py

lint: setup-dev ## Check formatting, style and types
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

test: lint ## Run the checks and all tests
	$(BIN)/pytest

docs: setup-dev ## Build the site into site/; a broken reference is an error
	$(BIN)/sphinx-build --quiet --fail-on-warning --keep-going --fresh-env -j auto docs site
	@echo "site/index.html"

bench: setup-dev ## Measure speed: reading against text extraction, questions on a million clauses, scans against the bare engine
	$(BIN)/python benchmarks/bench.py $(FILES)
	$(BIN)/python benchmarks/bench_kb.py
	$(BIN)/python benchmarks/bench_ocr.py --pages 1 --processes
	$(BIN)/python benchmarks/bench_ocrmypdf.py --pages 1

lock: setup-dev ## Write the requirements files anew from pyproject.toml
	.ci/lock

SHARED ?= ../shared
MADE ?= out/pairs.tsv

train-repair: setup-dev ## Rebuild word lists and decoder tables from the texts in SHARED (hours)
	@test -d $(SHARED) || { echo "train-repair: no texts at $(SHARED); name their folder: make train-repair SHARED=..."; exit 1; }
	@mkdir -p $(dir $(MADE))
	$(BIN)/python -m normalizers.train_lexicon $(SHARED)
	$(BIN)/python -m normalizers.decoder.train --shared $(SHARED) --made $(MADE) --make
