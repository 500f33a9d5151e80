"""The web chat's page over HTTP: headers, files, languages, and the form without scripts."""

from __future__ import annotations

import re

import httpx
import pytest
from fastapi import FastAPI
from web_client import TOWN, Client, Town, lines, serve

from concierge.channels.web import Opening, Sessions, TownFace, router
from concierge.channels.web.pages import FILES, VERSION


@pytest.fixture
def town() -> Town:
    return Town()


@pytest.fixture
def client(town: Town) -> Client:
    return Client(serve(town))


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("HEAD", "/"),
        ("GET", f"/static/{VERSION}/page.css"),
        ("GET", "/static/x/y"),
        ("POST", "/chat"),
        ("POST", "/"),
        ("POST", "/forget"),
    ],
)
def test_every_response_carries_the_security_headers(
    client: Client, method: str, path: str
) -> None:
    headers = client.request(method, path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "cache-control" in headers


def test_the_page_names_only_its_own_files_and_has_nothing_inline(client: Client) -> None:
    page = client.get("/").text
    for address in re.findall(r'(?:src|href)="([^"]+)"', page):
        assert address.startswith(("/", "#", "tel:")), address
    assert "<style" not in page
    assert " style=" not in page
    assert not re.search(r"\son\w+=", page)
    assert re.search(r"<script(?! [^>]*src=)", page) is None
    for address in re.findall(r'"(/static/[^"]+)"', page):
        response = client.get(address)
        assert response.status_code == 200
        assert "immutable" in response.headers["cache-control"]


def test_files_are_served_by_version_and_nothing_else_is(client: Client) -> None:
    assert set(FILES) >= {"page.css", "chat.js", "size.js", "emblem.svg"}
    assert (
        client.get(f"/static/{VERSION}/chat.js")
        .headers["content-type"]
        .startswith("text/javascript")
    )
    for path in ("old/page.css", f"{VERSION}/routes.py", f"{VERSION}/page.html"):
        response = client.get(f"/static/{path}")
        assert (response.status_code, response.headers["cache-control"]) == (404, "no-store")


def test_scripts_and_styles_stay_light() -> None:
    assert sum(len(data) for name, data in FILES.items() if name != "emblem.svg") < 60_000


def test_the_page_speaks_the_language_asked_for(client: Client) -> None:
    assert '<html lang="ja">' in client.get("/").text
    assert '<html lang="en">' in client.get("/?lang=en").text
    assert '<html lang="ja">' in client.get("/?lang=xx").text


def test_a_face_that_changes_is_shown_as_it_is_now(town: Town) -> None:
    faces = [TOWN, TownFace(name="新町", openings={"ja": Opening(("新しい挨拶",))})]
    app = FastAPI()
    app.include_router(router(lambda: faces[0], town.answer))
    client = Client(app)
    assert "見本町" in client.get("/").text
    faces.pop(0)
    assert "新しい挨拶" in client.get("/").text


def test_names_from_the_knowledge_are_escaped(town: Town) -> None:
    face = TownFace(
        name='<b>"町"</b>',
        reading="<em>",
        openings={"ja": Opening(("<script>alert(1)</script>",), ('"><img src=x>',))},
        phone="<u>",
        source="<s> https://town.example/data",
    )
    app = FastAPI()
    app.include_router(router(face, town.answer))
    page = Client(app).get("/").text
    for markup in ('<b>"', "<em>", "<script>", "<img", "<u>", "<s>"):
        assert markup not in page
    assert 'href="https://town.example/data"' in page


@pytest.mark.parametrize(
    ("name", "reading", "shown"),
    [("見本町", "みほんちょう", True), ("あさひ町", "あさひまち", False), ("町", None, False)],
)
def test_a_reading_is_shown_where_the_name_does_not_spell_it(
    town: Town, name: str, reading: str | None, shown: bool
) -> None:
    app = FastAPI()
    face = TownFace(name=name, reading=reading, openings={"ja": Opening((f"ここは{name}です",))})
    app.include_router(router(face, town.answer))
    page = Client(app).get("/").text
    assert ("<ruby>" in page) is shown
    assert f'<h2>ここは<span class="whole">{name}</span>です</h2>' in page


def form(client: Client, text: str, **headers: str) -> httpx.Response:
    return client.post("/", data={"text": text, "language": ""}, headers=headers)


def test_the_form_is_answered_by_a_page(client: Client, town: Town) -> None:
    response = form(client, "ごみ")
    assert response.status_code == 200
    assert '<p class="said">ごみ</p>' in response.text
    assert '<span class="line lead">ごみです。</span>' in response.text
    assert 'value="港町の人"' in response.text
    form(client, "港町の人")
    assert town.asked[0].resident == town.asked[1].resident


def test_the_form_tells_what_is_wrong_on_the_page_and_keeps_the_text(town: Town) -> None:
    client = Client(serve(town, sessions=Sessions(turns=1)))
    response = form(client, "")
    assert response.status_code == 422
    assert "質問を入力してから" in response.text
    form(client, "一つめ")
    response = form(client, "二つめ")
    assert response.status_code == 429
    assert ">二つめ</textarea>" in response.text


@pytest.mark.parametrize(
    "body", [b"text=%FF", b"text=%ED%A0%80", "text=ごみ".encode(), b"a=1" * 99]
)
def test_a_form_that_cannot_be_read_is_refused_on_the_page(
    client: Client, town: Town, body: bytes
) -> None:
    kind = {"content-type": "application/x-www-form-urlencoded"}
    response = client.post("/", content=body, headers=kind)
    assert response.status_code in (400, 422)
    assert "<!DOCTYPE html>" in response.text
    assert town.asked == []


def test_under_a_path_every_address_keeps_it(town: Town) -> None:
    app = FastAPI()
    app.mount("/machi", serve(town))
    client = Client(app)
    page = client.get("/machi/").text
    assert f'href="/machi/static/{VERSION}/page.css"' in page
    assert 'data-chat="/machi/chat"' in page
    assert client.get(f"/machi/static/{VERSION}/page.css").status_code == 200
    reply = lines(client.post("/machi/chat", json={"text": "ごみ"}))[0]["reply"]
    assert 'action="/machi/#log"' in reply["html"]
