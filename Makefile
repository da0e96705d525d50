# Every target does its own set-up: a virtual environment with pinned CPU torch.
VENV    ?= .venv
PYTHON  ?= python3
KILLS   ?= 240
TASK_KILLS ?= 60
JOBS    ?= 2
PY      := $(VENV)/bin/python
BIN     := $(VENV)/bin
PEERS   := .venv-peers
ADAPTERS := .venv-adapters
FRAMEWORKS := lightning huggingface accelerate keras
STAMP   := $(VENV)/.ready
USER_STAMP := $(VENV)/.demo

.PHONY: help demo test adapters $(FRAMEWORKS:%=adapters-%) check bench bench-peers bench-loop \
	bench-resume calibrate playbook torture torture-tasks wheel example clean

help:
	@echo "make demo       run the main job on real data and show the verdicts"
	@echo "make test       all tests"
	@echo "make adapters   Lightning, Hugging Face, Accelerate and Keras, installed and tested"
	@echo "make check      format, lint, types, floors, dependencies"
	@echo "make bench      speed figures, as ratios"
	@echo "make bench-peers  the same beside Optuna, Ray Tune, MLflow, W&B, TensorBoard; long"
	@echo "make bench-loop, bench-resume  the training loop beside Lightning and Accelerate"
	@echo "make calibrate  error rates of the verdicts, long"
	@echo "make playbook   error rates of the checks on searches, ten minutes"
	@echo "make torture    300 kills and the faults of a system, three quarters of an hour"

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --upgrade pip

# What a user installs: no test tools.
$(USER_STAMP): pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PY) -m pip install --quiet -c constraints.txt -e '.[demo]'
	@touch $@

$(STAMP): pyproject.toml constraints.txt | $(USER_STAMP)
	$(PY) -m pip install --quiet -c constraints.txt -e '.[demo]' --group dev
	@touch $@

demo: $(USER_STAMP)
	@test -e demo/study.yaml || $(BIN)/trialist init demo
	$(BIN)/trialist run demo/study.yaml --store demo/experiments

test: $(STAMP)
	$(PY) -m pytest -q

# Each framework is installed for real, in an environment of its own.
adapters: $(FRAMEWORKS:%=adapters-%)

$(ADAPTERS)/%/.ready: tests/train/adapters/%.txt pyproject.toml constraints.txt
	$(PYTHON) -m venv $(ADAPTERS)/$*
	$(ADAPTERS)/$*/bin/python -m pip install --quiet -c constraints.txt -e '.[torch]' -r $<
	@touch $@

$(FRAMEWORKS:%=adapters-%): adapters-%: $(ADAPTERS)/%/.ready
	$(ADAPTERS)/$*/bin/python -m pytest -q tests/train/adapters/test_$*.py

check: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .

bench: $(STAMP)
	$(PY) -m benchmarks.run

# The peers are installed for real, apart from ours: they are no dependency of anything.
$(PEERS)/.ready: pyproject.toml constraints.txt benchmarks/peers/requirements.txt
	$(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/python -m pip install --quiet -c constraints.txt -e '.[demo,data]' \
		-r benchmarks/peers/requirements.txt
	@touch $@

bench-peers: $(PEERS)/.ready
	$(PEERS)/bin/python -m benchmarks.peers

$(ADAPTERS)/beside/.ready: benchmarks/frameworks.txt pyproject.toml constraints.txt
	$(PYTHON) -m venv $(ADAPTERS)/beside
	$(ADAPTERS)/beside/bin/python -m pip install --quiet -c constraints.txt -e '.[torch]' -r $<
	@touch $@

bench-loop: $(ADAPTERS)/beside/.ready
	$(ADAPTERS)/beside/bin/python -m benchmarks.loop --report benchmarks/loop.md

bench-resume: $(ADAPTERS)/beside/.ready
	$(ADAPTERS)/beside/bin/python -m benchmarks.resume

calibrate: $(STAMP)
	$(PY) -m benchmarks.calibration

playbook: $(STAMP)
	$(PY) -m benchmarks.playbook

torture: $(STAMP) torture-tasks
	$(PY) -m benchmarks.torture --kills $(KILLS) --jobs $(JOBS) --report benchmarks/torture/report.md

# Its own section of the same report: trainings, compared bit by bit.
torture-tasks: $(STAMP)
	$(PY) -m benchmarks.torture --tasks --kills $(TASK_KILLS) --jobs $(JOBS) \
		--report benchmarks/torture/report.md

wheel: $(STAMP)
	$(PY) -m pip wheel --quiet --no-deps --wheel-dir dist .

# The rendered example in examples/ is made by the command, never by hand.
example: $(STAMP)
	$(PY) -m benchmarks.render_example

clean:
	rm -rf $(VENV) $(PEERS) $(ADAPTERS) demo dist
