"""The desk's page over HTTP: its caller, the area that stays, what it shows, what it never keeps."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from web_client import NOW, TOWN, Client, Town, lines

from concierge.channels.web import OnDelta, TownFace, router
from concierge.channels.web.clerk import Caller, clerk_event, lay_out_for_staff
from concierge.channels.web.pages import VERSION
from concierge.message import Card, Choice, Message, Reply, Row, Source, Status
from concierge.municipality import Department

AREAS = ("東区泉町", "西区泉町", "柳沢")
KEY = "k" * 43
FACE = TownFace("見本町", TOWN.openings, phone="00-0000-0000", hours="平日", areas=AREAS)
DESK = Department("環境課", "03-1234-5678", "平日8時30分〜", note="3番窓口")
SOURCE = Source("暦", "https://town.example/", "waste/a.csv", 6, date(2026, 3, 1))


class DeskTown(Town):
    """Answers about an area where one is named or given."""

    async def answer(self, message: Message, on_delta: OnDelta | None, /) -> Reply:
        reply = await super().answer(message, on_delta)
        named = message.text if message.text in AREAS else message.area
        if message.text == "秘密" or named is None:
            return reply
        return Reply(Status.ANSWERED, f"{named}です。", slots={"area": named}, topics=("ごみ",))


@pytest.fixture
def town() -> DeskTown:
    return DeskTown()


@pytest.fixture
def client(town: DeskTown) -> Client:
    return Client(desk(town))


def desk(town: Town, **options: Any) -> FastAPI:
    app = FastAPI(openapi_url=None)
    given = {"forget": town.forget, "now": lambda: NOW, "put_through": department} | options
    app.include_router(router(FACE, town.answer, **given))
    return app


def department(reply: Reply) -> Department | None:
    return DESK if "ごみ" in reply.topics else None


def ask(client: Client, text: str = "ごみ", **fields: str | None) -> dict[str, Any]:
    response = client.post("/chat?desk=1", json={"text": text, "caller": KEY, **fields})
    assert response.status_code == 200
    return lines(response)[-1]["reply"]  # type: ignore[no-any-return]


def form(client: Client, **fields: str) -> httpx.Response:
    return client.post("/?desk=1", data={"caller": KEY, "area": "", "held": "", **fields})


def hidden(page: str, name: str) -> set[str]:
    return set(re.findall(rf'name="{name}" value="([^"]*)"', page))


# ── the caller ──────────────────────────────────────────────────────────────────────────────


def test_every_page_is_a_new_caller_without_a_cookie(client: Client) -> None:
    one, two = client.get("/?desk=1"), client.get("/?desk=1")
    (first,), (second,) = hidden(one.text, "caller"), hidden(two.text, "caller")
    assert re.fullmatch(r"[\w-]{43}", first)
    assert first != second
    assert "set-cookie" not in one.headers


def test_the_desk_never_sets_reads_or_drops_the_residents_cookie(
    client: Client, town: DeskTown
) -> None:
    client.post("/chat", json={"text": "ごみ"})
    cookie = client.cookies["concierge"]
    response = client.post("/chat?desk=1", json={"text": "ごみ", "caller": KEY})
    forgotten = client.post("/forget?desk=1", data={"caller": KEY})
    page = form(client, text="ごみ")
    for answer in (response, forgotten, page):
        assert "set-cookie" not in answer.headers
    assert client.cookies["concierge"] == cookie
    assert [message.resident for message in town.asked] == [
        f"web:{cookie}",
        f"desk:{KEY}",
        f"desk:{KEY}",
    ]
    assert town.forgotten == [f"desk:{KEY}"]


def test_the_question_says_that_it_came_from_the_desk(client: Client, town: DeskTown) -> None:
    ask(client)
    assert (town.asked[0].channel, town.asked[0].at) == ("desk", NOW)


@pytest.mark.parametrize("caller", [None, "", "x", "a" * 44, "あ" * 43, 7, ["k"], {"a": 1}])
def test_a_caller_that_no_page_made_is_a_new_one(
    client: Client, town: DeskTown, caller: object
) -> None:
    response = client.post("/chat?desk=1", json={"text": "ごみ", "caller": caller})
    assert response.status_code == 200
    assert re.fullmatch(r"desk:[\w-]{43}", town.asked[0].resident or "")


def test_the_next_caller_begins_on_an_empty_page(client: Client, town: DeskTown) -> None:
    response = client.post("/forget?desk=1", data={"caller": KEY}, headers={"accept": "text/html"})
    assert (response.status_code, response.headers["location"]) == (303, "/?desk=1")
    assert town.forgotten == [f"desk:{KEY}"]


@pytest.mark.parametrize("body", ["caller=", "caller=x", "", "other=1"])
def test_nobody_to_forget_is_fine(client: Client, town: DeskTown, body: str) -> None:
    kind = {"content-type": "application/x-www-form-urlencoded"}
    assert client.post("/forget?desk=1", content=body, headers=kind).status_code == 204
    assert town.forgotten == []


def test_a_forgetting_that_cannot_be_read_or_comes_from_elsewhere_is_refused(
    client: Client, town: DeskTown
) -> None:
    kind = {"content-type": "application/x-www-form-urlencoded"}
    assert client.post("/forget?desk=1").status_code == 415
    assert client.post("/forget?desk=1", content=b"caller=%FF", headers=kind).status_code == 400
    elsewhere = {"origin": "https://evil.example"}
    response = client.post("/forget?desk=1", data={"caller": KEY}, headers=elsewhere)
    assert response.status_code == 403
    assert town.forgotten == []


def test_a_failed_forgetting_says_so(town: DeskTown) -> None:
    async def fail(resident: str) -> None:
        raise OSError(resident)

    client = Client(desk(town, forget=fail))
    assert client.post("/forget?desk=1", data={"caller": KEY}).status_code == 500


# ── the area ────────────────────────────────────────────────────────────────────────────────


def test_an_area_stays_until_it_is_changed(client: Client, town: DeskTown) -> None:
    assert ask(client)["stays"] is None
    assert ask(client, area="柳沢")["stays"] == "柳沢"
    assert town.asked[1].area == "柳沢"
    assert ask(client, "西区泉町", area="泉町")["stays"] == "西区泉町"
    assert town.asked[2].area == "西区泉町"


def test_an_area_that_is_taken_away_is_forgotten_before_the_next_answer(
    client: Client, town: DeskTown
) -> None:
    ask(client, area="柳沢", held="")
    assert town.forgotten == []
    ask(client, area="東区泉町", held="柳沢")
    assert town.forgotten == []
    assert ask(client, area="", held="東区泉町")["stays"] is None
    assert town.forgotten == [f"desk:{KEY}"]
    assert town.asked[2].area is None


def test_on_the_residents_page_no_area_can_be_given(client: Client, town: DeskTown) -> None:
    fields = {"area": "柳沢", "held": "柳沢", "caller": KEY}
    client.post("/chat", json={"text": "ごみ", **fields})
    assert town.asked[0].area is None
    assert town.asked[0].resident != f"web:{KEY}"
    assert town.forgotten == []


@pytest.mark.parametrize("area", ["あ" * 101, "柳\n沢", "柳\0沢", "\ud800", 7, ["柳沢"]])
def test_an_area_that_cannot_be_one_is_refused(
    client: Client, town: DeskTown, area: object
) -> None:
    body = json.dumps({"text": "ごみ", "area": area})
    kind = {"content-type": "application/json"}
    response = client.post("/chat?desk=1", content=body, headers=kind)
    assert (response.status_code, response.json()["event"]) == (422, "error")
    assert town.asked == []


@pytest.mark.parametrize(
    ("area", "read"), [("　柳沢 ", "柳沢"), ("東　区", "東　区"), (" 　", None)]
)
def test_an_area_is_read_as_typed(
    client: Client, town: DeskTown, area: str, read: str | None
) -> None:
    ask(client, area=area)
    assert town.asked[0].area == read


def test_the_towns_areas_are_offered(client: Client) -> None:
    page = client.get("/?desk=1").text
    assert re.findall(r'<option value="(.+?)">', page) == list(AREAS)


# ── the page ────────────────────────────────────────────────────────────────────────────────


def test_there_is_no_greeting_and_no_example(client: Client) -> None:
    page = client.get("/?desk=1").text
    assert "こんにちは" not in page
    assert 'class="examples"' not in page
    assert '<html lang="ja">' in client.get("/?desk=1&lang=en").text


def test_the_desks_page_has_nothing_inline_and_loads_only_its_own_files(client: Client) -> None:
    response = client.get("/?desk=1")
    assert "default-src 'self'" in response.headers["content-security-policy"]
    assert response.headers["cache-control"] == "no-store"
    assert re.search(r"<style| style=|\son\w+=|<script(?! [^>]*src=)", response.text) is None
    for address in re.findall(r'(?:src|href)="([^"]+)"', response.text):
        assert address.startswith(("/", "#", "tel:")), address
    for address in re.findall(r'"(/static/[^"]+)"', response.text):
        assert client.get(address).status_code == 200


def test_only_desk_1_is_the_desk(client: Client) -> None:
    for path in ("/", "/?desk=0", "/?desk=", "/?desk=true"):
        assert 'class="clerk"' not in client.get(path).text


def test_without_scripts_the_caller_and_the_area_go_along(client: Client, town: DeskTown) -> None:
    page = form(client, text="柳沢").text
    assert hidden(page, "caller") == {KEY}
    assert hidden(page, "held") == {"柳沢"}
    assert 'id="area" name="area" value="柳沢"' in page
    assert '<h2 class="said">柳沢</h2>' in page
    assert "環境課" in page
    form(client, text="ごみ", area="柳沢", held="柳沢")
    assert [message.area for message in town.asked] == [None, "柳沢"]
    form(client, text="ごみ", area="", held="柳沢")
    assert town.forgotten == [f"desk:{KEY}"]


def test_without_scripts_a_refusal_keeps_caller_area_and_text(town: DeskTown) -> None:
    client = Client(desk(town, patience=0.01))
    response = form(client, text="ゆっくり", area="柳沢")
    assert response.status_code == 504
    assert hidden(response.text, "caller") == {KEY}
    assert ">ゆっくり</textarea>" in response.text
    assert 'value="柳沢"' in response.text


def test_under_a_path_every_address_keeps_it(town: DeskTown) -> None:
    app = FastAPI()
    app.mount("/machi", desk(town))
    client = Client(app)
    page = client.get("/machi/?desk=1").text
    assert f'src="/machi/static/{VERSION}/clerk.js"' in page
    assert 'data-chat="/machi/chat?desk=1"' in page
    assert 'action="/machi/?desk=1#log"' in page
    reply = lines(client.post("/machi/chat?desk=1", json={"text": "ごみ"}))[-1]["reply"]
    assert 'action="/machi/?desk=1#log"' in reply["html"]


# ── an answer ───────────────────────────────────────────────────────────────────────────────


def html(reply: Reply, desk: Department | None = DESK) -> str:
    event = clerk_event(reply, FACE, Caller(KEY, "柳沢"), desk)
    return str(event["reply"]["html"])


def test_the_trace_stays_with_the_server(client: Client) -> None:
    assert ask(client)["trace"] is None


def test_the_source_with_its_row_comes_before_the_text() -> None:
    shown = html(Reply(Status.ANSWERED, "答え。\n\n出典: 暦", sources=(SOURCE, Source("表"))))
    order = ["回答", "暦", "2026年3月1日更新", "waste/a.csv 6行目", "更新日の登録なし", "答え。"]
    assert sorted(order, key=shown.index) == order
    assert shown.count("暦") == 2  # the other one is to be copied
    assert "出典: 暦</span>" not in shown


def test_an_emergency_comes_before_its_source_and_has_no_desk() -> None:
    shown = html(Reply(Status.EMERGENCY, "すぐに119番へ。", sources=(SOURCE,)))
    assert shown.index("すぐに") < shown.index("waste/a.csv")
    assert 'href="tel:119"' in shown
    assert "おつなぎ先" not in shown


def test_details_stand_open_one_sentence_a_line() -> None:
    shown = html(Reply(Status.ANSWERED, "答え。", details="一つ。二つ。"))
    assert '<details class="more" open>' in shown
    assert re.findall(r'<span class="line plain">(.+?)</span>', shown) == ["一つ。", "二つ。"]


def test_the_desk_to_put_through_to_stands_with_number_hours_and_note() -> None:
    shown = html(Reply(Status.ANSWERED, "答え。"))
    for text in ("おつなぎ先", "環境課", 'href="tel:0312345678"', "平日8時30分〜", "3番窓口"):
        assert text in shown
    assert "代表" not in shown


@pytest.mark.parametrize(
    ("desk", "why"),
    [(None, "担当課は登録されていません"), (Department("出張所"), "電話が登録されていません")],
)
def test_where_no_number_is_known_the_towns_own_stands_in_and_says_so(
    desk: Department | None, why: str
) -> None:
    shown = html(Reply(Status.ABSTAIN, "わかりません。"), desk)
    assert "00-0000-0000" in shown
    assert "代表" in shown
    assert why in shown


@pytest.mark.parametrize("status", [Status.CLARIFY, Status.SUGGEST])
def test_a_question_back_has_no_desk_and_nothing_to_copy(status: Status) -> None:
    shown = html(Reply(status, "どちらですか。", choices=(Choice("港町", "港町"),)))
    assert "おつなぎ先" not in shown
    assert 'class="copy' not in shown
    assert hidden(shown, "caller") == {KEY}
    assert hidden(shown, "area") == {"柳沢"}


def test_nothing_is_offered_that_does_not_help_a_caller() -> None:
    choices = (Choice("自宅として覚える", "柳沢を自宅として覚えて"), Choice("次の日", "次の日"))
    sheet = lay_out_for_staff(Reply(Status.ANSWERED, "答え。", choices=choices), None).sheet
    assert [(choice.number, choice.label) for choice in sheet.choices] == [(2, "次の日")]


def test_nothing_in_a_reply_becomes_markup() -> None:
    evil = '<img src=x onerror="alert(1)">'
    reply = Reply(
        Status.ANSWERED,
        evil,
        sources=(Source(evil, "javascript:alert(1)", evil, 1),),
        choices=(Choice(evil, evil),),
        cards=(Card(evil, (Row(evil, evil),), evil),),
        details=evil,
    )
    shown = html(reply, Department(evil, evil, evil, note=evil))
    assert "<img" not in shown
    assert 'href="javascript' not in shown
    assert 'onerror="' not in shown


def test_a_desk_that_cannot_be_found_costs_only_the_desk(
    town: DeskTown, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(reply: Reply) -> Department:
        raise LookupError(reply.text)

    client = Client(desk(town, put_through=fail))
    assert "代表" in ask(client, area="柳沢")["html"]
    assert "LookupError" in caplog.text
    assert "柳沢" not in caplog.text
