"""Channel access tokens: issued, renewed before they end and when LINE refuses them, never told."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from concierge.channels.line import tokens
from concierge.channels.line.calls import Ended, LineCalls
from concierge.channels.line.settings import LineSettings
from concierge.channels.line.standin import Fault, Kind, StandIn, serving
from concierge.problem import SettingError

ISSUE = "issueStatelessChannelToken"


def number(value: int) -> str:
    data = value.to_bytes((value.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@pytest.fixture(scope="module")
def jwk() -> dict[str, str]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private, public = key.private_numbers(), key.public_key().public_numbers()
    named = {"n": public.n, "e": public.e, "d": private.d, "p": private.p, "q": private.q}
    numbers = {name: number(value) for name, value in named.items()}
    return {"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "our-key", **numbers}


def call(standin: StandIn, times: int = 1, **settings: Any) -> list[Ended]:
    """Call LINE so often; return how each call ended."""

    async def run() -> list[Ended]:
        async with serving(standin) as url:
            line = LineSettings(api_base=url, **settings)
            async with LineCalls(line) as calls:
                return [(await calls.show_loading("U" + "0" * 32)).ended for _ in range(times)]

    return asyncio.run(run())


def stateless(standin: StandIn) -> dict[str, Any]:
    return {"secrets": (standin.secret,), "channel_id": standin.tokens.channel_id}


@asynccontextmanager
async def issuing(standin: StandIn) -> AsyncIterator[LineCalls]:
    async with serving(standin) as url:
        line = LineSettings(api_base=url, **stateless(standin))
        async with LineCalls(line) as calls:
            yield calls


def test_a_stateless_token_is_issued_once_and_used_on() -> None:
    standin = StandIn()
    assert call(standin, 3, **stateless(standin)) == [Ended.DONE] * 3
    issued = [token for token in standin.tokens.issued.values() if token.kind == "stateless"]
    assert len(issued) == 1


def test_a_token_is_renewed_before_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    standin = StandIn()
    now = [1000.0]
    monkeypatch.setattr(tokens, "monotonic", lambda: now[0])

    async def run() -> None:
        async with issuing(standin) as calls:
            for wait in (0, 600, 200):
                now[0] += wait
                assert (await calls.show_loading("U" + "0" * 32)).ended is Ended.DONE

    asyncio.run(run())
    kinds = [token.kind for token in standin.tokens.issued.values()]
    assert kinds.count("stateless") == 2, "of 15 minutes, renewed after twelve"


def test_a_token_that_line_refuses_is_replaced_at_once() -> None:
    standin = StandIn()

    async def run() -> None:
        async with issuing(standin) as calls:
            assert (await calls.show_loading("U" + "0" * 32)).ended is Ended.DONE
            standin.tokens.expire_all()
            assert (await calls.show_loading("U" + "0" * 32)).ended is Ended.DONE

    asyncio.run(run())


def test_a_token_is_issued_for_a_signed_assertion(jwk: dict[str, str], tmp_path: Path) -> None:
    standin = StandIn()
    standin.tokens.keys["our-key"] = {name: jwk[name] for name in ("kty", "n", "e")}
    given = {"channel_id": standin.tokens.channel_id, "secrets": ("s",), "access_token": "old"}
    assert call(standin, private_key=json.dumps(jwk), **given) == [Ended.DONE]
    file = tmp_path / "key.json"
    file.write_text(json.dumps(jwk), encoding="utf-8")
    assert call(standin, private_key=str(file), **given) == [Ended.DONE]
    assert [token.kind for token in standin.tokens.issued.values()][1:] == ["v2.1", "v2.1"]


@pytest.mark.parametrize("key", ["nonsense", "{}", '{"kid": 5}', '{"kid": "a", "n": "AQAB"}'])
def test_a_key_that_is_none_is_told_in_japanese(key: str) -> None:
    with pytest.raises(SettingError, match="LINE_CHANNEL_PRIVATE_KEY"):
        tokens.assertion("1", key, 0.0)


def test_a_long_lived_token_is_taken_with_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    standin = StandIn()
    with caplog.at_level(logging.WARNING):
        assert call(standin, access_token=standin.token) == [Ended.DONE]
    assert "long-lived" in caplog.text
    assert standin.token not in caplog.text
    assert call(standin, access_token="wrong") == [Ended.DENIED]  # noqa: S106


def test_without_a_token_nothing_is_sent_and_it_is_said(caplog: pytest.LogCaptureFixture) -> None:
    standin = StandIn()
    assert call(standin, secrets=("s",)) == [Ended.NEVER]
    assert "LINE_CHANNEL_ID" in caplog.text
    assert call(standin, secrets=("wrong-secret",), channel_id="1234567890") == [Ended.NEVER]
    assert "wrong-secret" not in caplog.text


def test_while_no_token_can_be_issued_line_is_not_besieged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    standin = StandIn()
    standin.faults.chance(ISSUE, Fault(Kind.ERROR_BEFORE), 1.0)
    assert call(standin, 20, **stateless(standin)) == [Ended.NEVER] * 20
    assert standin.calls[ISSUE] <= 2
    monkeypatch.setattr(tokens, "REST", 0.0)
    standin.faults.clear()
    assert call(standin, **stateless(standin)) == [Ended.DONE]


def test_settings_never_show_a_secret() -> None:
    shown = repr(LineSettings(("s3cret",), access_token="t0ken", private_key="k3y"))  # noqa: S106
    assert not any(secret in shown for secret in ("s3cret", "t0ken", "k3y"))


@pytest.mark.parametrize("address", ["api.line.me", "ftp://api.line.me", "javascript:x"])
def test_an_address_that_is_none_is_told_in_japanese(address: str) -> None:
    with pytest.raises(SettingError, match="LINE_API_BASE"):
        LineSettings.from_environment({"LINE_API_BASE": address})


def test_the_environment_is_read() -> None:
    given = {"LINE_CHANNEL_SECRET": " one , two,", "LINE_API_BASE": "http://127.0.0.1:1/"}
    line = LineSettings.from_environment(given)
    assert line.secrets == ("one", "two")
    assert line.api_base == "http://127.0.0.1:1"
    assert line.accepting
    assert not line.sending
    assert "LINE_CHANNEL_ID" in line.missing()[0]
