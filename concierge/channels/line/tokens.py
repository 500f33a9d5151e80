"""Channel access tokens: issued and renewed here, or a long-lived one as it was given.

With a private key (JWK) a token v2.1 is issued by a signed assertion; with the channel's id and
secret a stateless one of 15 minutes; a long-lived token is used as it is, with a warning.
https://developers.line.biz/en/docs/basics/channel-access-token/

Exceptions
----------
TokenError                    no access token could be had
"""

from __future__ import annotations

import asyncio
import base64
import json
import logging
from collections.abc import Mapping
from pathlib import Path
from time import monotonic, time
from typing import Any

import aiohttp
from linebot.v3.messaging import AsyncApiClient

from concierge.channels.line.settings import LineSettings
from concierge.problem import ConciergeError, SettingError

__all__ = ["AccessToken", "TokenError", "assertion"]

log = logging.getLogger(__name__)

V2_1, STATELESS = "/oauth2/v2.1/token", "/oauth2/v3/token"
BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
AUDIENCE = "https://api.line.me/"
ASSERTION_SECONDS = 30 * 60
TOKEN_SECONDS = 30 * 24 * 60 * 60
TIMEOUT = aiohttp.ClientTimeout(total=8, connect=3, sock_connect=3)
REST = 2.0
"""Seconds without a try after one failed."""


class TokenError(ConciergeError):
    """No access token could be had; the message says why."""


class AccessToken:
    """The token of the channel: `current` issues it and renews it before it expires."""

    def __init__(self, settings: LineSettings, client: AsyncApiClient) -> None:
        self._settings, self._client = settings, client
        self._lock = asyncio.Lock()
        self._token: str | None = None
        self._renew_at = 0.0
        self._failed_at = self._renewed_at = -REST
        self.kind = _kind_of(settings)
        if self.kind == "long-lived":
            log.warning(
                "LINE_CHANNEL_ACCESS_TOKEN: a long-lived token never expires by itself; LINE advises "
                "against it. Set LINE_CHANNEL_ID instead, and remove it"
            )

    async def current(self) -> str:
        """Return a token that serves now. Raises `TokenError`."""
        if self.kind == "long-lived":
            return str(self._settings.access_token)
        async with self._lock:
            if self._token is None or monotonic() >= self._renew_at:
                if monotonic() - self._failed_at < REST:
                    raise TokenError("the last try failed just now")
                self._failed_at = monotonic()
                await self._issue()
                self._failed_at = -REST
            return str(self._token)

    async def renew(self) -> bool:
        """Let go of a token that LINE refused; tell whether another can be had."""
        if self.kind in ("long-lived", "none"):
            return False
        async with self._lock:
            if monotonic() - self._renewed_at < REST:
                return False
            self._renewed_at = monotonic()
            self._token = None
        return True

    async def _issue(self) -> None:
        if self.kind == "none":
            raise TokenError(" ".join(self._settings.missing()))
        path, form = _request(self._settings)
        url = self._settings.api_base + path
        try:
            session = self._client.rest_client.pool_manager
            async with session.post(url, data=form, timeout=TIMEOUT) as response:
                body = await response.text()
                if response.status != 200:
                    raise TokenError(f"{path}: {response.status}")
                given = json.loads(body)
                self._token, seconds = str(given["access_token"]), float(given["expires_in"])
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError, KeyError) as error:
            raise TokenError(f"{path}: {type(error).__name__}") from error
        self._renew_at = monotonic() + min(seconds * 0.8, seconds - 60)


def _kind_of(settings: LineSettings) -> str:
    if settings.channel_id and settings.private_key:
        return "v2.1"
    if settings.access_token:
        return "long-lived"
    return "stateless" if settings.channel_id and settings.secrets else "none"


def _request(settings: LineSettings) -> tuple[str, dict[str, str]]:
    form = {"grant_type": "client_credentials"}
    if settings.private_key:
        told = assertion(str(settings.channel_id), settings.private_key, time())
        return V2_1, {**form, "client_assertion_type": BEARER, "client_assertion": told}
    form["client_id"] = str(settings.channel_id)
    return STATELESS, {**form, "client_secret": settings.secrets[0]}


def assertion(channel_id: str, private_key: str, now: float) -> str:
    """Return the signed JWT (RS256) that a token v2.1 is issued for. Raises `SettingError`."""
    key = _jwk(private_key)
    header = {"alg": "RS256", "typ": "JWT", "kid": key["kid"]}
    claims = {
        "iss": channel_id,
        "sub": channel_id,
        "aud": AUDIENCE,
        "exp": int(now) + ASSERTION_SECONDS,
        "token_exp": TOKEN_SECONDS,
    }
    signed = b".".join(_base64(json.dumps(part).encode()) for part in (header, claims))
    return b".".join((signed, _base64(_signature(key, signed)))).decode()


def _signature(key: Mapping[str, Any], signed: bytes) -> bytes:
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415 - only with a private key
    from cryptography.hazmat.primitives.asymmetric import padding, rsa  # noqa: PLC0415

    try:
        numbers = {name: _number(str(key[name])) for name in ("n", "e", "d", "p", "q")}
        public = rsa.RSAPublicNumbers(numbers["e"], numbers["n"])
        private = rsa.RSAPrivateNumbers(
            p=numbers["p"],
            q=numbers["q"],
            d=numbers["d"],
            dmp1=rsa.rsa_crt_dmp1(numbers["d"], numbers["p"]),
            dmq1=rsa.rsa_crt_dmq1(numbers["d"], numbers["q"]),
            iqmp=rsa.rsa_crt_iqmp(numbers["p"], numbers["q"]),
            public_numbers=public,
        ).private_key()
    except (KeyError, ValueError, ZeroDivisionError) as error:
        raise SettingError(BAD_KEY) from error
    return private.sign(signed, padding.PKCS1v15(), hashes.SHA256())


BAD_KEY = (
    "LINE_CHANNEL_PRIVATE_KEY を読み取れません。kid を含む秘密鍵のJWK（JSON）か、"
    "それを保存したファイルの名前を指定してください。"
)


def _jwk(given: str) -> dict[str, Any]:
    try:
        text = given if given.lstrip().startswith("{") else Path(given).read_text("utf-8")
        key = json.loads(text)
    except (OSError, ValueError) as error:
        raise SettingError(BAD_KEY) from error
    if not isinstance(key, dict) or not isinstance(key.get("kid"), str):
        raise SettingError(BAD_KEY)
    return key


def _number(text: str) -> int:
    return int.from_bytes(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), "big")


def _base64(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")
