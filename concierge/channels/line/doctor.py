"""Is the LINE channel in order? Each thing looked at, with what to do where it is not."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from concierge.channels.line.management import Management, ManagementError
from concierge.channels.line.settings import LineSettings
from concierge.channels.line.tokens import TokenError
from concierge.clock import TOKYO
from concierge.problem import SettingError

__all__ = ["WEBHOOK_PATH", "Check", "diagnose", "tested"]

WEBHOOK_PATH = "/line/webhook"
KINDS = {
    "v2.1": "チャネルアクセストークンv2.1（自動で発行し、更新します）",
    "stateless": "ステートレスチャネルアクセストークン（自動で発行し、15分ごとに更新します）",
    "long-lived": "長期のチャネルアクセストークン",
}
REASONS = {
    "COULD_NOT_CONNECT": "LINEからこのサーバーにつながりません。アドレス、DNS、ファイアウォール、"
    "証明書（中間証明書も）を確かめてください。",
    "REQUEST_TIMEOUT": "2秒以内に応答がありませんでした。concierge serve が動いているか、"
    "手前のサーバー（nginxなど）が待たせていないかを確かめてください。",
    "UNCLASSIFIED": "LINEにも分からない理由です。少しおいて、もう一度お試しください。",
}
SIGNATURE_WRONG = (
    "署名が合いません。LINE_CHANNEL_SECRET が、LINE Developersの「チャネル基本設定」にある"
    "チャネルシークレットと同じかを確かめてください。"
)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: `ok` is None where it is neither right nor wrong, or was not looked at."""

    name: str
    ok: bool | None
    told: str
    advice: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON fields of `concierge line doctor`."""
        return asdict(self)


async def diagnose(settings: LineSettings, at: datetime) -> list[Check]:
    """Look at everything, in the order in which it has to be put right."""
    checks = _settings(settings)
    if not settings.sending:
        return checks
    async with Management(settings) as line:
        token = await _guarded("トークン", _token, line)
        checks += token
        if any(check.ok is False for check in token):
            return checks
        for name, look in (
            ("公式アカウント", _account),
            ("Webhook", _webhook),
            ("通数", _quota),
        ):
            checks += await _guarded(name, look, line)
        checks += await _guarded("友だち", lambda each: _friends(each, at), line)
    return checks


async def tested(line: Management, endpoint: str | None = None) -> Check:
    """Let LINE send a delivery without events to the webhook, and say what came of it."""
    body = {} if endpoint is None else {"endpoint": endpoint}
    told = await line.call("POST", "/v2/bot/channel/webhook/test", body)
    if not told.done:
        return Check(
            "Webhookのテスト", False, f"試せませんでした（{told.status}）", _limit(told.status)
        )
    data = told.data or {}
    if data.get("success"):
        return Check("Webhookのテスト", True, "LINEからの配信を受け取れました")
    reason, status = str(data.get("reason")), data.get("statusCode")
    advice = REASONS.get(reason)
    if reason == "ERROR_STATUS_CODE":
        advice = SIGNATURE_WRONG if status in (400, 401, 403) else _status_advice(status)
    return Check(
        "Webhookのテスト", False, f"受け取れません（{reason} {data.get('detail')}）", advice
    )


def _settings(settings: LineSettings) -> list[Check]:
    missing = settings.missing()
    if not missing:
        return [Check("設定", True, "必要な環境変数がそろっています")]
    return [Check("設定", False, "足りない環境変数があります", each) for each in missing]


async def _guarded(
    name: str, look: Callable[[Management], Awaitable[list[Check]]], line: Management
) -> list[Check]:
    """Look at one thing; what goes wrong on the way is told as a finding."""
    try:
        return await look(line)
    except (ManagementError, SettingError) as error:
        return [Check(name, False, "確かめられませんでした", str(error))]


async def _token(line: Management) -> list[Check]:
    kind = line.token.kind
    try:
        value = await line.token.current()
    except TokenError as error:
        advice = (
            "LINE_CHANNEL_ID と LINE_CHANNEL_SECRET（または LINE_CHANNEL_PRIVATE_KEY）が、"
            f"LINE Developersに表示されているものと同じかを確かめてください。（{error}）"
        )
        return [Check("トークン", False, "アクセストークンを発行できません", advice)]
    if kind == "long-lived":
        told = await line.form("POST", "/v2/oauth/verify", {"access_token": value})
    else:
        told = await line.form("GET", "/oauth2/v2.1/verify", {"access_token": value})
    if not told.done:
        advice = "LINE Developersの「Messaging API設定」で、トークンを発行し直してください。"
        return [Check("トークン", False, f"使えないトークンです（{KINDS[kind]}）", advice)]
    ends = _ends(float((told.data or {}).get("expires_in", 0)))
    better = None
    if kind == "long-lived":
        better = (
            "動きますが、LINEは勧めていません。LINE_CHANNEL_ID を設定し、"
            "LINE_CHANNEL_ACCESS_TOKEN を消すと、自動で発行する短いトークンに替わります。"
        )
    return [Check("トークン", True, f"使えます（{KINDS[kind]}、{ends}）", better)]


def _ends(seconds: float) -> str:
    if seconds > 5 * 365 * 86400:
        return "期限なし"
    if seconds >= 2 * 86400:
        return f"あと{int(seconds // 86400)}日"
    return f"あと{max(1, int(seconds // 60))}分"


async def _account(line: Management) -> list[Check]:
    data = await line.done("GET", "/v2/bot/info")
    told = f"{data['displayName']}（{data['basicId']}）"
    if data.get("chatMode") == "chat":
        advice = (
            "LINE公式アカウントの「チャット」がオンです。職員が手で返信すると、"
            "案内の答えと重なります。使わなければ、応答設定でオフにしてください。"
        )
        return [Check("公式アカウント", None, told, advice)]
    return [Check("公式アカウント", True, told)]


async def _webhook(line: Management) -> list[Check]:
    told = await line.call("GET", "/v2/bot/channel/webhook/endpoint")
    if told.status == 404:
        advice = f"concierge line webhook set https://（このサーバー）{WEBHOOK_PATH} を実行してください。"
        return [Check("Webhookのアドレス", False, "設定されていません", advice)]
    if not told.done:
        return [
            Check(
                "Webhookのアドレス",
                False,
                f"確かめられません（{told.status}）",
                _limit(told.status),
            )
        ]
    endpoint, active = str(told.data.get("endpoint")), bool(told.data.get("active"))
    checks = [_address(endpoint)]
    if not active:
        advice = "LINE Developersの「Messaging API設定」で「Webhookの利用」をオンにしてください。"
        checks.append(Check("Webhookの利用", False, "オフになっています", advice))
        return checks
    checks.append(Check("Webhookの利用", True, "オンです"))
    return [*checks, await tested(line)]


def _address(endpoint: str) -> Check:
    if urlsplit(endpoint).path == WEBHOOK_PATH:
        return Check("Webhookのアドレス", True, endpoint)
    advice = (
        f"この案内の受け口は {WEBHOOK_PATH} です。手前で別の道に替えているのでなければ、"
        "concierge line webhook set で設定し直してください。"
    )
    return Check("Webhookのアドレス", None, endpoint, advice)


async def _quota(line: Management) -> list[Check]:
    data = await line.done("GET", "/v2/bot/message/quota")
    used = (await line.done("GET", "/v2/bot/message/quota/consumption")).get("totalUsage", 0)
    if data.get("type") == "none":
        return [Check("通数", True, f"上限なし（今月 {used}通）")]
    left = int(data.get("value", 0)) - int(used)
    told = f"今月 {used}通／{data.get('value')}通"
    if left > 0:
        return [Check("通数", True, told)]
    advice = "返信は通数に数えないので、質問には答えられます。こちらから送るお知らせは、来月まで届きません。"
    return [Check("通数", None, told, advice)]


async def _friends(line: Management, at: datetime) -> list[Check]:
    day = (at.astimezone(TOKYO) - timedelta(days=1)).strftime("%Y%m%d")
    told = await line.call("GET", f"/v2/bot/insight/followers?date={day}")
    data = told.data if isinstance(told.data, dict) else {}
    if not told.done or data.get("status") != "ready":
        return [Check("友だち", None, "まだ集計されていません（翌日に分かります）")]
    count = f"{data.get('followers')}人（うちブロック {data.get('blocks')}人）"
    return [Check("友だち", True, count)]


def _limit(status: int) -> str | None:
    if status == 429:
        return "LINEの回数の制限（1時間に60回）にかかりました。しばらくおいてお試しください。"
    return None


def _status_advice(status: object) -> str:
    return (
        f"サーバーが {status} を返しました。アドレスが {WEBHOOK_PATH} で終わっているか、"
        "concierge serve の記録に何が出ているかを確かめてください。"
    )
