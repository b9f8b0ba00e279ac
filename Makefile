# Everything starts from `make demo` and `make test`; `make help` lists the rest.
.DEFAULT_GOAL := help
SHELL := /bin/sh
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/installed
VERSITYGW := .dajia/bin/versitygw

.PHONY: help install demo test check lint types imports kafka-up kafka-down test-kafka test-s3 test-browser schemas clips pins clean check-deploy

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

install: $(INSTALLED) ## create .venv and install everything, pinned by hash

$(INSTALLED): requirements/dev.txt pyproject.toml
	@echo "installing into $(VENV) (once, a few minutes)" >&2
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(not (3, 11) <= v < (3, 13))' \
		|| { echo "Python 3.11 or 3.12 is needed; found $$($(PYTHON) --version). Set PYTHON=/path/to/python3.11" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: $(INSTALLED) ## play two bundled clips as live rooms and watch them being judged
	$(BIN)/dajia demo

test: $(INSTALLED) ## the whole test suite but the Apache Kafka tier
	$(BIN)/dajia models fetch whisper-base
	$(BIN)/dajia models fetch vosk-ko
	$(BIN)/python -m pytest -m "not kafka and not embedded and not s3 and not browser" -n 2 --dist worksteal
	$(BIN)/python -m pytest -m embedded -n 3 --dist worksteal

check: lint types imports test ## what CI runs: lint, types, import rules, tests

lint: $(INSTALLED) ## ruff: rules and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(INSTALLED) ## mypy, strict
	$(BIN)/mypy

imports: $(INSTALLED) ## who may import whom
	$(BIN)/lint-imports

kafka-up: $(INSTALLED) ## a real Apache Kafka 4.x on the loopback
	$(BIN)/python deploy/kafka/kafka.py up

kafka-down: $(INSTALLED) ## stop it
	$(BIN)/python deploy/kafka/kafka.py down

test-kafka: $(INSTALLED) ## the broker tier on Apache Kafka (starts one unless KAFKA_BOOTSTRAP_SERVERS is set)
	$(BIN)/dajia models fetch whisper-base
	$(BIN)/python -m pytest -m kafka -n 2 --dist worksteal

$(VERSITYGW):
	@command -v go >/dev/null || { echo "Go is needed to build the S3 server: https://go.dev/dl" >&2; exit 1; }
	GOBIN=$(CURDIR)/$(dir $@) go install github.com/versity/versitygw/cmd/versitygw@v1.8.0

test-s3: $(INSTALLED) $(VERSITYGW) ## the evidence vault against a real S3 server with object lock (builds it once; needs Go)
	$(BIN)/python -m pytest -m s3 tests/s3

test-browser: $(INSTALLED) ## the case file in a real headless Chromium (apt install chromium chromium-driver)
	$(BIN)/python -m pytest -m browser tests/browser

check-deploy: $(INSTALLED) ## image, compose file, chart, alerts: hadolint, compose-go, helm, kubeconform, promtool (needs Go)
	deploy/tools.sh
	$(BIN)/python deploy/check.py

schemas: $(INSTALLED) ## write the JSON Schemas again after a change of schemas/
	$(BIN)/python -m schemas.publish

clips: ## make the bundled clips again (own environment, text to speech, needs apt packages)
	tools/clips/run.sh

pins: ## resolve and pin the dependencies again (needs uv)
	requirements/compile.sh

clean: ## remove the environment and scratch files
	rm -rf $(VENV) .dajia build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
