# Every command a person types. Needs Python 3.11 or newer; all else is set up here.
PYTHON ?= python3
VENV = .venv
BIN = $(VENV)/bin
RUN = $(BIN)/python
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r
# What was broken off half-way, or was made by a Python that is gone, is made anew.
HALF_MADE := $(shell [ -L $(VENV) ] || [ ! -e $(VENV) ] || $(RUN) -c "import pip" 2> /dev/null \
	|| { rm -f $(BIN)/python $(VENV)/installer $(VENV)/installed $(VENV)/installed-dev; echo yes; })
CHECK_ENV = DEBUG=0 SECRET_KEY=check-only-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJK \
	CLINIC_DATA_KEYS=Y2hlY2tzLW9ubHktMDEyMzQ1Njc4OS1hYmNkZWZnaGk= \
	ALLOWED_HOSTS=clinic.example SITE_URL=https://clinic.example \
	EMAIL_URL=smtp+tls://user:password@mail.example:587 DEFAULT_FROM_EMAIL=website@clinic.example \
	TRUSTED_PROXIES=127.0.0.1 VAR_DIR=var/check CLINIC_ENV_FILE=

.PHONY: run demo test coverage check advisories faults audit bench bench-inbox guide-pictures shared-pictures staff lock help

help: ## what there is
	@grep -E '^[a-z]+:.*##' Makefile | sed 's/:.*## /\t/'

run: $(VENV)/installed ## set up and serve the site with its mail process
	@$(BIN)/python -m clinic_site.running.first_run serve
	@$(BIN)/python manage.py prepare_site
	@PATH="$(abspath $(BIN)):$$PATH" $(BIN)/python -m clinic_site.running.supervisor Procfile

demo: export DEMO = 1
demo: export VAR_DIR = $(CURDIR)/var/demo
demo: $(VENV)/installed ## the same with invented enquiries and open accounts, to show it around
	@$(BIN)/python -m clinic_site.running.first_run serve
	@$(BIN)/python manage.py prepare_site > /dev/null
	@$(BIN)/python manage.py make_demo
	@PATH="$(abspath $(BIN)):$$PATH" $(BIN)/python -m clinic_site.running.supervisor Procfile

staff: $(VENV)/installed ## create a staff account
	@$(BIN)/python -m clinic_site.running.first_run
	@$(BIN)/python manage.py prepare_site > /dev/null
	@$(BIN)/python manage.py createsuperuser

# What failed is tried once more, alone: decision 066.
once_more = || { echo "== once more, alone: what failed above" && $(RUN) -m pytest --last-failed --last-failed-no-failures none --maxfail 1 $(1); }

UNITS = tests/conditions tests/referrals tests/site tests/upgrades
test: $(VENV)/installed-dev ## run all tests (DATABASE_URL chooses the database)
	$(RUN) -m pytest -n auto --dist loadfile $(UNITS) $(call once_more,$(UNITS))
	$(RUN) -m pytest -n 2 --dist loadfile tests/journeys $(call once_more,tests/journeys)

coverage: $(VENV)/installed-dev ## the same, and which branches they run, in all processes
	$(BIN)/coverage erase
	$(MAKE) test RUN="$(BIN)/coverage run"
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

check: $(VENV)/installed-dev ## lint, types, import rules, migrations, deployment, known weaknesses
	@rm -rf var/check  # of an earlier version, perhaps open to others
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache
	$(CHECK_ENV) $(BIN)/python manage.py makemigrations --check --dry-run
	$(CHECK_ENV) $(BIN)/python manage.py check --deploy --fail-level WARNING
	$(CHECK_ENV) $(BIN)/mypy
	$(BIN)/python -m supply_chain.advisories

advisories: $(VENV)/installed-dev ## ask whether a locked package has a known weakness
	$(BIN)/python -m supply_chain.advisories

FAULTS = tests/faults
faults: $(VENV)/installed-dev ## kill processes while enquiries come in (SHORT=1 for the short form)
	SHORT=$(SHORT) $(RUN) -m pytest -m faults -s $(FAULTS) $(call once_more,-m faults -s $(FAULTS))

audit: $(VENV)/installed-dev ## every page in every form, Lighthouse and HTML (needs Chromium, Node.js)
	$(BIN)/python -m pytest -m audit -s tests/audit

BENCHMARKS = benchmarks benchmarks.pages benchmarks.forms benchmarks.growth benchmarks.memory benchmarks.in_browser

bench: $(VENV)/installed-dev ## compare speed with peers, and what growth costs (SHORT=1: a few minutes)
	@missed=; for part in $(BENCHMARKS); do echo "== $$part"; \
		SHORT=$(SHORT) $(BIN)/python -m $$part || missed="$$missed $$part"; done; \
	[ -z "$$missed" ] || { echo "Missed in:$$missed"; exit 1; }

bench-inbox: $(VENV)/installed-dev ## measure the inbox with 100,000 enquiries (DATABASE_URL chooses the database)
	$(BIN)/python -m benchmarks.inbox

guide-pictures: $(VENV)/installed-dev ## take the pictures of the staff guide (needs Chromium)
	$(BIN)/python -m benchmarks.guide_pictures

shared-pictures: $(VENV)/installed-dev ## draw the pictures that messages show beside an address (needs Chromium)
	$(BIN)/python -m benchmarks.shared_pictures

# UPGRADE=all: everything within the limits of the .in files. UPGRADE=django: this one alone.
NEWER = $(if $(filter 1 all,$(UPGRADE)),--upgrade,$(addprefix --upgrade-package=,$(UPGRADE)))
COMPILE = $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --quiet $(NEWER)

lock: $(VENV)/installed-dev ## resolve the .in files, install, list the parts (UPGRADE=all, or names)
	$(COMPILE) requirements-pip.in -o requirements-pip.txt
	$(COMPILE) requirements.in -o requirements.txt
	$(COMPILE) requirements-dev.in -o requirements-dev.txt
	$(COMPILE) requirements-several.in --override requirements-several-override.in -o requirements-several.txt
	$(MAKE) --no-print-directory $(VENV)/installed-dev
	$(BIN)/python -m supply_chain.parts_list

# Debian keeps what makes a .venv in a package of its own, and would leave half of one behind.
$(VENV)/bin/python:
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" \
		|| { echo "Python 3.11 or newer is needed: make $(MAKECMDGOALS) PYTHON=python3.11"; exit 1; } >&2
	@$(PYTHON) -c "import ensurepip, venv" 2> /dev/null \
		|| { echo "Python’s package venv is missing. As root: apt install python3-venv. Then once more."; exit 1; } >&2
	$(PYTHON) -m venv --clear $(VENV)

# The installer that Python brings is old: the locked one comes first. Nothing of ours needs
# setuptools, which older Pythons bring along.
$(VENV)/installer: requirements-pip.txt | $(VENV)/bin/python
	$(INSTALL) requirements-pip.txt
	@if [ -d $(VENV)/lib/python3*/site-packages/setuptools ]; then $(BIN)/python -m pip uninstall --quiet --yes setuptools; fi
	@touch $@

$(VENV)/installed: requirements.txt $(VENV)/installer
	$(INSTALL) requirements.txt
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed requirements-dev.txt
	$(INSTALL) requirements-dev.txt
	@touch $@
