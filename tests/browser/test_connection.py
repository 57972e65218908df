"""A bad network between a real browser and the server: no websocket, a connection that breaks, and what a person does meanwhile."""

import contextlib
import socket
import threading

import pytest
from playwright.sync_api import expect

from .conftest import answer, begin, write

pytestmark = pytest.mark.browser
COUGH = "I have had a cough since yesterday, no fever."


class Wire:
    """Stands between browser and server: passes bytes on, or refuses websockets as some proxies do, or is cut."""

    def __init__(self, port):
        self._server = port
        self._ends = []
        self.websockets = True
        self.up = True
        self.refused = 0
        self._door = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._door.getsockname()[1]}"
        threading.Thread(target=self._listen, daemon=True).start()

    def cut(self):
        """Break every connection; none is made until `mend`."""
        self.up = False
        for end in self._ends:
            _close(end)
        self._ends.clear()

    def mend(self):
        """Let connections through again."""
        self.up = True

    def close(self):
        """Take the wire away."""
        self.cut()
        _close(self._door)

    def _listen(self):
        while True:
            try:
                browser, _ = self._door.accept()
            except OSError:
                return
            threading.Thread(target=self._join, args=(browser,), daemon=True).start()

    def _join(self, browser):
        self._ends.append(browser)
        first = _received(browser)
        if not self.up or not first:
            _close(browser)
        elif b"upgrade: websocket" in first.lower() and not self.websockets:
            self.refused += 1
            browser.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            _close(browser)
        else:
            server = socket.create_connection(("127.0.0.1", self._server))
            self._ends.append(server)
            server.sendall(first)
            threading.Thread(target=_pour, args=(server, browser), daemon=True).start()
            _pour(browser, server)


def _received(end):
    try:
        return end.recv(65536)
    except OSError:
        return b""


def _pour(source, target):
    """Carry bytes one way until either end is closed."""
    while data := _received(source):
        try:
            target.sendall(data)
        except OSError:
            break
    _close(source)
    _close(target)


def _close(end):
    """Close a socket so that whoever waits for it wakes up."""
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()


@pytest.fixture
def wire(address):
    """Lay a wire to the server."""
    laid = Wire(int(address.rsplit(":", 1)[1]))
    yield laid
    laid.close()


def test_without_a_websocket_everything_is_posted(window, wire):
    """Where a proxy refuses websockets, a message, a quick reply, a correction and an undo arrive all the same, each once."""
    wire.websockets = False
    page = window()
    begin(page, wire.address)
    write(page, COUGH)
    assert wire.refused > 0
    answer(page)
    page.locator("details.fold > summary").click()
    understood = page.locator(".understood")
    understood.locator("li", has_text="fever").locator("button[value=remove]").click()
    expect(understood).not_to_contain_text("fever")
    page.click(".undo button")
    expect(understood).to_contain_text("fever")
    page.click(".undo button")
    expect(page.locator(".said .you")).to_have_count(1)
    page.reload()
    assert page.locator(".said .you").count() == 1


def test_a_connection_that_breaks_is_resumed(window, wire):
    """What was written while the line was cut arrives once, and what another window said meanwhile is shown."""
    page = window()
    begin(page, wire.address)
    write(page, COUGH)
    wire.cut()
    page.locator("#status", has_text="No connection").wait_for()
    page.fill("#text", "my ear hurts too")
    page.click("#composer button[type=submit]")
    wire.mend()
    page.locator(".said .you", has_text="my ear hurts too").wait_for()
    assert page.locator(".said .you").count() == 2
    page.reload()
    assert page.locator(".said .you").count() == 2
