"""Messages over a socket: whole, in order, with files beside them."""

import os
import select
import socket
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.execute.channel import Channel


@pytest.fixture
def ends():
    here, there = socket.socketpair()
    channels = Channel(here), Channel(there)
    yield channels
    for channel in channels:
        channel.close()


MESSAGES = st.lists(
    st.dictionaries(st.text(max_size=5), st.floats(allow_nan=False) | st.text()), max_size=6
)


@given(messages=MESSAGES, cuts=st.lists(st.integers(1, 40)))
def test_messages_arrive_whole_however_the_bytes_are_cut(messages, cuts):
    bytes_in, bytes_out = socket.socketpair()
    here, there = socket.socketpair()
    sender, receiver = Channel(bytes_in), Channel(there)
    try:
        for message in messages:
            sender.send(message)
        bytes_in.shutdown(socket.SHUT_WR)
        data = b""
        while part := bytes_out.recv(1 << 16):
            data += part
        got = []
        for cut in [*cuts, len(data)]:
            if data:
                here.sendall(data[:cut])
                data = data[cut:]
                got += receiver.receive_ready()
        assert got == messages
    finally:
        for end in (sender, receiver, bytes_out, here):
            end.close()


def test_a_message_longer_than_any_buffer_arrives(ends):
    here, there = ends
    message = {"text": "ä" * 3_000_000}
    thread = threading.Thread(target=here.send, args=(message,))
    thread.start()
    assert there.receive() == message
    thread.join()


def test_the_end_of_the_other_side_is_told_after_its_last_message(ends):
    here, there = ends
    here.send({"last": 1})
    here.close()
    assert there.receive() == {"last": 1}
    with pytest.raises(EOFError):
        there.receive()
    with pytest.raises(EOFError):
        there.receive_ready()
    with pytest.raises(EOFError):
        there.receive_with_file()


def test_a_connection_that_was_cut_is_an_end():
    class Cut:
        def recv(self, _size):
            raise ConnectionResetError

        def close(self):
            pass

    channel = Channel(Cut())
    with pytest.raises(EOFError):
        channel.receive()


def test_a_side_that_closes_with_something_unread_is_an_end_too(ends):
    here, there = ends
    here.send({"never": "read"})
    there.send({"last": 1})
    there.close()
    assert here.receive_with_file() == ({"last": 1}, None)
    with pytest.raises(EOFError):
        here.receive_with_file()


def test_a_file_travels_beside_its_message(ends, tmp_path):
    here, there = ends
    with (tmp_path / "a").open("w+") as file:
        here.send({"fork": 1}, files=[file.fileno()])
        here.send({"fork": 2})
        message, got = there.receive_with_file()
        assert message == {"fork": 1}
        os.write(got, b"written by the other side")
        os.close(got)
    assert (tmp_path / "a").read_text() == "written by the other side"
    assert there.receive_with_file() == ({"fork": 2}, None)


def test_many_orders_at_once_keep_each_its_own_file(ends, tmp_path):
    here, there = ends
    for number in range(5):
        with (tmp_path / str(number)).open("w") as file:
            here.send({"fork": number}, files=[file.fileno()])
    for number in range(5):
        message, got = there.receive_with_file()
        assert message == {"fork": number}
        os.write(got, str(number).encode())
        os.close(got)
        assert (tmp_path / str(number)).read_text() == str(number)


def test_a_channel_can_be_waited_for(ends):
    here, there = ends
    assert select.select([there], [], [], 0) == ([], [], [])
    here.send({})
    assert select.select([there], [], [], 10) == ([there], [], [])
