"""The stand-in: events it brings to our webhook, files, profiles and the webhook's address."""

from __future__ import annotations

import json
from typing import Any

import httpx
from line_fixtures import Bot, Clock, reply

from concierge.channels.line.standin import StandIn, Thread, sign
from concierge.channels.line.standin.description import webhook_refusals

# --------------------------------------------------------------------------- bringing the events


def test_events_come_signed_and_as_described(standin: StandIn, served: Thread, bot: Bot) -> None:
    hanako, taro = standin.resident("花子"), standin.resident("太郎")
    told = [
        standin.events.text(hanako, "あしたのごみ、なに？"),
        standin.events.location(taro, 35.6, 139.7, title="海岸公園"),
        standin.events.postback(taro, "date", params={"date": "2026-11-25"}),
    ]
    assert served.run(standin.webhook.deliver(*told)).accepted
    headers, body = bot.got[0]
    assert headers["x-line-signature"] == sign(standin.secret, body)
    assert bot.events() == told
    assert json.loads(body)["destination"] == standin.bot


def everything(standin: StandIn) -> list[dict[str, Any]]:
    hanako = standin.resident("花子")
    group = standin.group(hanako)
    make = standin.events
    voice = make.audio(hanako, b"m4a", preparing=2)
    return [
        make.text(hanako, "こんにちは"),
        make.text(hanako, "🍎 @案内係 ごみは", group=group, mentions="@案内係"),
        make.location(hanako, 35.0, 139.0),
        voice,
        make.image(hanako),
        make.video(hanako),
        make.file(hanako),
        make.sticker(hanako),
        make.postback(hanako, "a=1"),
        make.follow(hanako),
        make.unfollow(hanako),
        make.unsend(hanako, voice["message"]["id"]),
        make.make("join", hanako, group=group),
        make.make("leave", hanako, group=group),
        make.make("accountLink", hanako, link={"result": "ok", "nonce": "n"}),
        make.text(hanako, "待機中", mode="standby"),
    ]


def test_every_event_keeps_to_the_published_description(standin: StandIn) -> None:
    for event in everything(standin):
        whole = json.loads(standin.webhook.body([event]))
        assert webhook_refusals(whole) == [], event["type"]


def test_the_mention_points_at_the_account_in_utf_16(standin: StandIn) -> None:
    event = everything(standin)[1]
    mentionee = event["message"]["mention"]["mentionees"][0]
    assert (mentionee["index"], mentionee["length"], mentionee["isSelf"]) == (3, 4, True)


def test_standby_comes_without_a_reply_token(standin: StandIn) -> None:
    assert "replyToken" not in everything(standin)[-1]


def test_what_was_not_answered_in_time_comes_again_and_is_marked(
    standin: StandIn, served: Thread, bot: Bot, line: httpx.Client, clock: Clock
) -> None:
    event = standin.events.text(standin.resident("花子"), "あした")
    bot.status = 500
    assert not served.run(standin.webhook.deliver(event)).accepted
    bot.status, bot.delay, standin.webhook.timeout = 200, 0.5, 0.2
    assert [d.reason for d in served.run(standin.webhook.redeliver())] == ["REQUEST_TIMEOUT"]
    bot.delay = 0.0
    clock.time += 61
    assert reply(line, event).status_code == 400, "the first minute is over"
    assert [each.accepted for each in served.run(standin.webhook.redeliver())] == [True]
    assert standin.webhook.undelivered == []
    ids = {each["webhookEventId"] for each in bot.events()}
    assert ids == {event["webhookEventId"]}
    assert [e["deliveryContext"]["isRedelivery"] for e in bot.events()] == [False, True, True]
    assert reply(line, event).status_code == 200, "a redelivery gives another minute"


