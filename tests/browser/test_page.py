"""The page as a resident meets it, in Chromium."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
Open = Callable[..., Any]


@pytest.fixture
def page(open_page: Open) -> Any:
    return open_page()


def ask(page: Any, text: str) -> Any:
    """Type and send; return the answer once it stands."""
    turns = page.locator(".turn").count()
    page.fill("#box", text)
    page.press("#box", "Enter")
    answer = page.locator(".turn").nth(turns).locator(".answered:not(.pending), .refused")
    answer.wait_for()
    return answer


def test_enter_sends_and_the_first_line_is_the_answer(page: Any) -> None:
    answer = ask(page, "本町一丁目")
    assert answer.locator(".lead").inner_text() == "あした11月22日（日）の収集はありません。"
    assert page.locator(".said").inner_text() == "本町一丁目"
    assert page.input_value("#box") == ""
    assert page.evaluate("document.activeElement.id") == "box"


def test_the_source_stands_once_with_its_date(page: Any) -> None:
    answer = ask(page, "本町一丁目")
    assert answer.inner_text().count("ごみ収集日カレンダー（2026年度）") == 1
    assert "2026年4月1日更新" in answer.locator(".sources").inner_text()


def test_shift_enter_makes_a_line_and_does_not_send(page: Any) -> None:
    page.fill("#box", "一行目")
    height = page.locator("#box").bounding_box()["height"]
    page.press("#box", "Shift+Enter")
    page.keyboard.type("二行目")
    assert page.input_value("#box") == "一行目\n二行目"
    assert page.locator("#box").bounding_box()["height"] > height
    assert page.locator(".turn").count() == 0


@pytest.mark.parametrize("sign", [{"isComposing": True}, {"keyCode": 229}])
def test_the_enter_that_ends_a_conversion_does_not_send(page: Any, sign: dict[str, Any]) -> None:
    page.fill("#box", "ごみ")
    press = """sign => document.querySelector("#box").dispatchEvent(
        new KeyboardEvent("keydown", {key: "Enter", bubbles: true, cancelable: true, ...sign}))"""
    page.evaluate(press, sign)
    assert page.locator(".turn").count() == 0
    page.evaluate(press, {})
    assert page.locator(".turn").count() == 1


def test_an_input_method_composes_without_sending(page: Any) -> None:
    page.focus("#box")
    session = page.context.new_cdp_session(page)
    composition = {"selectionStart": 2, "selectionEnd": 2, "text": "ごみ"}
    session.send("Input.imeSetComposition", composition)
    key = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229}
    session.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **key})
    session.send("Input.insertText", {"text": "ごみ"})
    assert page.input_value("#box") == "ごみ"
    assert page.locator(".turn").count() == 0


def test_an_example_and_a_choice_are_pressed(page: Any) -> None:
    page.click("text=あしたのごみは？")
    page.click(".choice:has-text('本町一丁目')")
    page.wait_for_selector(".turn:nth-of-type(2) .card")
    assert page.locator(".said").all_inner_texts() == ["あしたのごみは？", "本町一丁目"]


def test_a_typed_number_marks_the_choice_and_retires_the_others(page: Any) -> None:
    ask(page, "あしたのごみは？")
    ask(page, "１")
    old = page.locator(".turn").nth(0).locator(".choice")
    assert old.count() == 4
    assert all(old.nth(number).is_disabled() for number in range(4))
    assert page.locator(".chosen").all_inner_texts()[0].replace("\n", "").startswith("1")
    assert page.locator(".chosen").count() == 1


def test_details_open_in_place(page: Any) -> None:
    answer = ask(page, "日曜にやっている小児科は？")
    assert not answer.get_by_text("お薬手帳").is_visible()
    answer.get_by_text("くわしく", exact=True).click()
    assert answer.get_by_text("お薬手帳").is_visible()


def test_an_emergency_says_so_in_words_and_offers_to_call(page: Any) -> None:
    answer = ask(page, "救急車")
    assert answer.locator(".alarm").inner_text() == "緊急のとき"
    calls = answer.locator(".calls a")
    assert [call.get_attribute("href") for call in calls.all()] == ["tel:119", "tel:%237119"]


def test_a_streamed_answer_is_replaced_by_the_reply(page: Any) -> None:
    page.fill("#box", "ゆっくり")
    page.press("#box", "Enter")
    page.locator(".pending .streaming").get_by_text("少しずつ").wait_for()
    page.wait_for_selector(".answered:not(.pending)")
    assert page.locator(".log").inner_text().count("少しずつ") == 1


def test_only_one_question_is_under_way(page: Any) -> None:
    page.fill("#box", "ゆっくり")
    page.press("#box", "Enter")
    page.fill("#box", "つぎの質問")
    page.press("#box", "Enter")
    page.wait_for_selector(".answered:not(.pending)")
    assert page.locator(".turn").count() == 1
    assert page.input_value("#box") == "つぎの質問"


def test_the_conversation_outlives_a_reload(page: Any) -> None:
    ask(page, "あしたのごみは？")
    ask(page, "1")
    before = page.locator("#log").inner_html()
    page.reload()
    page.wait_for_selector(".turn:nth-of-type(2) .answered")
    assert page.locator("#log").inner_html() == before
    assert ask(page, "宇宙旅行").inner_text()


def test_a_question_left_in_the_middle_can_be_sent_again_after_a_reload(page: Any) -> None:
    page.route("**/chat", lambda route: None)
    page.fill("#box", "宇宙旅行")
    page.press("#box", "Enter")
    page.wait_for_selector(".pending")
    page.reload()
    page.locator(".again").wait_for()
    page.unroute("**/chat")
    page.click(".again")
    page.wait_for_selector(".answered.abstain")
    assert page.locator(".said").all_inner_texts() == ["宇宙旅行"]


@pytest.mark.parametrize(("hours", "kept"), [(11.9, 1), (12.1, 0)])
def test_a_conversation_is_kept_for_twelve_hours(page: Any, hours: float, kept: int) -> None:
    ask(page, "宇宙旅行")
    page.clock.set_fixed_time(datetime.now(UTC) + timedelta(hours=hours))
    page.reload()
    page.wait_for_function("document.querySelector('#box').required === false")
    assert page.locator(".turn").count() == kept


def test_what_was_asked_on_another_day_is_dated(page: Any) -> None:
    page.clock.set_fixed_time("2026-11-21T23:50:00+09:00")
    page.reload()
    ask(page, "宇宙旅行")
    assert page.locator(".day").count() == 0
    page.clock.set_fixed_time("2026-11-22T00:10:00+09:00")
    page.reload()
    assert page.locator(".day").inner_text() == "11月21日(土)"
    ask(page, "救急車")
    assert page.locator(".day").all_inner_texts() == ["11月21日(土)", "11月22日(日)"]


def test_broken_memory_is_ignored(page: Any) -> None:
    for broken in ("{", "null", '[{"text": 1}, null, 7]', '"x"'):
        page.evaluate("text => sessionStorage.setItem('concierge-turns-1', text)", broken)
        page.reload()
        page.wait_for_function("document.querySelector('#box').required === false")
        assert page.locator(".turn").count() == 0


def test_two_tabs_keep_their_own_conversation_and_forget_together(open_page: Open) -> None:
    one = open_page()
    ask(one, "宇宙旅行")
    two = one.context.new_page()
    two.goto(one.url)
    ask(two, "救急車")
    one.reload()
    one.wait_for_selector(".turn")
    assert one.locator(".said").all_inner_texts() == ["宇宙旅行"]
    assert len(one.context.cookies()) == 1
    two.click(".forget summary")
    two.click(".forget button")
    one.wait_for_selector(".turn", state="detached")
    assert one.evaluate("sessionStorage.length") == 0


def test_forgetting_asks_once_and_clears_both_sides(page: Any) -> None:
    ask(page, "宇宙旅行")
    assert page.context.cookies()[0]["name"] == "concierge"
    page.click(".forget summary")
    assert page.locator(".turn").count() == 1
    with page.expect_response("**/forget") as answered:
        page.click(".forget button")
    assert answered.value.status == 204
    page.wait_for_selector(".turn", state="detached")
    assert page.evaluate("sessionStorage.length") == 0
    assert page.context.cookies() == []
    page.reload()
    assert page.locator(".turn").count() == 0


def test_escape_leaves_the_conversation_alone(page: Any) -> None:
    ask(page, "宇宙旅行")
    page.click(".forget summary")
    page.keyboard.press("Escape")
    assert not page.locator(".forget button").is_visible()
    assert page.locator(".turn").count() == 1


def test_a_failed_forgetting_says_so_and_keeps_the_conversation(page: Any) -> None:
    ask(page, "宇宙旅行")
    page.route("**/forget", lambda route: route.fulfill(status=500))
    page.click(".forget summary")
    page.click(".forget button")
    page.get_by_text("消せませんでした").wait_for()
    assert page.locator(".turn").count() == 1


@pytest.mark.parametrize(
    "fault",
    [
        lambda route: route.abort("internetdisconnected"),
        lambda route: route.fulfill(status=502, content_type="text/html", body="<h1>Bad</h1>"),
        lambda route: route.fulfill(content_type="application/x-ndjson", body='{"event":"del'),
        lambda route: route.fulfill(content_type="application/x-ndjson", body=""),
    ],
    ids=["offline", "gateway", "cut", "nothing"],
)
def test_nothing_is_lost_when_sending_fails(page: Any, fault: Callable[[Any], None]) -> None:
    page.route("**/chat", fault)
    refused = ask(page, "宇宙旅行")
    assert "もう一度" in refused.inner_text()
    page.unroute("**/chat")
    page.click("text=もう一度送る")
    page.wait_for_selector(".answered.abstain")
    assert page.locator(".said").all_inner_texts() == ["宇宙旅行"]
    assert page.locator(".refused").count() == 0


def test_a_failing_concierge_apologises(page: Any) -> None:
    assert "うまくお答えできませんでした" in ask(page, "こわれる").inner_text()


def test_a_question_too_long_stays_in_the_box(page: Any) -> None:
    page.fill("#box", "あ" * 1001)
    page.press("#box", "Enter")
    assert "1,000文字" in page.locator("#status").inner_text()
    assert len(page.input_value("#box")) == 1001
    page.fill("#box", "😀" * 1000)
    page.press("#box", "Enter")
    page.wait_for_selector(".answered:not(.pending)")


def test_what_residents_type_is_never_markup(page: Any) -> None:
    text = "<img src=x onerror=alert(1)><b>太字</b>"
    answer = ask(page, text)
    assert page.locator(".said").inner_text() == text
    assert text in answer.inner_text()
    assert page.locator("#log img, #log b").count() == 0


def test_without_scripts_the_form_answers_with_a_page(open_page: Open) -> None:
    page = open_page(java_script_enabled=False)
    page.fill("#box", "あしたのごみは？")
    page.click(".send")
    assert page.locator(".lead").inner_text() == "どちらの地区にお住まいですか。"
    top = page.locator(".answered").bounding_box()["y"]
    assert 0 <= top < PHONE["height"] / 2
    page.click(".choice:has-text('本町一丁目')")
    assert page.locator(".said").inner_text() == "本町一丁目"
    assert page.locator(".card").is_visible()
    assert not page.locator(".sizes").is_visible()
    page.click(".forget summary")
    page.click(".forget button")
    assert page.locator(".turn").count() == 0
    assert page.context.cookies() == []


def test_a_page_answered_by_the_server_joins_the_conversation(page: Any) -> None:
    ask(page, "宇宙旅行")
    page.fill("#box", "救急車")
    page.evaluate("HTMLFormElement.prototype.submit.call(document.querySelector('#composer'))")
    page.wait_for_selector(".emergency")
    page.wait_for_function("document.querySelectorAll('.turn').length === 2")
    assert page.locator(".said").all_inner_texts() == ["宇宙旅行", "救急車"]


def test_nothing_is_loaded_from_elsewhere(open_page: Open, address: str) -> None:
    page = open_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    ask(page, "日曜にやっている小児科は？")
    assert len(asked) > 4
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(address).netloc}


def test_the_page_keeps_its_own_security_policy(open_page: Open) -> None:
    page = open_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.reload()
    ask(page, "日曜にやっている小児科は？")
    assert said == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/", "/?lang=en"])
def test_axe_finds_nothing(open_page: Open, scheme: str, path: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page = open_page(path, color_scheme=scheme)
    for text in ("あしたのごみは？", "1", "日曜にやっている小児科は？", "救急車", "こわれる"):
        ask(page, text)
    ask(page, "あしたのごみは？")
    page.click(".forget summary")
    page.locator(".more summary").click()
    options = {
        "resultTypes": ["violations"],
        "rules": {"color-contrast-enhanced": {"enabled": False}},
    }
    found = axe.Axe().run(page, options=options).response["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]][:2]) for one in found] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_answers_are_readable_at_seven_to_one(open_page: Open, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page = open_page(color_scheme=scheme)
    for text in ("1", "日曜にやっている小児科は？", "救急車"):
        ask(page, text)
    rule = {"runOnly": ["color-contrast-enhanced"], "resultTypes": ["violations"]}
    rule["rules"] = {"color-contrast-enhanced": {"enabled": True}}
    found = axe.Axe().run(page, context=".answered .sheet", options=rule).response["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]][:3]) for one in found] == []


@pytest.mark.parametrize("size", ["standard", "larger"])
@pytest.mark.parametrize("viewport", [(320, 256), (320, 568), (1280, 800)])
def test_nothing_scrolls_sideways(open_page: Open, viewport: tuple[int, int], size: str) -> None:
    page = open_page(viewport={"width": viewport[0], "height": viewport[1]})
    page.locator(f"[name=size][value={size}]").check(force=True)
    for text in (
        "あしたのごみは？",
        "1",
        "ながい話",
        "日曜にやっている小児科は？",
        "救急車",
        "w" * 300,
    ):
        ask(page, text)
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, text
    box = page.locator("#box").bounding_box()
    assert box["width"] >= 100


def test_the_text_size_is_kept(page: Any) -> None:
    before = page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
    page.locator("[name=size][value=larger]").check(force=True)
    page.reload()
    after = page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
    assert after > before * 1.4
    assert page.locator("[name=size][value=larger]").is_checked()


def test_everything_to_press_is_large_enough(page: Any) -> None:
    ask(page, "救急車")
    ask(page, "あしたのごみは？")
    buttons = page.locator("button:visible:enabled, summary:visible, .calls a, .sizes label")
    for button in buttons.all():
        box = button.bounding_box()
        assert box["height"] >= 43.9, button.inner_text()
        assert box["width"] >= 43.9, button.inner_text()


def test_the_keyboard_reaches_everything_in_order(page: Any) -> None:
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.type("宇宙旅行")
    assert page.input_value("#box") == "宇宙旅行"


def test_each_message_says_who_and_in_which_language(page: Any) -> None:
    answer = ask(page, "What garbage is collected tomorrow?")
    assert answer.get_attribute("lang") == "en"
    assert page.locator(".asked").get_attribute("lang") == "en"
    assert page.locator(".asked .who").inner_text() == "あなた"
    assert answer.locator(".who").inner_text() == "コンシェルジュ"


def test_the_page_is_light(page: Any, address: str) -> None:
    sizes = page.evaluate(
        """async () => { const files = performance.getEntriesByType("resource").map(r => r.name);
        let total = 0;
        for (const file of files.filter(name => /\\.(js|css)$/.test(name)))
            total += (await (await fetch(file)).arrayBuffer()).byteLength;
        return [files.length, total]; }"""
    )
    assert sizes[0] >= 4
    assert sizes[1] < 60_000
