"""The digest of a file is that of its bytes, however large it is and wherever it stands."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from trialist.ledger.filedigest import digest_of_file, digest_of_open


@given(data=st.binary(max_size=300), place=st.integers(0, 300))
def test_it_is_that_of_all_bytes(tmp_path_factory, data, place):
    path = tmp_path_factory.mktemp("one") / "file"
    path.write_bytes(data)
    expected = hashlib.sha256(data).hexdigest()
    assert digest_of_file(path) == expected
    with path.open("r+b") as file:
        file.seek(place)
        assert digest_of_open(file) == expected
        assert file.tell() == len(data)
