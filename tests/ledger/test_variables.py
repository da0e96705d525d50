"""Which variables are recorded, and that no secret is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.ledger.variables import (
    HIDDEN,
    telling_variables,
    with_secrets_hidden,
    without_secrets,
)

KEYS = (
    "sk-abcdefghijklmnopqrstuv",
    "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
    "hf_abcdefghijklmnopqrstuvwxyz",
    "AKIAABCDEFGHIJKLMNOP",
    "0123456789abcdef0123456789abcdef01234567",
    "https://me:password@host.example/x",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0",
)


def test_variables_that_change_numbers_are_given():
    environment = {
        "OMP_NUM_THREADS": "2",
        "CUDA_VISIBLE_DEVICES": "GPU-8f3a8f3a-1111-2222-3333-8f3a8f3a8f3a",
        "CUBLAS_WORKSPACE_CONFIG": ":4096:8",
        "PYTHONHASHSEED": "0",
        "TORCH_LOGS": "x",
        "TF_DETERMINISTIC_OPS": "1",
        "LD_PRELOAD": "/usr/lib/libjemalloc.so",
    }
    assert telling_variables({**environment, "HOME": "/root", "TF_CLI_CONFIG_FILE": "x"}) == (
        environment
    )


@pytest.mark.parametrize("secret", KEYS)
def test_what_looks_like_a_key_is_left_out_by_its_value(secret):
    assert telling_variables({"TORCH_HOME": secret, "CUDA_X": f"a={secret}"}) == {}
    assert secret not in " ".join(without_secrets([secret, f"--url={secret}"]))
    assert secret not in with_secrets_hidden({"URL": secret})["URL"]


@pytest.mark.parametrize("name", ["TORCH_HUB_TOKEN", "CUDA_KEY", "NCCL_PASSWORD", "MKL_SECRET_X"])
def test_what_looks_like_a_key_is_left_out_by_its_name(name):
    assert telling_variables({name: "1"}) == {}
    assert with_secrets_hidden({name: "1"}) == {name: HIDDEN}


@given(st.dictionaries(st.text(), st.text()))
def test_nothing_is_given_that_was_not_there(environment):
    found = telling_variables(environment)
    assert found.items() <= environment.items()


@pytest.mark.parametrize(
    "words",
    [
        ["--api-key", "abc"],
        ["--token", "abc"],
        ["config.wandb_token=abc"],
        ["--password=abc"],
        ["hf_token=abc"],
    ],
)
def test_words_of_a_command_that_hold_a_secret_are_hidden(words):
    assert "abc" not in " ".join(without_secrets(words))


@pytest.mark.parametrize(
    "words",
    [
        ["--tokenizer", "bert"],
        ["max_tokens=128"],
        ["--lr=0.1", "-x", "y"],
        ["--key-dim", "64"],
        ["--api-key", "--lr", "0.1"],
    ],
)
def test_words_that_hold_none_stay(words):
    assert without_secrets(words) == words
