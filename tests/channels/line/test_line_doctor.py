"""`concierge line doctor` and `line webhook set`, against the stand-in and a real webhook."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
from line_fixtures import Bot

from concierge.channels.line.standin import Fault, Kind, StandIn, Thread
from tests.cli.run import run

ENDPOINT = "https://town.example.jp/line/webhook"
NAMES = ("LINE_CHANNEL_ACCESS_TOKEN", "LINE_CHANNEL_ID", "LINE_CHANNEL_PRIVATE_KEY")


@pytest.fixture
def standin() -> StandIn:
    """By the real clock: the commands run at the real time."""
    return StandIn(quota=200)


@pytest.fixture
def account(standin: StandIn, served: Thread, monkeypatch: pytest.MonkeyPatch) -> StandIn:
    """Set the environment of an operator whose account is the stand-in."""
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LINE_CHANNEL_SECRET", standin.secret)
    monkeypatch.setenv("LINE_CHANNEL_ID", standin.tokens.channel_id)
    monkeypatch.setenv("LINE_API_BASE", served.url)
    monkeypatch.setenv("LINE_DATA_API_BASE", served.url)
    return standin


def findings(*command: str, code: int) -> dict[str, dict[str, Any]]:
    done = run("line", *command, "--json")
    assert done.code == code, done.stderr
    told = json.loads(done.stdout)
    assert told["ok"] is (code == 0)
    return {check["name"]: check for check in told["checks"]}


def test_all_is_well(account: StandIn, bot: Bot) -> None:
    account.endpoint = ENDPOINT
    account.resident("花子")
    found = findings("doctor", code=0)
    assert list(found) == [
        "設定",
        "トークン",
        "公式アカウント",
        "Webhookのアドレス",
        "Webhookの利用",
        "Webhookのテスト",
        "通数",
        "友だち",
    ]
    assert all(check["ok"] for check in found.values())
    assert "ステートレス" in found["トークン"]["told"]
    assert "あと15分" in found["トークン"]["told"] or "あと14分" in found["トークン"]["told"]
    assert found["通数"]["told"] == "今月 0通／200通"
    assert found["友だち"]["told"] == "1人（うちブロック 0人）"
    assert account.refused == []
    said = run("line", "doctor")
    assert said.stdout.startswith("✓ 設定:")
    assert "LINEの案内は動いています" in said.stderr


def test_nothing_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*NAMES, "LINE_CHANNEL_SECRET"):
        monkeypatch.delenv(name, raising=False)
    done = run("line", "doctor")
    assert done.code == 1
    assert "✗ 設定" in done.stdout
    assert "LINE_CHANNEL_SECRET" in done.stdout
    assert "LINE_CHANNEL_ID" in done.stdout


def test_a_wrong_channel_id(account: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINE_CHANNEL_ID", "999")
    found = findings("doctor", code=1)
    assert list(found) == ["設定", "トークン"]
    assert "LINE_CHANNEL_ID と LINE_CHANNEL_SECRET" in found["トークン"]["advice"]
    assert account.secret not in json.dumps(found)


def test_a_long_lived_token_works_and_is_advised_against(
    account: StandIn, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LINE_CHANNEL_ID")
    monkeypatch.setenv("LINE_CHANNEL_ACCESS_TOKEN", account.token)
    account.endpoint = ENDPOINT
    found = findings("doctor", code=0)
    assert "期限なし" in found["トークン"]["told"]
    assert "LINEは勧めていません" in found["トークン"]["advice"]
    monkeypatch.setenv("LINE_CHANNEL_ACCESS_TOKEN", "wrong")
    found = findings("doctor", code=1)
    assert "使えないトークン" in found["トークン"]["told"]
    assert account.token not in json.dumps(found)


@pytest.mark.parametrize(
    ("status", "advice"),
    [(500, "サーバーが 500 を返しました"), (401, "署名が合いません"), (403, "署名が合いません")],
)
def test_a_webhook_that_answers_wrongly(
    account: StandIn, bot: Bot, status: int, advice: str
) -> None:
    account.endpoint, bot.status = ENDPOINT, status
    assert advice in findings("doctor", code=1)["Webhookのテスト"]["advice"]


def test_a_webhook_that_is_slow_or_not_there(account: StandIn, bot: Bot) -> None:
    account.endpoint, bot.delay, account.webhook.timeout = ENDPOINT, 1.0, 0.1
    assert "2秒以内" in findings("doctor", code=1)["Webhookのテスト"]["advice"]
    account.webhook.url = "http://127.0.0.1:9/"
    assert "つながりません" in findings("doctor", code=1)["Webhookのテスト"]["advice"]


def test_no_webhook_an_inactive_one_and_one_elsewhere(account: StandIn, bot: Bot) -> None:
    assert "line webhook set" in findings("doctor", code=1)["Webhookのアドレス"]["advice"]
    account.endpoint, account.endpoint_active = ENDPOINT, False
    assert "オンにしてください" in findings("doctor", code=1)["Webhookの利用"]["advice"]
    account.endpoint, account.endpoint_active = "https://vendor.example.jp/hook", True
    found = findings("doctor", code=0)["Webhookのアドレス"]
    assert (found["ok"], "/line/webhook" in found["advice"]) == (None, True)


def test_what_is_neither_right_nor_wrong(account: StandIn, bot: Bot) -> None:
    account.endpoint, account.chat_mode, account.used = ENDPOINT, "chat", 200
    found = findings("doctor", code=0)
    assert found["公式アカウント"]["ok"] is None
    assert "返信は通数に数えない" in found["通数"]["advice"]
    account.quota = None
    assert findings("doctor", code=0)["通数"]["told"] == "上限なし（今月 200通）"


def test_one_thing_that_fails_does_not_hide_the_others(account: StandIn, bot: Bot) -> None:
    account.endpoint = ENDPOINT
    account.faults.script("getBotInfo", Fault(Kind.CUT_BEFORE), Fault(Kind.CUT_BEFORE))
    account.faults.script("getMessageQuota", Fault(Kind.ERROR_BEFORE))
    account.faults.script("testWebhookEndpoint", Fault(Kind.RATE))
    found = findings("doctor", code=1)
    assert "LINEに接続できません" in found["公式アカウント"]["advice"]
    assert "500" in found["通数"]["advice"]
    assert "1時間に60回" in found["Webhookのテスト"]["advice"]
    assert found["友だち"]["ok"] is True


def test_nobody_answers(account: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINE_API_BASE", "http://127.0.0.1:9")
    assert findings("doctor", code=1)["トークン"]["ok"] is False


# ---------------------------------------------------------------------------------- webhook set


def test_the_address_is_set_and_tried(account: StandIn, bot: Bot) -> None:
    found = findings("webhook", "set", ENDPOINT, code=0)
    assert account.endpoint == ENDPOINT
    assert found["Webhookのテスト"]["ok"] is True
    assert json.loads(bot.got[0][1])["events"] == []


def test_an_address_that_does_not_answer_is_set_and_said(account: StandIn, bot: Bot) -> None:
    bot.status = 404
    found = findings("webhook", "set", ENDPOINT, code=1)
    assert account.endpoint == ENDPOINT
    assert "/line/webhook で終わっているか" in found["Webhookのテスト"]["advice"]


@pytest.mark.parametrize(
    "address",
    [
        *("http://town.example.jp/", "town.example.jp", "https://localhost/", "https:///", ""),
        "https://town.example.jp/" + "a" * 500,
    ],
)
def test_addresses_that_line_would_not_take(account: StandIn, address: str) -> None:
    done = run("line", "webhook", "set", address)
    assert done.code == 2
    assert "アドレスは" in done.stderr
    assert account.endpoint is None


def test_what_line_refuses_is_told(account: StandIn) -> None:
    account.faults.script("setWebhookEndpoint", Fault(Kind.ERROR_BEFORE))
    done = run("line", "webhook", "set", ENDPOINT)
    assert done.code == 2
    assert "LINEが受け付けませんでした" in done.stderr


def test_help_loads_neither_the_database_nor_the_sdk() -> None:
    program = (
        "import sys, concierge.cli.line; "
        "print([n for n in ('sqlite_utils', 'linebot', 'aiohttp', 'fastapi') if n in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
