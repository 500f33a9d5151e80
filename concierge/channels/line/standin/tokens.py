"""Channel access tokens as LINE issues them: long-lived, short-lived, v2.1 by JWT, stateless.

https://developers.line.biz/en/docs/basics/channel-access-token/
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from concierge.channels.line.standin.state import Answer, Call

__all__ = ["Token", "Tokens"]

BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
DAY = 24 * 60 * 60
STATELESS = 15 * 60
MOST_ISSUED = 30
LONGEST_ASSERTION = 30 * 60
_SHA256 = bytes.fromhex("3031300d060960864801650304020105000420")
"""What stands before a SHA-256 hash in a PKCS #1 v1.5 signature."""


@dataclass(slots=True)
class Token:
    """One channel access token. A long-lived one has no end."""

    value: str
    kind: str
    until: float | None
    key_id: str | None = None


class Tokens:
    """Issues, verifies and revokes the tokens of one channel."""

    def __init__(self, channel_id: str, secret: str, now: Callable[[], float]) -> None:
        self.channel_id, self.secret, self._now = channel_id, secret, now
        self.keys: dict[str, Mapping[str, str]] = {}
        """The public keys (JWK) that were registered in the console, by their `kid`."""
        self.issued: dict[str, Token] = {}

    def long_lived(self) -> str:
        """Return a long-lived token, as the console issues it."""
        return self._issue("long-lived", None).value

    def good(self, value: str) -> bool:
        """Say whether a request with this token is let in."""
        token = self.issued.get(value)
        return token is not None and (token.until is None or self._now() < token.until)

    def expire_all(self) -> None:
        """Let every issued token end now, the long-lived ones too."""
        for token in self.issued.values():
            token.until = self._now()

    def stateless(self, call: Call) -> Answer:
        """Issue a stateless token, by the channel's secret or by JWT."""
        form = _form(call)
        if "client_assertion" in form:
            refused = self._refused_assertion(form, stateless=True)
        elif self._right_secret(form):
            refused = None
        else:
            refused = _oauth("invalid_request", "Invalid 'client_credentials'.")
        return refused or _issued(self._issue("stateless", STATELESS), STATELESS)

    def by_jwt(self, call: Call) -> Answer:
        """Issue a v2.1 token by JWT."""
        form = _form(call)
        if refused := self._refused_assertion(form, stateless=False):
            return refused
        if sum(self.good(t.value) for t in self.issued.values() if t.kind == "v2.1") >= MOST_ISSUED:
            return Answer.refused(
                400, "The maximum number of access tokens has already been issued"
            )
        seconds = int(_claims(form["client_assertion"])[1]["token_exp"])
        token = self._issue("v2.1", seconds)
        token.key_id = secrets.token_urlsafe(16)
        return _issued(token, seconds, key_id=token.key_id)

    def short_lived(self, call: Call) -> Answer:
        """Issue a short-lived token by the channel's secret."""
        if not self._right_secret(_form(call)):
            return _oauth("invalid_client", "invalid client_id or client_secret")
        return _issued(self._issue("short-lived", 30 * DAY), 30 * DAY)

    def verify(self, call: Call) -> Answer:
        """Verify a long-lived or short-lived token."""
        return self._verified(_form(call).get("access_token", ""), ("long-lived", "short-lived"))

    def verify_by_jwt(self, call: Call) -> Answer:
        """Verify a v2.1 or a stateless token."""
        return self._verified(call.query.get("access_token", ""), ("v2.1", "stateless"))

    def revoke(self, call: Call) -> Answer:
        """Revoke a token of any kind."""
        self.issued.pop(_form(call).get("access_token", ""), None)
        return Answer(200, {})

    def key_ids(self, call: Call) -> Answer:
        """Return the ids of the v2.1 tokens that are good."""
        tokens = self.issued.values()
        return Answer(200, {"kids": [t.key_id for t in tokens if t.key_id and self.good(t.value)]})

    def _issue(self, kind: str, seconds: float | None) -> Token:
        until = None if seconds is None else self._now() + seconds
        value = ("ey" if kind in ("v2.1", "stateless") else "") + secrets.token_urlsafe(120)
        token = self.issued[value] = Token(value, kind, until)
        return token

    def _verified(self, value: str, kinds: tuple[str, ...]) -> Answer:
        token = self.issued.get(value)
        if token is None or token.kind not in kinds:
            return _oauth("invalid_request", "The access token is invalid")
        if not self.good(value):
            return _oauth("invalid_request", "The access token expired")
        left = 100 * 365 * DAY if token.until is None else token.until - self._now()
        return Answer(200, {"client_id": self.channel_id, "expires_in": int(left), "scope": "P"})

    def _right_secret(self, form: Mapping[str, str]) -> bool:
        return (form.get("grant_type"), form.get("client_id"), form.get("client_secret")) == (
            "client_credentials",
            self.channel_id,
            self.secret,
        )

    def _refused_assertion(self, form: Mapping[str, str], *, stateless: bool) -> Answer | None:
        """Return why a JWT is refused, or None where it is good."""
        named = (form.get("grant_type"), form.get("client_assertion_type"))
        if named != ("client_credentials", BEARER):
            return _oauth("invalid_request", "grant_type or client_assertion_type is wrong")
        try:
            header, claims = _claims(form.get("client_assertion", ""))
        except ValueError:
            return _oauth("invalid_client", "The JWT could not be parsed")
        key = self.keys.get(str(header.get("kid")))
        if key is None:
            message = "Cannot find channel key that satisfies the conditions"
            return Answer.refused(404, message)
        reason = self._wrong(header, claims, stateless=stateless)
        if reason is None and not _signed(form["client_assertion"], key):
            reason = "The signature does not match"
        return None if reason is None else _oauth("invalid_client", reason)

    def _wrong(
        self, header: Mapping[str, Any], claims: Mapping[str, Any], *, stateless: bool
    ) -> str | None:
        """Return the first rule that a JWT's header or claims break."""
        left, lasting = claims.get("exp", 0) - self._now(), claims.get("token_exp")
        rules = {
            "alg must be RS256 and typ JWT": (header.get("alg"), header.get("typ"))
            == ("RS256", "JWT"),
            "iss and clientId of key do not match": (claims.get("iss"), claims.get("sub"))
            == (self.channel_id, self.channel_id),
            "aud must be https://api.line.me/": claims.get("aud") == "https://api.line.me/",
            "exp must be within 30 minutes": 0 < left <= LONGEST_ASSERTION,
            "token_exp must be within 30 days": stateless
            or (isinstance(lasting, int) and 0 < lasting <= 30 * DAY),
        }
        return next((rule for rule, kept in rules.items() if not kept), None)


