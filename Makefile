# Học vụ số. `make help` lists what there is.
PY ?= python3
V := .venv
BIN := $(V)/bin
T ?= tests
SHELL := /bin/bash
unexport PYTHONDONTWRITEBYTECODE # a start that compiles everything anew takes two seconds more
.DEFAULT_GOAL := help
.PHONY: help run chat migrate migration test fix lock check bench proof

help:            ## what each target does
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## */\t/' | expand -t 14

# One environment, two states of it: run time only, or with the development tools on top.
$(V)/.run: requirements.lock pyproject.toml
	@$(call install,requirements.lock)
	@touch $@

$(V)/.dev: requirements-dev.lock pyproject.toml
	@$(call install,requirements-dev.lock)
	@touch $(V)/.run $@

define install
	test -x $(BIN)/python || $(PY) -m venv $(V); \
	echo "Preparing the environment from $(1) ..."; \
	( $(BIN)/python -m pip install -q --disable-pip-version-check uv==0.13.9 \
	  && $(BIN)/uv pip install -q --compile-bytecode -p $(BIN)/python --require-hashes -r $(1) ) \
	|| $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r $(1)
endef

run: $(V)/.run   ## the service: http://127.0.0.1:8080 (settings: .env.example)
	@exec $(BIN)/python -m bot run

chat: $(V)/.run  ## one conversation in the terminal (AS=web_chat SCRIPT=file FRESH=1 SAVE=file)
	@exec $(BIN)/python -m bot chat $(if $(AS),--as $(AS)) $(if $(SCRIPT),--script $(SCRIPT)) $(if $(FRESH),--fresh) $(if $(SAVE),--save $(SAVE))

migrate: $(V)/.run ## upgrade the database
	@exec $(BIN)/python -m bot migrate

migration: $(V)/.dev ## draft the next numbered migration: make migration M="what changes"
	@exec $(BIN)/python -m storage.migrations.draft "$(M)"

test: $(V)/.dev  ## format, lint, types, content, every test on SQLite and PostgreSQL (T=tests/... narrows it)
	$(BIN)/ruff format --check -q .
	$(BIN)/ruff check -q .
	$(BIN)/mypy
	$(BIN)/python -m bot check
	$(if $(filter tests tests/ tests/browser%,$(T)),$(BIN)/python -m tests.browser.chromium)
	$(if $(filter tests tests/ tests/bot%,$(T)),$(BIN)/python -m tests.faketime)
	$(BIN)/pytest -n auto $(T)

bench: $(V)/.dev ## speed beside the floor, in one run (BENCH="--quick")
	@exec $(BIN)/python -m tests.bench $(BENCH)

proof: $(V)/.dev ## the long proofs, resumable: make proof PART=kill N=300 (REDO=1, SEED=7)
	@exec $(BIN)/python -m tests.crash $(PART) $(if $(N),-n $(N)) $(if $(REDO),--redo) $(if $(SEED),--seed $(SEED))

fix: $(V)/.dev   ## format and apply safe fixes
	$(BIN)/ruff format -q .
	$(BIN)/ruff check -q --fix .

lock: $(V)/.dev  ## renew the hashed pins
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url pyproject.toml --group dev -o requirements-dev.lock