def test_no_second_minute_after_use_or_after_twenty_minutes(
    standin: StandIn, served: Thread, bot: Bot, line: httpx.Client, clock: Clock
) -> None:
    used, old = (standin.events.text(standin.resident("花子"), text) for text in ("一", "二"))
    served.run(standin.webhook.deliver(used, old))
    assert reply(line, used).status_code == 200
    again = standin.events.again
    served.run(standin.webhook.deliver(again(used)))
    assert reply(line, used).status_code == 400
    clock.time += 20 * 60
    served.run(standin.webhook.deliver(again(old)))
    assert reply(line, old).status_code == 400


def test_nobody_there(standin: StandIn, served: Thread) -> None:
    standin.webhook.url = "http://127.0.0.1:9/line/webhook"
    done = served.run(standin.webhook.deliver(standin.events.sticker(standin.resident("花子"))))
    assert (done.status, done.reason) == (None, "COULD_NOT_CONNECT")


# --------------------------------------------------------------------------------- everything else


def test_a_voice_message_is_prepared_first_and_gone_when_taken_back(
    standin: StandIn, line: httpx.Client
) -> None:
    hanako = standin.resident("花子")
    event = standin.events.audio(hanako, b"m4a", preparing=2)
    where = f"/v2/bot/message/{event['message']['id']}/content"
    assert line.get(f"{where}/transcoding").json() == {"status": "processing"}
    got = [line.get(where) for _ in range(3)]
    assert [(each.status_code, each.content) for each in got] == [
        (202, b""),
        (202, b""),
        (200, b"m4a"),
    ]
    standin.events.unsend(hanako, event["message"]["id"])
    assert line.get(where).status_code == 410
    assert line.get("/v2/bot/message/1/content").status_code == 404


def test_profiles(standin: StandIn, line: httpx.Client) -> None:
    linh = standin.resident("Linh", language="vi")
    standin.resident("名なし", language=None)
    assert line.get(f"/v2/bot/profile/{linh.id}").json()["language"] == "vi"
    unknown = line.get(f"/v2/bot/profile/{standin.resident('名なし').id}").json()
    assert "language" not in unknown
    linh.blocked = True
    assert line.get(f"/v2/bot/profile/{linh.id}").status_code == 404


def test_the_loading_indicator(standin: StandIn, line: httpx.Client) -> None:
    def show(chat: str, **more: Any) -> int:
        body = {"chatId": chat, **more}
        return line.post("/v2/bot/chat/loading/start", json=body).status_code

    hanako = standin.resident("花子")
    assert show(hanako.id) == 202
    assert [show(hanako.id, loadingSeconds=n) for n in (5, 60, 4, 7, 65)] == [
        202,
        202,
        400,
        400,
        400,
    ]
    assert show(standin.group(hanako).id) == 400
    assert standin.loading == [(hanako.id, 20), (hanako.id, 5), (hanako.id, 60)]


def test_the_webhook_address(standin: StandIn, line: httpx.Client, bot: Bot) -> None:
    where, test = "/v2/bot/channel/webhook/endpoint", "/v2/bot/channel/webhook/test"
    assert line.get(where).status_code == 404
    assert line.post(test, json={}).status_code == 404
    for bad in ("http://town.example/line/webhook", "https://", "https://localhost", "town"):
        assert line.put(where, json={"endpoint": bad}).status_code == 400
    good = "https://town.example/line/webhook"
    assert line.put(where, json={"endpoint": good}).json() == {}
    assert line.get(where).json() == {"endpoint": good, "active": True}
    assert line.post(test, json={}).json()["success"] is True
    assert json.loads(bot.got[0][1])["events"] == []
    bot.status = 403
    failed = line.post(test, json={}).json()
    assert (failed["success"], failed["reason"]) == (False, "ERROR_STATUS_CODE")


def test_followers(standin: StandIn, line: httpx.Client) -> None:
    standin.resident("花子"), standin.events.unfollow(standin.resident("太郎"))
    told = line.get("/v2/bot/insight/followers", params={"date": "20261120"}).json()
    assert told == {"status": "ready", "followers": 2, "targetedReaches": 1, "blocks": 1}
