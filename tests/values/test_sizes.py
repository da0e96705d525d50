"""Amounts of memory are read as people write them."""

import pytest

from trialist.values.sizes import bytes_of, size


@pytest.mark.parametrize(
    ("text", "n_bytes"),
    [
        ("4GiB", 4 * 1024**3),
        ("1.5 MiB", 1572864),
        ("2kB", 2000),
        ("3KB", 3000),
        ("3KiB", 3072),
        ("1TB", 10**12),
        (" 7 B ", 7),
        ("4 gigabytes", None),
        ("GiB", None),
        ("-1GiB", None),
        ("4", None),
        ("4G", None),
    ],
)
def test_a_size_is_read(text, n_bytes):
    assert bytes_of(text) == n_bytes


@pytest.mark.parametrize(
    ("n_bytes", "text"),
    [(0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (10 * 1024**2, "10 MiB"),
     (2.5 * 1024**3, "2.5 GiB"), (3 * 1024**4, "3.0 TiB")],
)  # fmt: skip
def test_a_size_is_written(n_bytes, text):
    assert size(n_bytes) == text
