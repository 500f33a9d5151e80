"""The stand-in for LINE's platform: what each call does, by LINE's written rules.

Sources stand in docs/line.md and at developers.line.biz/en/reference/messaging-api/.
"""

from __future__ import annotations

import re
import secrets
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from concierge.channels.line.outbound import Refusal, problems
from concierge.channels.line.standin.delivery import Webhook
from concierge.channels.line.standin.events import Events
from concierge.channels.line.standin.faults import Faults
from concierge.channels.line.standin.menus import RichMenus
from concierge.channels.line.standin.state import (
    Answer,
    Call,
    Group,
    Resident,
    Sent,
    new_message_id,
    user_id,
)
from concierge.channels.line.standin.tokens import Tokens

__all__ = ["StandIn"]

Handler = Callable[[Call], Answer | Awaitable[Answer]]
RETRY_KEY = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
KEPT_KEYS = 24 * 60 * 60
USER = re.compile(r"U[0-9a-f]{32}")
WEBHOOK_URL = re.compile(r"https://[^\s/?#]+\.[^\s/?#]+(?:[/?#]\S*)?")


class StandIn:
    """LINE's platform as one account sees it, without LINE.

    `quota` is the month's number of counted messages, None for a plan without one. `now` is the
    clock by which tokens die; a test may move it. Everything public is there to be looked at.
    """

    def __init__(
        self,
        *,
        channel_id: str = "1234567890",
        secret: str = "0123456789abcdef0123456789abcdef",  # noqa: S107 - opens nothing
        quota: int | None = None,
        now: Callable[[], float] = time.time,
        seed: int = 0,
    ) -> None:
        self.now, self.quota, self.used = now, quota, 0
        self.bot = user_id("the account itself")
        self.name, self.basic_id = "まちの案内係", "@standin"
        self.chat_mode = "bot"
        self.secret = secret
        self.tokens = Tokens(channel_id, secret, now)
        self.token = self.tokens.long_lived()
        self.faults = Faults(now, seed)
        self.events = Events(now, self.bot)
        self.webhook = Webhook(self.events, secret, self.bot)
        self.residents: dict[str, Resident] = {}
        self.groups: dict[str, Group] = {}
        self.menus = RichMenus(self.residents.__contains__)
        self.endpoint: str | None = None
        self.endpoint_active = True
        self.sent: list[Sent] = []
        """Every accepted sending, in the order of acceptance."""
        self.loading: list[tuple[str, int]] = []
        """Every loading indicator that was shown: to whom, for how many seconds."""
        self.refused: list[tuple[str, int, Any]] = []
        """Every request that LINE would have refused: operation, status, what was said."""
        self.calls: Counter[str] = Counter()
        """How often each operation was called, whatever came of it."""
        self.rates: dict[str, int] = defaultdict(lambda: 2_000, {"showLoadingAnimation": 100})
        """Requests a second that each operation takes."""
        self._keys: dict[str, tuple[float, Call, Answer]] = {}
        self._seconds: dict[str, tuple[int, int]] = {}
        self.handlers: dict[str, Handler] = self._handlers()

    # ------------------------------------------------------------------------------- who is there

    def resident(self, name: str, **more: Any) -> Resident:
        """Return the resident of this name; a new one is a friend of the account."""
        found = self.residents.get(user_id(name))
        if found is None:
            found = self.residents[user_id(name)] = Resident(user_id(name), name, **more)
        return found

    def group(self, *members: Resident, kind: str = "group") -> Group:
        """Return a new group chat, or with `kind="room"` a multi-person chat."""
        letter = "C" if kind == "group" else "R"
        made = Group(letter + secrets.token_hex(16), kind, tuple(one.id for one in members))
        self.groups[made.id] = made
        return made

    def seen_by(self, chat: Resident | Group) -> list[dict[str, Any]]:
        """Return the messages that arrived in a chat, in the order in which they came."""
        return [
            dict(m) for each in self.sent if each.to == chat.id and each.seen for m in each.messages
        ]

    def answers_to(self, event: dict[str, Any]) -> list[Sent]:
        """Return the replies to an event; exactly one is what a resident may expect."""
        return [each for each in self.sent if each.event_id == event["webhookEventId"]]

    # ------------------------------------------------------------------------------- the operations

    async def answer(self, call: Call) -> Answer:
        """Do what a call asks, as far as LINE's rules allow it."""
        if self._too_fast(call.operation):
            return Answer.refused(429, "The API rate limit has been exceeded. Try again later.")
        handler = self.handlers.get(call.operation)
        if handler is None:
            return Answer.refused(501, f"The stand-in has no {call.operation}")
        done = handler(call)
        return done if isinstance(done, Answer) else await done

    def _reply(self, call: Call) -> Answer:
        if found := self._unsendable(call):
            return found
        token = self.events.tokens.get(call.json["replyToken"])
        if token is None or token.used or self.now() >= token.good_until:
            return Answer.refused(400, "Invalid reply token")
        token.used = True
        return self._accept(call, token.chat, "reply", event_id=token.event_id)

    def _push(self, call: Call) -> Answer:
        to = call.json["to"]
        if found := self._accepted_before(call) or self._unsendable(call):
            return found
        if to not in self.residents and to not in self.groups:
            return Answer.refused(400, "Failed to send messages")
        if found := self._over_quota(self._counted([to])):
            return found
        return self._keep(call, self._accept(call, to, "push"))

    def _multicast(self, call: Call) -> Answer:
        if found := self._accepted_before(call) or self._unsendable(call):
            return found
        everybody = list(dict.fromkeys(call.json["to"]))
        if found := self._over_quota(self._counted(everybody)):
            return found
        for to in everybody:
            if to in self.residents:
                self._accept(call, to, "multicast")
        return self._keep(call, Answer())

    def _validate(self, call: Call) -> Answer:
        return self._unsendable(call) or Answer()

    def _loading(self, call: Call) -> Answer:
        to, seconds = call.json["chatId"], call.json.get("loadingSeconds", 20)
        if not USER.fullmatch(to):
            said = "Only user id is acceptable, please confirm if there are any group/room ids or illegal ids."
            return _errors([Refusal("chatId", said)])
        if seconds % 5:
            return _errors([Refusal("loadingSeconds", "must be a multiple of five")])
        if to in self.residents and self.residents[to].reached:
            self.loading.append((to, seconds))
        return Answer(202)

    def _profile(self, call: Call) -> Answer:
        found = self.residents.get(call.parameters["userId"])
        if found is None or not found.reached:
            return Answer.refused(404, "Not found")
        told = {"userId": found.id, "displayName": found.name}
        return Answer(200, told if found.language is None else {**told, "language": found.language})

    def _content(self, call: Call) -> Answer:
        content = self.events.contents.get(call.parameters["messageId"])
        if content is None:
            return Answer.refused(404, "Not found")
        if content.unsent:
            return Answer.refused(410, "Gone")
        if content.preparing > 0:
            content.preparing -= 1
            return Answer(202, b"", media_type=content.media_type)
        return Answer(200, content.data, media_type=content.media_type)

    def _transcoding(self, call: Call) -> Answer:
        content = self.events.contents.get(call.parameters["messageId"])
        if content is None:
            return Answer.refused(404, "Not found")
        return Answer(200, {"status": "processing" if content.preparing > 0 else "succeeded"})

    def _bot_info(self, call: Call) -> Answer:
        told = {"userId": self.bot, "basicId": self.basic_id, "displayName": self.name}
        return Answer(200, {**told, "chatMode": self.chat_mode, "markAsReadMode": "auto"})

    def _quota(self, call: Call) -> Answer:
        if self.quota is None:
            return Answer(200, {"type": "none"})
        return Answer(200, {"type": "limited", "value": self.quota})

    def _consumption(self, call: Call) -> Answer:
        return Answer(200, {"totalUsage": self.used})

    def _followers(self, call: Call) -> Answer:
        if not re.fullmatch(r"\d{8}", call.query.get("date", "")):
            return Answer.refused(400, "The value for the 'date' parameter is invalid")
        everybody = list(self.residents.values())
        blocks = sum(each.blocked for each in everybody)
        count = sum(each.friend for each in everybody)
        told = {"status": "ready", "followers": count, "targetedReaches": count - blocks}
        return Answer(200, {**told, "blocks": blocks})

    def _get_endpoint(self, call: Call) -> Answer:
        if self.endpoint is None:
            return Answer.refused(404, "Webhook endpoint not found")
        return Answer(200, {"endpoint": self.endpoint, "active": self.endpoint_active})

    def _set_endpoint(self, call: Call) -> Answer:
        if not WEBHOOK_URL.fullmatch(call.json["endpoint"]):
            return Answer.refused(400, "Invalid webhook endpoint URL")
        self.endpoint = call.json["endpoint"]
        return Answer()

    async def _test_endpoint(self, call: Call) -> Answer:
        """Send a request without events to the webhook; whatever its address, `webhook.url`."""
        endpoint = (call.json or {}).get("endpoint", self.endpoint)
        if endpoint is None:
            return Answer.refused(404, "Webhook endpoint not found")
        if not WEBHOOK_URL.fullmatch(endpoint):
            return Answer.refused(400, "Invalid webhook endpoint URL")
        done = await self.webhook.send(self.webhook.body([]))
        told = {
            "success": done.accepted,
            "timestamp": datetime.fromtimestamp(self.now(), UTC).isoformat().replace("+00:00", "Z"),
            "statusCode": done.status or 0,
            "reason": done.reason,
            "detail": done.detail,
        }
        return Answer(200, told)

    def _leave(self, call: Call) -> Answer:
        found = self.groups.pop(next(iter(call.parameters.values())), None)
        return Answer.refused(404, "Not found") if found is None else Answer()

    # ------------------------------------------------------------------------------- the rules

    def _unsendable(self, call: Call) -> Answer | None:
        found = problems(call.json["messages"])
        return _errors(found) if found else None

    def _accepted_before(self, call: Call) -> Answer | None:
        """Return 409 where a request with this retry key was accepted within a day."""
        key = call.headers.get("x-line-retry-key")
        if key is None:
            return None
        if not RETRY_KEY.fullmatch(key):
            return Answer.refused(400, "The retry key is invalid")
        at, before, answer = self._keys.get(key.lower(), (0.0, call, Answer()))
        if self.now() - at >= KEPT_KEYS:
            return None
        said = {"message": "The retry key is already accepted", **answer.content}
        return Answer(409, said, {"x-line-accepted-request-id": before.request_id})

    def _keep(self, call: Call, answer: Answer) -> Answer:
        key = call.headers.get("x-line-retry-key")
        if key is not None:
            self._keys[key.lower()] = (self.now(), call, answer)
        return answer

    def _counted(self, chats: Sequence[str]) -> int:
        """Return how many recipients count against the quota: those whom it reaches."""
        people = [one for to in chats for one in getattr(self.groups.get(to), "members", (to,))]
        return sum(one in self.residents and self.residents[one].reached for one in people)

    def _over_quota(self, count: int) -> Answer | None:
        if self.quota is not None and self.used + count > self.quota:
            return Answer.refused(429, "You have reached your monthly limit.")
        self.used += count
        return None

    def _accept(self, call: Call, to: str, how: str, event_id: str | None = None) -> Answer:
        ids = tuple(new_message_id() for _ in call.json["messages"])
        key = call.headers.get("x-line-retry-key")
        seen = to in self.groups or (to in self.residents and self.residents[to].reached)
        messages = tuple(call.json["messages"])
        self.sent.append(
            Sent(self.now(), to, how, call.request_id, messages, ids, event_id, key, seen)
        )
        told = [{"id": one, "quoteToken": secrets.token_urlsafe(24)} for one in ids]
        return Answer(200, {"sentMessages": told})

    def _too_fast(self, operation: str) -> bool:
        second = int(self.now())
        before, count = self._seconds.get(operation, (second, 0))
        count = count + 1 if before == second else 1
        self._seconds[operation] = (second, count)
        return count > self.rates[operation]

    def _handlers(self) -> dict[str, Handler]:
        menus, tokens = self.menus, self.tokens
        return {
            "replyMessage": self._reply,
            "pushMessage": self._push,
            "multicast": self._multicast,
            "validateReply": self._validate,
            "validatePush": self._validate,
            "validateMulticast": self._validate,
            "showLoadingAnimation": self._loading,
            "getProfile": self._profile,
            "getMessageContent": self._content,
            "getMessageContentTranscodingByMessageId": self._transcoding,
            "getBotInfo": self._bot_info,
            "getMessageQuota": self._quota,
            "getMessageQuotaConsumption": self._consumption,
            "getNumberOfFollowers": self._followers,
            "getWebhookEndpoint": self._get_endpoint,
            "setWebhookEndpoint": self._set_endpoint,
            "testWebhookEndpoint": self._test_endpoint,
            "leaveGroup": self._leave,
            "leaveRoom": self._leave,
            "createRichMenu": menus.create,
            "validateRichMenuObject": menus.validate,
            "getRichMenuList": menus.list,
            "getRichMenu": menus.get,
            "deleteRichMenu": menus.delete,
            "setRichMenuImage": menus.upload,
            "getRichMenuImage": menus.download,
            "setDefaultRichMenu": menus.set_default,
            "getDefaultRichMenuId": menus.get_default,
            "cancelDefaultRichMenu": menus.cancel_default,
            "linkRichMenuIdToUser": menus.link,
            "getRichMenuIdOfUser": menus.linked_to,
            "unlinkRichMenuIdFromUser": menus.unlink,
            "createRichMenuAlias": menus.create_alias,
            "updateRichMenuAlias": menus.update_alias,
            "getRichMenuAlias": menus.get_alias,
            "deleteRichMenuAlias": menus.delete_alias,
            "getRichMenuAliasList": menus.list_aliases,
            "issueStatelessChannelToken": tokens.stateless,
            "issueChannelTokenByJWT": tokens.by_jwt,
            "issueChannelToken": tokens.short_lived,
            "verifyChannelToken": tokens.verify,
            "verifyChannelTokenByJWT": tokens.verify_by_jwt,
            "revokeChannelToken": tokens.revoke,
            "revokeChannelTokenByJWT": tokens.revoke,
            "getsAllValidChannelAccessTokenKeyIds": tokens.key_ids,
        }


def _errors(found: list[Refusal]) -> Answer:
    details = [each.as_dict() for each in found]
    return Answer.refused(400, f"The request body has {len(found)} error(s)", details=details)
