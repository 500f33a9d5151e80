"""What the LINE channel is told by the environment; secrets come from nowhere else."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from concierge.problem import SettingError

__all__ = ["API_BASE", "DATA_API_BASE", "LineSettings"]

API_BASE = "https://api.line.me"
DATA_API_BASE = "https://api-data.line.me"


@dataclass(frozen=True, slots=True)
class LineSettings:
    """The channel's credentials and LINE's addresses.

    `secrets` are the channel secrets that deliveries may be signed with, this channel's own first;
    more than one where another vendor's webhook forwards its events. Without any the channel is
    off. `private_key` is a JWK (JSON) with its `kid`, or the name of a file that holds one.
    """

    secrets: tuple[str, ...] = field(default=(), repr=False)
    access_token: str | None = field(default=None, repr=False)
    channel_id: str | None = None
    private_key: str | None = field(default=None, repr=False)
    api_base: str = API_BASE
    data_api_base: str = DATA_API_BASE

    @staticmethod
    def from_environment(environment: Mapping[str, str] = os.environ) -> LineSettings:
        """Read the variables that begin with LINE_. Raises `SettingError` for a bad address."""

        def read(name: str) -> str | None:
            return environment.get(name, "").strip() or None

        listed = (read("LINE_CHANNEL_SECRET") or "").split(",")
        return LineSettings(
            secrets=tuple(secret.strip() for secret in listed if secret.strip()),
            access_token=read("LINE_CHANNEL_ACCESS_TOKEN"),
            channel_id=read("LINE_CHANNEL_ID"),
            private_key=read("LINE_CHANNEL_PRIVATE_KEY"),
            api_base=_address("LINE_API_BASE", read("LINE_API_BASE") or API_BASE),
            data_api_base=_address(
                "LINE_DATA_API_BASE", read("LINE_DATA_API_BASE") or DATA_API_BASE
            ),
        )

    @property
    def accepting(self) -> bool:
        """Whether deliveries can be told from forgeries."""
        return bool(self.secrets)

    @property
    def sending(self) -> bool:
        """Whether an access token is given or can be issued."""
        return bool(self.access_token or (self.channel_id and (self.private_key or self.secrets)))

    def missing(self) -> list[str]:
        """Say in Japanese what must be set before the channel works; nothing where it does."""
        told = []
        if not self.accepting:
            told.append(
                "LINE_CHANNEL_SECRET（LINE Developersの「チャネル基本設定」にある"
                "チャネルシークレット）を設定してください。"
            )
        if not self.sending:
            told.append(
                "LINE_CHANNEL_ID（チャネルID）か、LINE_CHANNEL_ACCESS_TOKEN"
                "（チャネルアクセストークン）を設定してください。"
            )
        return told


def _address(name: str, given: str) -> str:
    if not given.startswith(("https://", "http://")):
        raise SettingError(f"{name}「{given}」は https:// で始まるアドレスではありません。")
    return given.rstrip("/")
