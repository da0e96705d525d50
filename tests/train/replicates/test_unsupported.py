"""What stands against vectorizing is said in words, with the line."""

from pathlib import Path

import pytest
from replicatecases import REFUSED, Checkpointed, Two, assembly, configs, runs, task
from torch.nn import functional

from trialist.train import ReplicateLoop
from trialist.train.replicates.unsupported import line_of, reason_of, translated
from trialist.values.errors import ConfigError, VectorizeError

BY_TORCH = {model: words for model, words in REFUSED.items() if "NumPy" not in words}


@pytest.mark.parametrize("model", BY_TORCH)
def test_the_reason_and_the_line_are_named(model):
    with pytest.raises(VectorizeError, match=BY_TORCH[model]) as caught:
        ReplicateLoop(task(model), configs(2), runs(2))
    mistake = caught.value.mistakes[0]
    assert mistake.todo
    if model is Checkpointed:
        return  # it fails in the backward pass, where none of the user's lines is
    file, line = mistake.where.rsplit(":", 1)
    assert file.endswith("replicatecases.py")
    source = Path(file).read_text().splitlines()[int(line) - 1]
    assert "return" in source or "if" in source


def test_keyed_dropout_is_recommended_where_masks_are_drawn():
    class Noisy(Two):
        def between(self, h):
            return functional.alpha_dropout(h, 0.1, self.training)

    with pytest.raises(VectorizeError) as caught:
        assembly(task(Noisy), 2)
    assert "nn.Dropout" in caught.value.mistakes[0].todo


def test_a_weight_that_stays_float32_is_told_with_its_cure():
    error = RuntimeError("expected scalar type Double but found Float")
    with pytest.raises(VectorizeError, match="stays float32") as caught, translated():
        raise error
    assert "weight.to(outputs)" in caught.value.mistakes[0].todo


def test_other_errors_are_told_in_their_first_line():
    assert reason_of(ValueError("no\nmore")) == "ValueError: no"
    assert reason_of(KeyError()) == "KeyError: KeyError"
    assert line_of(ValueError("never raised")) is None


def test_our_own_errors_pass():
    with pytest.raises(ConfigError, match="mine"), translated():
        raise ConfigError("mine")
