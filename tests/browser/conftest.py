"""A real server in a process of its own, and a real browser."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

SHOTS = os.environ.get("IATROS_SHOTS")
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def address(tmp_path_factory):
    """Serve on a free port; return the address that the server says it listens on."""
    data = tmp_path_factory.mktemp("data")
    command = [sys.executable, "-m", "chat.cli", "serve", "--port", "0", "--data", str(data)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        said = server.stdout.readline()
        yield next(word for word in said.split() if word.startswith("http"))
        server.terminate()
        server.wait(20)


@pytest.fixture(scope="module")
def browser():
    """Open one headless Chromium for a module; without one installed its tests are skipped.

    Not for the session: Playwright keeps an event loop running, in which no later asynchronous test could start its own.
    """
    if not Path(CHROMIUM).exists():
        pytest.skip("Chromium is not installed; .ci/run shows how")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def window(browser):
    """Make pages of a given size, language and colour scheme, each in a fresh profile."""
    contexts = []

    def open_window(width=390, height=844, locale="en-GB", scheme="light"):
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale=locale, color_scheme=scheme, reduced_motion="reduce"
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(45_000)
        return page

    yield open_window
    for context in contexts:
        context.close()


def inspect(page, name):
    """Expect that axe finds nothing, that nothing is wider than the screen, and that the page says its language."""
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)
    found = [f"{v['id']}: {[n['html'][:160] for n in v['nodes'][:2]]}" for v in Axe().run(page).response["violations"]]
    assert found == [], name
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name


def begin(page, address, age="25", sex="female"):
    """Consent, say who it is about, and go to the conversation."""
    page.goto(address)
    page.fill("#age", age)
    page.check(f"input[name=sex][value={sex}]")
    page.check("input[name=consent]")
    page.click("form button[type=submit]")
    page.wait_for_selector("#composer")


def write(page, text):
    """Write a message and wait until it stands in the conversation."""
    said = page.locator(".said .you").count()
    page.fill("#text", text)
    page.click("#composer button[type=submit]")
    page.locator(".said .you").nth(said).wait_for()


def answer(page, which=1):
    """Answer the open question by its replies, each part of it where it has several, and wait for it to stand in the conversation."""
    said = page.locator(".said .you").count()
    parts = page.locator(".question fieldset")
    for part in range(parts.count()):
        parts.nth(part).locator("input").nth(which).check()
    page.locator(".question .reply").nth(0 if parts.count() else which).press("Enter")
    page.locator(".said .you").nth(said).wait_for()
