"""The desk's page (`/?desk=1`) as a clerk with a caller on the line meets it, in Chromium."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from town import FORGOTTEN

pytestmark = pytest.mark.browser

DESK = {"width": 1280, "height": 800}
Open = Callable[..., Any]


@pytest.fixture
def page(open_page: Open) -> Any:
    return open_page("/?desk=1", viewport=DESK)


def ask(page: Any, text: str) -> Any:
    """Type and send; return the newest answer once it stands."""
    turns = page.locator(".turn").count()
    page.fill("#box", text)
    page.press("#box", "Enter")
    page.locator(".answered:not(.pending), .refused").nth(turns).wait_for()
    return newest(page)


def newest(page: Any) -> Any:
    return page.locator(".turn").first.locator(".answered, .refused")


def focused(page: Any) -> str:
    return str(page.evaluate("document.activeElement.id || document.activeElement.className"))


def forgotten(caller: str | None) -> bool:
    """Whether the town was told to forget that caller, at once or within five seconds."""
    until = time.monotonic() + 5
    while f"desk:{caller}" not in FORGOTTEN and time.monotonic() < until:
        time.sleep(0.02)
    return f"desk:{caller}" in FORGOTTEN


def texts(page: Any) -> list[str]:
    return [str(text) for text in page.locator(".said").all_inner_texts()]


# ── an answer ───────────────────────────────────────────────────────────────────────────────


def test_source_answer_details_and_desk_are_seen_at_once(page: Any) -> None:
    answer = ask(page, "本町一丁目")
    source = answer.locator(".origins").bounding_box()
    lead = answer.locator(".lead").bounding_box()
    assert source["y"] < lead["y"]
    assert "waste/5374/area_days.csv 2行目" in answer.locator(".origins").inner_text()
    through = answer.locator(".through")
    assert through.inner_text().split()[:3] == ["おつなぎ先", "環境課", "0000-00-0001"]
    assert through.bounding_box()["x"] > lead["x"] + lead["width"] / 2
    bottom = answer.bounding_box()
    assert bottom["y"] + bottom["height"] <= DESK["height"]
    assert ask(page, "日曜にやっている小児科は？").get_by_text("お薬手帳").is_visible()


def test_the_newest_answer_stands_at_the_same_place(page: Any) -> None:
    ask(page, "ながい話")
    first = newest(page).bounding_box()["y"]
    page.evaluate("scrollTo(0, 9999)")
    ask(page, "宇宙旅行")
    assert texts(page) == ["宇宙旅行", "ながい話"]
    assert newest(page).bounding_box()["y"] == first


def test_an_emergency_offers_its_numbers_instead_of_a_desk(page: Any) -> None:
    answer = ask(page, "救急車")
    assert answer.locator(".alarm").is_visible()
    assert answer.locator(".calls a").first.get_attribute("href") == "tel:119"
    assert answer.locator(".through").count() == 0


def test_a_streamed_answer_is_replaced_by_the_reply(page: Any) -> None:
    page.fill("#box", "ゆっくり")
    page.press("#box", "Enter")
    page.locator(".pending .streaming").get_by_text("少しずつ").wait_for()
    page.wait_for_selector(".answered:not(.pending)")
    assert page.locator(".log").inner_text().count("少しずつ") == 1


def test_a_failure_can_be_sent_again(page: Any) -> None:
    page.route("**/chat?desk=1", lambda route: route.abort("internetdisconnected"))
    assert "もう一度" in ask(page, "宇宙旅行").inner_text()
    page.unroute("**/chat?desk=1")
    page.click("text=もう一度送る")
    page.wait_for_selector(".answered.abstain")
    assert texts(page) == ["宇宙旅行"]


# ── keys ────────────────────────────────────────────────────────────────────────────────────


def test_after_an_answer_the_keys_work_and_slash_leads_back(page: Any) -> None:
    assert focused(page) == "box"
    ask(page, "あしたのごみは？")
    assert "answered" in focused(page)
    page.keyboard.press("1")
    newest(page).locator(".card").wait_for()
    assert texts(page) == ["本町一丁目", "あしたのごみは？"]
    page.keyboard.press("/")
    assert focused(page) == "box"
    assert page.input_value("#box") == ""
    page.keyboard.press("Escape")
    assert "answered" in focused(page)
    page.keyboard.press("Escape")
    assert focused(page) == "box"


def test_a_number_chooses_only_what_the_newest_answer_offers(page: Any) -> None:
    ask(page, "あしたのごみは？")
    page.keyboard.press("9")
    ask(page, "宇宙旅行")
    page.keyboard.press("1")
    page.wait_for_timeout(300)
    assert texts(page) == ["宇宙旅行", "あしたのごみは？"]


def test_a_typed_number_asks_what_it_stands_for(page: Any) -> None:
    ask(page, "あしたのごみは？")
    ask(page, "１")
    assert texts(page) == ["本町一丁目", "あしたのごみは？"]
    assert page.locator(".chosen .label").inner_text().endswith("本町一丁目")
    ask(page, "9")
    assert texts(page)[0] == "9"


def test_details_close_and_open(page: Any) -> None:
    details = ask(page, "日曜にやっている小児科は？").locator(".more")
    page.keyboard.press("d")
    assert details.get_attribute("open") is None
    page.keyboard.press("d")
    assert details.get_attribute("open") is not None


@pytest.mark.parametrize("secure", [True, False])
def test_the_answer_is_copied_with_its_source_and_desk(
    open_page: Open, address: str, secure: bool
) -> None:
    page = open_page("/?desk=1", viewport=DESK, permissions=["clipboard-read", "clipboard-write"])
    if not secure:
        page.evaluate(
            "() => { navigator.clipboard.writeText = () => Promise.reject(new Error()); }"
        )
    ask(page, "本町一丁目")
    page.keyboard.press("c")
    page.get_by_text("答えをコピーしました。").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("あした11月22日（日）の収集はありません。")
    assert copied.endswith("担当: 環境課 0000-00-0001 平日8時30分〜17時15分")
    assert copied.count("出典: ごみ収集日カレンダー") == 1
    assert "answered" in focused(page)


def test_the_list_of_keys_opens_closes_and_switches_them_off(page: Any) -> None:
    ask(page, "宇宙旅行")
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.keyboard.press("n")
    page.keyboard.press("Escape")
    assert not page.locator("#keys").is_visible()
    assert texts(page) == ["宇宙旅行"]
    page.click("#show-keys")
    page.uncheck("#keys-on")
    page.click("#keys button")
    page.keyboard.press("n")
    page.reload()
    ask(page, "宇宙旅行")
    page.keyboard.press("n")
    page.wait_for_timeout(200)
    assert texts(page) == ["宇宙旅行"]


def test_keys_never_fire_while_something_is_typed(page: Any) -> None:
    ask(page, "宇宙旅行")
    for field in ("#box", "#area"):
        page.focus(field)
        page.keyboard.type("n/c?d1")
        assert page.input_value(field) == "n/c?d1"
    assert texts(page) == ["宇宙旅行"]
    assert not page.locator("#keys").is_visible()


@pytest.mark.parametrize("sign", [{"isComposing": True}, {"keyCode": 229}, {"ctrlKey": True}])
def test_keys_never_fire_while_composing_or_with_a_modifier(
    page: Any, sign: dict[str, Any]
) -> None:
    ask(page, "宇宙旅行")
    press = """([key, sign]) => document.activeElement.dispatchEvent(
        new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true, ...sign}))"""
    for key in ("n", "/", "Escape"):
        page.evaluate(press, [key, sign])
    assert texts(page) == ["宇宙旅行"]
    assert "answered" in focused(page)
    page.evaluate(press, ["Ｎ", {}])
    assert texts(page) == []


@pytest.mark.parametrize("sign", [{"isComposing": True}, {"keyCode": 229}])
def test_the_enter_that_ends_a_conversion_does_not_send(page: Any, sign: dict[str, Any]) -> None:
    press = """([field, sign]) => document.querySelector(field).dispatchEvent(
        new KeyboardEvent("keydown", {key: "Enter", bubbles: true, cancelable: true, ...sign}))"""
    page.fill("#box", "ごみ")
    page.focus("#area")
    for field in ("#box", "#area"):
        page.evaluate(press, [field, sign])
    assert page.locator(".turn").count() == 0
    assert focused(page) == "area"


def test_a_question_begun_while_waiting_is_not_disturbed(page: Any) -> None:
    page.fill("#box", "ゆっくり")
    page.press("#box", "Enter")
    page.keyboard.type("n")
    page.wait_for_selector(".answered:not(.pending)")
    assert focused(page) == "box"
    assert page.input_value("#box") == "n"
    assert page.locator(".turn").count() == 1


# ── callers ─────────────────────────────────────────────────────────────────────────────────


def test_the_next_caller_leaves_nothing_behind(page: Any) -> None:
    ask(page, "本町一丁目")
    before = page.input_value("#caller")
    page.keyboard.press("n")
    assert page.locator(".turn").count() == 0
    assert page.input_value("#area") == page.input_value("#held") == page.input_value("#box") == ""
    assert focused(page) == "box"
    page.get_by_text("次の方をどうぞ").wait_for()
    assert forgotten(before)
    after = page.input_value("#caller")
    assert len(after) == 43
    assert after != before
    assert page.locator("#next [name=caller]").input_value() == after
    assert page.evaluate("[sessionStorage.length, localStorage.length]") == [0, 0]
    assert page.context.cookies() == []


def test_the_next_caller_ends_a_question_under_way(page: Any) -> None:
    page.fill("#box", "ゆっくり")
    page.press("#box", "Enter")
    page.locator(".pending").wait_for()
    page.click("#next button")
    page.wait_for_timeout(900)
    assert page.locator(".turn").count() == 0
    assert ask(page, "宇宙旅行").inner_text()


def test_a_server_that_could_not_forget_is_asked_again(page: Any) -> None:
    ask(page, "宇宙旅行")
    before = page.input_value("#caller")
    page.route("**/forget?desk=1", lambda route: route.abort("internetdisconnected"))
    page.keyboard.press("n")
    page.keyboard.press("Escape")
    page.get_by_text("まだ消せていません").wait_for()
    assert page.locator(".turn").count() == 0
    assert f"desk:{before}" not in FORGOTTEN
    page.unroute("**/forget?desk=1")
    page.click("#next button")
    assert forgotten(before)


def test_leaving_the_page_forgets_the_caller(page: Any) -> None:
    ask(page, "宇宙旅行")
    before = page.input_value("#caller")
    page.goto("about:blank")
    assert forgotten(before)
    page.go_back()
    page.locator("#box").wait_for()
    assert texts(page) == []
    assert page.input_value("#caller") != before


def test_a_residents_conversation_in_the_same_browser_is_another_one(page: Any) -> None:
    resident = page.context.new_page()
    resident.goto(page.url.partition("?")[0])
    resident.fill("#box", "救急車")
    resident.press("#box", "Enter")
    resident.wait_for_selector(".emergency")
    ask(page, "宇宙旅行")
    before = page.input_value("#caller")
    page.keyboard.press("n")
    assert forgotten(before)
    assert resident.locator(".turn").count() == 1
    resident.reload()
    resident.wait_for_selector(".emergency")
    assert len(page.context.cookies()) == 1
    page.reload()
    assert texts(page) == []


def test_two_tabs_are_two_callers(page: Any) -> None:
    other = page.context.new_page()
    other.goto(page.url)
    assert other.input_value("#caller") != page.input_value("#caller")
    ask(other, "宇宙旅行")
    ask(page, "宇宙旅行")
    before = page.input_value("#caller")
    page.keyboard.press("n")
    assert forgotten(before)
    assert texts(other) == ["宇宙旅行"]


# ── the area ────────────────────────────────────────────────────────────────────────────────


def test_an_area_stays_for_every_question_of_the_caller(page: Any) -> None:
    page.fill("#area", "港町")
    page.press("#area", "Enter")
    assert focused(page) == "box"
    assert ask(page, "地区は").locator(".lead").inner_text() == "地区は港町です。"
    assert page.locator(".where").inner_text() == "地区 港町"
    assert ask(page, "地区は").locator(".lead").inner_text() == "地区は港町です。"


def test_an_area_that_was_chosen_stays_and_taking_it_away_forgets_it(page: Any) -> None:
    ask(page, "あしたのごみは？")
    page.keyboard.press("1")
    newest(page).locator(".card").wait_for()
    assert page.input_value("#area") == "本町一丁目"
    assert ask(page, "地区は").locator(".lead").inner_text() == "地区は本町一丁目です。"
    page.fill("#area", "")
    assert "None" in ask(page, "地区は").inner_text()
    assert forgotten(page.input_value("#caller"))


def test_an_area_changed_while_waiting_is_not_overwritten(page: Any) -> None:
    held: list[Any] = []
    page.route("**/chat?desk=1", lambda route: held.append(route))  # noqa: PLW0108 - it wants a function
    with page.expect_request("**/chat?desk=1"):
        page.fill("#box", "本町一丁目")
        page.press("#box", "Enter")
    page.fill("#area", "港町")
    while not held:
        page.wait_for_timeout(20)
    held[0].continue_()
    page.wait_for_selector(".answered:not(.pending)")
    assert page.input_value("#area") == "港町"


# ── without scripts, on other screens, for everybody ────────────────────────────────────────


def test_without_scripts_a_clerk_can_answer_too(open_page: Open) -> None:
    page = open_page("/?desk=1", viewport=DESK, java_script_enabled=False)
    caller = page.locator("#caller").get_attribute("value")
    page.fill("#box", "あしたのごみは？")
    page.click(".send")
    page.click(".choice:has-text('本町一丁目')")
    assert page.locator("#area").input_value() == "本町一丁目"
    assert page.locator(".through").is_visible()
    assert not page.locator(".copy, #show-keys, .sizes, kbd").first.is_visible()
    assert page.locator("#caller").get_attribute("value") == caller
    page.click("#next button")
    assert page.url.endswith("/?desk=1")
    assert forgotten(caller)
    assert page.locator(".turn").count() == 0
    assert page.locator("#area").input_value() == ""
    assert page.context.cookies() == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(open_page: Open, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page = open_page("/?desk=1", viewport=DESK, color_scheme=scheme)
    for text in ("日曜にやっている小児科は？", "1", "宇宙旅行", "救急車", "こわれる"):
        ask(page, text)
    ask(page, "あしたのごみは？")
    options = {
        "resultTypes": ["violations"],
        "rules": {"color-contrast-enhanced": {"enabled": False}},
    }
    for state in ("page", "keys"):
        if state == "keys":
            page.click("#show-keys")
        found = axe.Axe().run(page, options=options).response["violations"]
        assert [(one["id"], [node["html"] for node in one["nodes"]][:2]) for one in found] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_read_aloud_is_readable_at_seven_to_one(open_page: Open, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page = open_page("/?desk=1", viewport=DESK, color_scheme=scheme)
    for text in ("1", "日曜にやっている小児科は？", "救急車", "宇宙旅行"):
        ask(page, text)
    rule = {"runOnly": ["color-contrast-enhanced"], "resultTypes": ["violations"]}
    rule["rules"] = {"color-contrast-enhanced": {"enabled": True}}
    found = axe.Axe().run(page, context=".answered .sheet", options=rule).response["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]][:3]) for one in found] == []


@pytest.mark.parametrize("size", ["standard", "larger"])
@pytest.mark.parametrize("viewport", [(320, 568), (640, 800), (900, 700), (1280, 800)])
def test_nothing_scrolls_sideways(open_page: Open, viewport: tuple[int, int], size: str) -> None:
    page = open_page("/?desk=1", viewport={"width": viewport[0], "height": viewport[1]})
    page.locator(f"[name=size][value={size}]").check(force=True)
    for text in ("あしたのごみは？", "1", "ながい話", "救急車", "w" * 300):
        ask(page, text)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, text
    assert page.locator("#box").bounding_box()["width"] >= 100


def test_everything_to_press_is_large_enough(page: Any) -> None:
    ask(page, "救急車")
    ask(page, "日曜にやっている小児科は？")
    ask(page, "あしたのごみは？")
    page.click("#show-keys")
    buttons = page.locator("button:visible:enabled, summary:visible, .calls a, .sizes label")
    for button in buttons.all():
        box = button.bounding_box()
        assert box["height"] >= 43.9, button.inner_text()
        assert box["width"] >= 43.9, button.inner_text()


def test_nothing_is_loaded_from_elsewhere_and_the_policy_holds(page: Any, address: str) -> None:
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.reload()
    ask(page, "日曜にやっている小児科は？")
    before = page.input_value("#caller")
    page.keyboard.press("n")
    assert forgotten(before)
    assert len(asked) > 4
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(address).netloc}
    assert all("caller" not in url for url in asked)
    assert said == []
