"""The stand-in: rich menus and channel access tokens."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from line_fixtures import Clock

from concierge.channels.line.standin import StandIn

# ----------------------------------------------------------------------------------- rich menus


def png(width: int, height: int, size: int = 0) -> bytes:
    head = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + width.to_bytes(4) + height.to_bytes(4)
    return head + bytes(max(0, size - len(head)))


def menu(**more: Any) -> dict[str, Any]:
    area = {
        "bounds": {"x": 0, "y": 0, "width": 2500, "height": 1686},
        "action": {"type": "message", "label": "ごみ", "text": "あしたのごみは"},
    }
    size = {"width": 2500, "height": 1686}
    named = {"size": size, "selected": True, "name": "主", "chatBarText": "メニュー"}
    return {**named, "areas": [area], **more}


def test_a_rich_menu_from_creation_to_deletion(standin: StandIn, line: httpx.Client) -> None:
    made = line.post("/v2/bot/richmenu", json=menu()).json()["richMenuId"]
    content = f"/v2/bot/richmenu/{made}/content"
    everybody = f"/v2/bot/user/all/richmenu/{made}"
    assert line.post(everybody).status_code == 400, "no picture yet"
    kind = {"Content-Type": "image/png"}
    assert line.post(content, content=png(2500, 1000), headers=kind).status_code == 400
    assert line.post(content, content=png(2500, 1686, 1_000_001), headers=kind).status_code == 400
    assert line.post(content, content=b"GIF89a", headers=kind).status_code == 400
    assert line.post(content, content=b"", headers={"Content-Type": "image/gif"}).status_code == 415
    assert line.post(content, content=png(2500, 1686), headers=kind).status_code == 200
    assert line.post(content, content=png(2500, 1686), headers=kind).status_code == 400
    assert line.get(content).content == png(2500, 1686)
    assert line.post(everybody).status_code == 200
    assert line.get("/v2/bot/user/all/richmenu").json() == {"richMenuId": made}
    named = {"richMenuAliasId": "tab-a", "richMenuId": made}
    assert line.post("/v2/bot/richmenu/alias", json=named).status_code == 200
    conflict = line.post("/v2/bot/richmenu/alias", json=named)
    assert conflict.json()["message"] == "conflict richmenu alias id"
    assert line.get("/v2/bot/richmenu/alias/list").json()["aliases"] == [named]
    assert line.get("/v2/bot/richmenu/list").json()["richmenus"][0]["richMenuId"] == made
    assert line.delete(f"/v2/bot/richmenu/{made}").status_code == 200
    assert line.get("/v2/bot/user/all/richmenu").status_code == 404
    assert line.get(f"/v2/bot/richmenu/{made}").status_code == 404
    assert line.delete("/v2/bot/richmenu/alias/tab-a").status_code == 200


def changed(change: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
    made = menu()
    change(made)
    return made


@pytest.mark.parametrize(
    "wrong",
    [
        menu(chatBarText="あ" * 15),
        menu(name="あ" * 301),
        menu(size={"width": 2501, "height": 1686}),
        menu(size={"width": 2500, "height": 1725}),
        menu(size={"width": 800, "height": 249}),
        menu(areas=menu()["areas"] * 21),
        changed(lambda m: m["areas"][0]["bounds"].update(width=2501)),
        changed(lambda m: m["areas"][0]["action"].update(label="あ" * 21)),
        changed(lambda m: m["areas"][0]["action"].update(type="camera")),
        changed(lambda m: m.pop("selected")),
    ],
)
def test_rich_menus_that_line_would_refuse(line: httpx.Client, wrong: dict[str, Any]) -> None:
    assert line.post("/v2/bot/richmenu", json=wrong).status_code == 400
    assert line.post("/v2/bot/richmenu/validate", json=wrong).status_code == 400


# --------------------------------------------------------------------------------------- tokens


def test_a_stateless_token_by_secret_lives_a_quarter_of_an_hour(
    standin: StandIn, line: httpx.Client, clock: Clock
) -> None:
    form = {"grant_type": "client_credentials", "client_id": standin.tokens.channel_id}
    wrong = line.post("/oauth2/v3/token", data={**form, "client_secret": "wrong"})
    assert (wrong.status_code, wrong.json()["error"]) == (400, "invalid_request")
    given = line.post("/oauth2/v3/token", data={**form, "client_secret": standin.secret}).json()
    assert (given["token_type"], given["expires_in"]) == ("Bearer", 900)
    bearer = {"Authorization": f"Bearer {given['access_token']}"}
    assert line.get("/v2/bot/info", headers=bearer).status_code == 200
    told = line.get("/oauth2/v2.1/verify", params={"access_token": given["access_token"]}).json()
    assert (told["client_id"], told["expires_in"]) == (standin.tokens.channel_id, 900)
    clock.time += 900
    assert line.get("/v2/bot/info", headers=bearer).status_code == 401
    late = line.get("/oauth2/v2.1/verify", params={"access_token": given["access_token"]})
    assert late.status_code == 400


def test_long_lived_and_short_lived_tokens_are_verified_elsewhere(
    standin: StandIn, line: httpx.Client
) -> None:
    told = line.post("/v2/oauth/verify", data={"access_token": standin.token}).json()
    assert told["client_id"] == standin.tokens.channel_id
    assert told["expires_in"] > 10 * 365 * 24 * 3600
    by_jwt = line.get("/oauth2/v2.1/verify", params={"access_token": standin.token})
    assert by_jwt.status_code == 400
    form = {
        "grant_type": "client_credentials",
        "client_id": standin.tokens.channel_id,
        "client_secret": standin.secret,
    }
    short = line.post("/v2/oauth/accessToken", data=form).json()["access_token"]
    assert line.post("/v2/oauth/verify", data={"access_token": short}).status_code == 200
    assert line.post("/v2/oauth/revoke", data={"access_token": short}).status_code == 200
    assert line.post("/v2/oauth/verify", data={"access_token": short}).status_code == 400


def encoded(value: Any) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class Key:
    """An RSA key of 1024 bits from two fixed primes: quick, and good for nothing else."""

    def __init__(self) -> None:
        self.n, self.d = 0, 0
        primes = []
        candidate = (1 << 511) + 111
        while len(primes) < 2:
            if pow(3, candidate - 1, candidate) == 1 and (candidate - 1) % 65537:
                primes.append(candidate)
                candidate += 1 << 200
            candidate += 2
        p, q = primes
        self.n, self.d = p * q, pow(65537, -1, (p - 1) * (q - 1))

    def jwk(self) -> dict[str, str]:
        size = (self.n.bit_length() + 7) // 8
        return {"n": encoded(self.n.to_bytes(size)), "e": encoded((65537).to_bytes(3))}

    def jwt(self, claims: dict[str, Any], **header: Any) -> str:
        import hashlib  # noqa: PLC0415

        head = {"alg": "RS256", "typ": "JWT", "kid": "k1", **header}
        signed = f"{encoded(head)}.{encoded(claims)}"
        size = (self.n.bit_length() + 7) // 8
        tail = b"\0" + bytes.fromhex("3031300d060960864801650304020105000420")
        tail += hashlib.sha256(signed.encode()).digest()
        block = b"\0\1" + b"\xff" * (size - len(tail) - 2) + tail
        number = pow(int.from_bytes(block), self.d, self.n)
        return f"{signed}.{encoded(number.to_bytes(size))}"


@pytest.fixture(scope="module")
def key() -> Key:
    return Key()


def assertion(standin: StandIn, **more: Any) -> dict[str, Any]:
    channel = standin.tokens.channel_id
    return {
        "iss": channel,
        "sub": channel,
        "aud": "https://api.line.me/",
        "exp": int(standin.now()) + 1800,
        "token_exp": 86400,
        **more,
    }


def issue(line: httpx.Client, jwt: str, path: str = "/oauth2/v2.1/token") -> httpx.Response:
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": jwt,
    }
    return line.post(path, data=form)


def test_tokens_by_jwt(standin: StandIn, line: httpx.Client, key: Key, clock: Clock) -> None:
    jwt = key.jwt(assertion(standin))
    assert issue(line, jwt).status_code == 404, "the key is not registered"
    standin.tokens.keys["k1"] = key.jwk()
    given = issue(line, jwt).json()
    assert (given["expires_in"], given["token_type"]) == (86400, "Bearer")
    bearer = {"Authorization": f"Bearer {given['access_token']}"}
    assert line.get("/v2/bot/info", headers=bearer).status_code == 200
    stateless = issue(line, jwt, "/oauth2/v3/token").json()
    assert (stateless["expires_in"], "key_id" in stateless) == (900, False)
    assert [issue(line, jwt).status_code for _ in range(30)] == [200] * 29 + [400]
    clock.time += 86400
    assert line.get("/v2/bot/info", headers=bearer).status_code == 401


@pytest.mark.parametrize(
    ("claims", "header"),
    [
        ({"iss": "0"}, {}),
        ({"sub": "0"}, {}),
        ({"aud": "https://example.com/"}, {}),
        ({"exp": 0}, {}),
        ({"exp": 9_999_999_999}, {}),
        ({"token_exp": 31 * 86400}, {}),
        ({"token_exp": None}, {}),
        ({}, {"alg": "HS256"}),
        ({}, {"alg": "none"}),
    ],
)
def test_jwts_that_line_would_refuse(
    standin: StandIn, line: httpx.Client, key: Key, claims: dict[str, Any], header: dict[str, Any]
) -> None:
    standin.tokens.keys["k1"] = key.jwk()
    assert issue(line, key.jwt(assertion(standin, **claims), **header)).status_code == 400


def test_a_forged_jwt_is_refused(standin: StandIn, line: httpx.Client, key: Key) -> None:
    standin.tokens.keys["k1"] = key.jwk()
    head, _, signature = key.jwt(assertion(standin)).split(".")
    forged = f"{head}.{encoded(assertion(standin, token_exp=1))}.{signature}"
    assert issue(line, forged).status_code == 400
    for nonsense in ("", "a.b", "a.b.c", "ü.ü.ü"):
        assert issue(line, nonsense).status_code == 400
