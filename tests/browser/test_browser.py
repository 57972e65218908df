"""A whole consultation in a real browser, in both languages, on a phone and at a desk; axe finds nothing."""

import asyncio
import re
import subprocess
import sys
from pathlib import Path

import pytest

playwright = pytest.importorskip("playwright.sync_api")
axe = pytest.importorskip("axe_playwright_python.sync_playwright")
CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """Serve on a free port in a process of its own."""
    command = [sys.executable, "-m", "chat.cli", "serve", "--port", "0", "--data", str(tmp_path_factory.mktemp("data"))]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    for line in process.stdout:
        if found := re.search(r"http://[\d.]+:\d+", line):
            yield found.group()
            break
    process.terminate()
    process.wait()
    process.stdout.close()


@pytest.fixture(scope="module")
def browser():
    """Start Chromium once."""
    if not CHROMIUM.exists():
        pytest.fail("Chromium is missing: apt-get install chromium (the CI script does)")
    with playwright.sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield chromium
        chromium.close()
    asyncio.set_event_loop(None)


def accessible(page):
    """Let axe look at the page; it must find nothing."""
    found = axe.Axe().run(page).response["violations"]
    assert [(v["id"], [n["target"] for n in v["nodes"]][:3]) for v in found] == []


def consultation(browser, address, view, language, words):
    """Begin, write, and come to the result; return the page."""
    page = browser.new_context(viewport=view, locale="zh-CN" if language == "zh" else "en-GB").new_page()
    page.goto(f"{address}/?lang={language}")
    accessible(page)
    page.fill("#age", "25")
    page.check("input[name=consent]")
    page.click("form[action='/encounters'] button[type=submit]")
    page.wait_for_selector("textarea")
    accessible(page)
    page.fill("textarea", words)
    page.press("textarea", "Control+Enter")
    page.wait_for_function("w => document.body.innerText.includes(w)", arg=words[:12])
    page.wait_for_selector("a[href$='/result']")
    accessible(page)
    page.goto(page.url.split("#")[0].rstrip("/") + "/result")
    return page


@pytest.mark.parametrize("view", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize(
    ("language", "words", "expected"),
    [
        ("en", "Just a runny nose and a scratchy throat since yesterday, no fever, no chest pain.", "common cold"),
        ("zh", "就是从昨天开始流鼻涕、嗓子有点痒，没有发烧，没有胸痛。", "普通感冒"),
    ],
)
def test_a_cold_in_both_languages(browser, address, view, language, words, expected):
    """From the first page to the result, the plan and the doctor's page; nothing is wider than the screen."""
    page = consultation(browser, address, view, language, words)
    assert expected in page.inner_text("main")
    assert page.get_attribute("html", "lang").startswith(language)
    assert page.evaluate("document.documentElement.scrollWidth") <= view["width"]
    accessible(page)
    at = page.url.removesuffix("/result")
    for place in ("/plan", "/doctor"):
        page.goto(at + place)
        assert page.evaluate("document.documentElement.scrollWidth") <= view["width"]
        accessible(page)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_emergency_shows_the_number_first(browser, address, language):
    """The number to call is in sight without scrolling on a phone."""
    words = {"en": "Crushing chest pain for an hour, down my left arm, sweating.", "zh": "胸口压着疼一个小时了，疼到左胳膊，一身冷汗。"}[
        language
    ]
    page = consultation(browser, address, PHONE, language, words)
    call = page.locator("main a[href='tel:999']").first
    assert call.bounding_box()["y"] < PHONE["height"]
    accessible(page)