def _form(call: Call) -> dict[str, str]:
    return dict(parse_qsl(call.body.decode("utf-8", "replace"), keep_blank_values=True))


def _issued(token: Token, seconds: int, **more: Any) -> Answer:
    content = {"access_token": token.value, "token_type": "Bearer", "expires_in": seconds}
    return Answer(200, {**content, **more})


def _oauth(error: str, description: str) -> Answer:
    return Answer(400, {"error": error, "error_description": description})


def _claims(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the header and the claims of a JWT. Raises ValueError."""
    parts = token.split(".")
    if len(parts) != 3:
        raise ValueError("not a JWT")
    header, claims = (json.loads(_decoded(part)) for part in parts[:2])
    if not isinstance(header, dict) or not isinstance(claims, dict):
        raise ValueError("not a JWT")
    return header, claims


def _signed(token: str, key: Mapping[str, str]) -> bool:
    """Say whether a JWT has the RS256 signature of a public key (RFC 8017, 8.2.2)."""
    signed, _, signature = token.rpartition(".")
    modulus, exponent = (int.from_bytes(_decoded(key[name])) for name in ("n", "e"))
    size = (modulus.bit_length() + 7) // 8
    given = pow(int.from_bytes(_decoded(signature)), exponent, modulus).to_bytes(size)
    tail = b"\0" + _SHA256 + hashlib.sha256(signed.encode()).digest()
    return given == b"\0\1" + b"\xff" * (size - len(tail) - 2) + tail


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
