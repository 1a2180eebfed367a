# Everything that a person does here. A fresh machine needs Python 3.11 with its venv module, make and git.

PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed
TESTS := $(BIN)/python -m pytest

.PHONY: setup demo test test-all check clean lock schema

setup: $(STAMP)

# uv where present, installed into the environment otherwise; the lock file holds versions and hashes, no addresses.
$(STAMP): requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "lyhord needs Python 3.11 or later; $$($(PYTHON) --version) is what $(PYTHON) starts. Try: make PYTHON=python3.11 $(MAKECMDGOALS)"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@command -v uv >/dev/null 2>&1 || test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@PATH="$$PATH:$(CURDIR)/$(BIN)"; uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	@PATH="$$PATH:$(CURDIR)/$(BIN)"; uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	@$(BIN)/python manage.py messages compile
	@$(BIN)/python manage.py build_assets
	@$(BIN)/lyhord models build
	@touch $@

demo: setup
	@LYHORD_DATA="$${LYHORD_DATA:-data/demo}" $(BIN)/lyhord demo

# Fast tests first; then the slow families beside each other; then PostgreSQL where a server answers.
test: setup
	@$(BIN)/python tests/run.py

# The long families too: whole corpora, all kills, all sweeps.
test-all: setup
	@$(BIN)/python tests/run.py --whole

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py messages check
	$(TESTS) -q tests/test_docs.py tests/test_house.py

# The packed empty database; a test says when it is older than the migrations.
schema: setup
	@$(BIN)/python -m lyhord.operations.fresh

lock:
	@PATH="$$PATH:$(CURDIR)/$(BIN)"; uv pip compile pyproject.toml --extra dev --extra embeddings --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-header --no-annotate --quiet -o requirements.lock

clean:
	rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .import_linter_cache
