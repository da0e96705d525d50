"""Which environment variables are recorded: those that change numbers, never what looks secret."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

_MATTERS = re.compile(
    r"(OMP|MKL|KMP|GOMP|OPENBLAS|BLIS|VECLIB|NUMEXPR|CUDA|CUBLAS|CUDNN|NVIDIA|NCCL|TORCH|PYTORCH"
    r"|TORCHINDUCTOR|TRITON|ROCM|HIP|HSA|MIOPEN|JAX|XLA|ATEN|DNNL|ONEDNN)_\w+"
    r"|PYTHON(HASHSEED|OPTIMIZE|PATH|DONTWRITEBYTECODE)|LD_(PRELOAD|LIBRARY_PATH)|TRIALIST_DATA"
    r"|TF_(DETERMINISTIC|CUDNN|ENABLE|FORCE|GPU|NUM|USE|XLA)\w*|MALLOC_\w+|GLIBC_TUNABLES"
)
_SECRET_NAME = re.compile(r"KEY|TOKEN|SECRET|PASSW|CREDENTIAL|AUTH", re.IGNORECASE)
_SECRET_VALUE = re.compile(
    r"\b(sk|pk|rk)[-_][A-Za-z0-9_-]{16,}|\bgh[pousr]_\w{16,}|\bgithub_pat_\w{16,}|\bhf_\w{16,}"
    r"|\bglpat-[\w-]{16,}|\bxox[abprs]-[\w-]{8,}|\bAKIA[0-9A-Z]{12,}|\bAIza[\w-]{20,}"
    r"|\beyJ[\w-]{10,}\.[\w-]{5,}|://[^/\s@]*:[^/\s@]+@|\b[0-9a-fA-F]{40,}\b"
)
_SECRET_WORD = re.compile(
    r"(?P<name>-*(?:[\w.-]*[._-])?(?:api[_-]?key|secret|passw(?:or)?d|credentials?"
    r"|(?:api|access|auth|bearer|hf|hub|wandb)[._-]?token)|-*token)=.+",
    re.IGNORECASE,
)
HIDDEN = "(not recorded: it looks like a secret)"


def telling_variables(environment: Mapping[str, str]) -> dict[str, str]:
    """Give the variables that can change a result, by name; what looks secret is left out.

    Example:
        >>> telling_variables({"OMP_NUM_THREADS": "1", "HOME": "/root", "TF_API_KEY": "x"})
        {'OMP_NUM_THREADS': '1'}
    """
    return {
        name: environment[name]
        for name in sorted(environment)
        if _MATTERS.fullmatch(name)
        and not _SECRET_NAME.search(name)
        and not _SECRET_VALUE.search(environment[name])
    }


def with_secrets_hidden(variables: Mapping[str, str]) -> dict[str, str]:
    """Give variables that somebody set for a script, each value that looks secret replaced.

    Example:
        >>> with_secrets_hidden({"LR": "0.1", "WANDB_API_KEY": "abc"})["LR"]
        '0.1'
    """
    return {
        name: HIDDEN if _SECRET_NAME.search(name) else _SECRET_VALUE.sub(HIDDEN, str(value))
        for name, value in variables.items()
    }


def without_secrets(words: Iterable[str]) -> list[str]:
    """Give the words of a command with what looks like a secret replaced.

    Example:
        >>> without_secrets(["train.py", "--lr=0.1", "api_key=abc"])
        ['train.py', '--lr=0.1', 'api_key=(not recorded: it looks like a secret)']
    """
    hidden: list[str] = []
    follows = False
    for word in words:
        named = _SECRET_WORD.fullmatch(word)
        if follows and not word.startswith("-"):
            hidden.append(HIDDEN)
        elif named:
            hidden.append(f"{named['name']}={HIDDEN}")
        else:
            hidden.append(_SECRET_VALUE.sub(HIDDEN, word))
        is_option = word.startswith("--") and "=" not in word
        follows = is_option and bool(_SECRET_WORD.fullmatch(f"{word}=x"))
    return hidden
