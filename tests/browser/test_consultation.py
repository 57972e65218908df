"""Whole consultations in a real browser, in both languages, on a phone and on a desk, with axe on every page."""

import pytest
from playwright.sync_api import expect

from .conftest import answer, begin, inspect, write

pytestmark = pytest.mark.browser
COLD = {
    "en": "I have a runny nose and a scratchy throat since yesterday, no fever, no chest pain.",
    "zh": "昨天开始流鼻涕、嗓子痒，没有发烧，没有胸痛。",
}
HEART = {
    "en": "I've had crushing chest pain for an hour, it goes down my left arm and I'm sweating.",
    "zh": "胸口压榨样疼痛一个小时了，疼到左胳膊，还出冷汗。",
}
LOCALES = {"en": "en-GB", "zh": "zh-CN"}


@pytest.mark.parametrize(("language", "width", "height", "scheme"), [("en", 390, 844, "light"), ("zh", 1280, 900, "dark")])
def test_a_whole_consultation(window, address, language, width, height, scheme):
    """From consent over questions to the result, the week and the doctor's page, without a barrier on any page."""
    page = window(width, height, LOCALES[language], scheme)
    page.goto(address)
    assert language == page.get_attribute("html", "lang")
    inspect(page, f"start-{language}")
    begin(page, address)
    inspect(page, f"talk-empty-{language}")
    write(page, COLD[language])
    inspect(page, f"talk-{language}")
    for _ in range(2):
        if page.locator(".reply").count():
            answer(page)
    page.locator("#now a.button").click()
    page.wait_for_url("**/result")
    assert page.locator("h1#level").is_visible()
    inspect(page, f"result-{language}")
    page.locator("a[href$='/plan']").click()
    page.wait_for_selector(".days")
    inspect(page, f"plan-{language}")
    page.goto(page.url.replace("/plan", "/doctor"))
    assert page.locator("mark").count() > 0
    inspect(page, f"doctor-{language}")
    page.goto(f"{address}/conditions/appendicitis")
    inspect(page, f"condition-{language}")


@pytest.mark.parametrize(("language", "width", "height", "scheme"), [("en", 1280, 900, "dark"), ("zh", 390, 844, "light")])
def test_an_emergency_shows_the_number_and_nothing_that_competes(window, address, language, width, height, scheme):
    """The number is a big link; what it may be stays folded away; no question is asked."""
    page = window(width, height, LOCALES[language], scheme)
    begin(page, address, age="58", sex="male")
    write(page, HEART[language])
    call = page.locator(".urgency a.call")
    assert call.get_attribute("href") == "tel:999"
    assert call.bounding_box()["height"] >= 44
    assert page.locator(".question").count() == 0
    inspect(page, f"emergency-{language}")
    page.goto(page.url.split("#")[0] + "/result")
    assert not page.locator("#possibilities").is_visible()
    inspect(page, f"emergency-result-{language}")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_answering_asking_why_correcting_and_taking_back(window, address, language):
    """On a phone and by keyboard: why a question is asked, a quick reply, an answer in words, an item corrected, and that undone."""
    page = window(390, 844, LOCALES[language])
    begin(page, address)
    write(page, COLD[language])
    page.locator(".question summary").press("Enter")
    reason = page.locator(".question details p")
    reason.wait_for()
    assert len(reason.inner_text()) > 10
    inspect(page, f"why-{language}")
    first = page.locator("#question").inner_text()
    answer(page)
    second = page.locator("#question").inner_text()
    assert second != first
    page.fill("#text", {"en": "I don't know", "zh": "不知道"}[language])
    page.locator("#text").press("Control+Enter")
    page.locator(".said .you").nth(2).wait_for()
    assert page.locator("#question").inner_text() not in {first, second}
    page.locator("details.fold > summary").press("Enter")
    nose = page.locator(".understood li", has_text={"en": "runny nose", "zh": "流鼻涕"}[language])
    before = nose.locator("strong").inner_text()
    nose.locator("button[value=deny]").press("Enter")
    page.locator(".understood strong", has_text={"en": "no", "zh": "没有"}[language]).first.wait_for()
    expect(nose.locator("strong")).not_to_have_text(before)
    inspect(page, f"corrected-{language}")
    page.locator(".undo button").press("Enter")
    expect(nose.locator("strong")).to_have_text(before)
    assert page.locator(".said .you").count() == 3


def test_by_keyboard_only(window, address):
    """Everything can be reached and done without a pointer."""
    page = window(1280, 900)
    page.goto(address)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.focus("#age")
    page.keyboard.type("40")
    page.focus("input[name=consent]")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("#composer")
    page.focus("#text")
    page.keyboard.type("I have a sore throat")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator("#question").wait_for()
    assert page.evaluate("document.activeElement.id") == "question"
    page.keyboard.press("Tab")
    while page.evaluate("document.activeElement.type") == "radio":
        page.keyboard.press("Space")
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator(".said .you").nth(1).wait_for()


def test_a_broken_connection_loses_nothing(window, address):
    """What was sent without a connection arrives once, as soon as there is one."""
    page = window()
    begin(page, address)
    page.context.set_offline(True)
    page.fill("#text", "I have a cough")
    page.click("#composer button[type=submit]")
    page.locator("#status", has_text="No connection").wait_for()
    page.context.set_offline(False)
    page.locator(".said .you").first.wait_for()
    page.reload()
    assert page.locator(".said .you").count() == 1


def test_nothing_leaves_the_host_and_nothing_breaks_the_policy(window, address):
    """Every request goes to the server itself, and the console stays silent."""
    page = window()
    asked, complaints = set(), []
    page.on("request", lambda r: asked.add(r.url.split("/")[2]))
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    begin(page, address)
    write(page, COLD["en"])
    assert asked == {address.split("/")[2]}
    assert complaints == []


def test_without_a_script(browser, address):
    """Plain forms carry a whole turn."""
    context = browser.new_context(java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    begin(page, address)
    write(page, COLD["en"])
    assert page.locator("#level").count() == 1
    context.close()
