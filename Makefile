# What a person runs, and what CI runs: the same targets.

VENV := .venv
BIN := $(VENV)/bin
PYTHON3 ?= python3
# uv trusts the authorities that this machine trusts, as pip does
export UV_SYSTEM_CERTS := 1
# So many processes of tests at once, each with a broker and a node of its own (1.5 GB): much of a live test is waiting.
WORKERS ?= 2
INPUTS := pyproject.toml deploy/constraints.txt

.DEFAULT_GOAL := help
.PHONY: help run test check bench pictures train up down backup restore chaos clean python

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

run: $(VENV)/.local ## set up and start everything, feed the sample, stay in the foreground; Ctrl-C stops
	@$(BIN)/python -m deploy.local run

test: $(VENV)/.dev ## all tests, the live ones against a broker and a node of their own
	@$(BIN)/python -m pytest -m "not chaos" -rs -n $(WORKERS) --dist loadfile

check: $(VENV)/.dev ## lint, format, types, import rules, spelling
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/codespell

bench: $(VENV)/.dev ## measure this machine, and print the table
	@$(BIN)/python -m tests.bench

pictures: $(VENV)/.dev ## a picture of every page of the console into .pictures/, and those of the README
	@$(BIN)/python -m tests.pictures

train: $(VENV)/.train ## train the model anew from ../shared/data and write its card (PyTorch: 6 GB; 1 to 2 hours)
	@$(BIN)/python -m moderation.train

chaos: $(VENV)/.dev ## the slow fault runs
	@$(BIN)/python -m pytest -m chaos

up: $(VENV)/.local ## the broker and the node alone, in the background
	@$(BIN)/python -m deploy.local up

down: $(VENV)/.local ## stop what `make up` or `make run` started
	@$(BIN)/python -m deploy.local down

backup: $(VENV)/.local ## the record of this machine into one file, while nothing runs: make backup TO=FILE
	@test -n "$(TO)" || { echo "Say where to: make backup TO=FILE (or a folder)"; exit 1; }
	@$(BIN)/python -m deploy.local backup "$(TO)"

restore: $(VENV)/.local ## a backup back into an empty data folder: make restore FROM=FILE
	@test -n "$(FROM)" || { echo "Say which backup: make restore FROM=FILE"; exit 1; }
	@$(BIN)/python -m deploy.local restore "$(FROM)"

clean: ## remove the virtual environment and caches; the data in .lifeguard/ stays
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

$(VENV)/.dev: $(INPUTS) | python
	@$(call install,local$(comma)dev)
	@touch $(VENV)/.local $@

$(VENV)/.train: $(INPUTS) | python
	@$(call install,local$(comma)dev$(comma)train)
	@touch $(VENV)/.local $(VENV)/.dev $@

$(VENV)/.local: $(INPUTS) | python
	@$(call install,local)
	@touch $@

python:
	@command -v $(PYTHON3) >/dev/null || { echo "Lifeguard needs Python 3.11 or newer, and there is no $(PYTHON3) here: install it, or name it with make PYTHON3=..."; exit 1; }
	@$(PYTHON3) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Lifeguard needs Python 3.11 or newer, and $(PYTHON3) is older: install a newer one, or name it with make PYTHON3=python3.11"; exit 1; }

comma := ,

# A half-made environment is removed, so that the next try begins anew.
define install
	test -x $(BIN)/python || $(PYTHON3) -m venv $(VENV) || { rm -rf $(VENV); \
	echo "Python could not make a virtual environment in $(VENV): install its venv module (on Debian and Ubuntu the package python3-venv)"; exit 1; }; \
	echo "Installing packages into $(VENV) (a few minutes the first time) ..."; \
	if command -v uv >/dev/null; \
	then uv pip install --quiet --python $(BIN)/python -c deploy/constraints.txt -e '.[$(1)]'; \
	else $(BIN)/python -m pip install --quiet --disable-pip-version-check -c deploy/constraints.txt -e '.[$(1)]'; \
	fi || { echo "The packages could not be installed (the reason stands above); if this machine has no network, connect it once and run this again."; exit 1; }
endef
