"""Who does something, with a name for the user or without one."""

import getpass
import os
import socket

import pytest

from trialist.ledger.person import user_name, who


def test_a_person_is_a_user_at_a_machine():
    assert who() == f"{getpass.getuser()}@{socket.gethostname()}"


@pytest.mark.parametrize("error", [KeyError, OSError, ImportError])
def test_a_user_without_a_name_is_a_number(monkeypatch, error):
    def nobody():
        raise error

    monkeypatch.setattr(getpass, "getuser", nobody)
    assert user_name() == str(os.getuid())
