"""Language models behind one small face: text in, pieces of text out, and what it cost.

OpenAI's SDK with `base_url` reaches OpenAI, Azure, vLLM, llama.cpp, Ollama and whatever else speaks
that interface; Anthropic's SDK reaches its own. Neither retries: that is the hub's to decide.
"""

from __future__ import annotations

import ipaddress
from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

from concierge.problem import SettingError

__all__ = ["ONE_CALL", "Model", "ModelSettings", "Spending", "open_model", "read_model_settings"]

ONE_CALL = {"Connection": "close"}
"""A call takes seconds, a connection milliseconds: none is kept, so none has to be closed later."""
CHARACTERS_A_TOKEN = 1.5
"""For Japanese, where a server does not say what it counted."""


@dataclass(slots=True)
class Spending:
    """What one call used; estimated from the texts until the server says."""

    given: int = 0
    made: int = 0


class Model(Protocol):
    """A language model that can be asked."""

    def stream(self, system: str, user: str, spending: Spending) -> AsyncGenerator[str]:
        """Yield the answer in pieces as they come; fill in what it used."""


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """Which model, where, and how much it may say; the key comes from the environment alone."""

    model: str
    base_url: str | None
    max_tokens: int
    key: str


def read_model_settings(
    options: Mapping[str, str], key: str | None, *, where: str
) -> ModelSettings:
    """Read `model`, `base_url` and `max_tokens`. Raises `SettingError`.

    Over the open net only https is spoken; a model on this machine needs no key.
    """
    model = options.get("model", "").strip()
    if not model:
        raise SettingError(f"model に、{where}で使うモデルの名前を書いてください。")
    base_url = options.get("base_url", "").strip() or None
    here = base_url is not None and _on_this_machine(base_url)
    if base_url is not None and not base_url.startswith("https://") and not here:
        raise SettingError(
            f"base_url「{base_url}」は https:// で始めてください（このパソコンの中なら http://127.0.0.1 も使えます）。"
        )
    if not key and not here:
        raise SettingError(f"環境変数 {where} に、APIの鍵を設定してください。")
    text = options.get("max_tokens", "600")
    if not text.isdigit() or not 1 <= int(text) <= 4000:
        raise SettingError("max_tokens は 1 から 4000 までの整数で書いてください。")
    return ModelSettings(model, base_url, int(text), key or "none")


def _on_this_machine(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def open_model(provider: str, settings: ModelSettings) -> Model:
    """Return a model. Raises `SettingError` where its SDK is not installed."""
    makers: dict[str, Callable[[ModelSettings], Model]] = {
        "openai": _OpenAI,
        "anthropic": _Anthropic,
    }
    if provider not in makers:
        raise SettingError(f"provider「{provider}」は使えません。openai か anthropic です。")
    try:
        return makers[provider](settings)
    except ImportError:
        extra = "llm" if provider == "openai" else "anthropic"
        raise SettingError(
            f"{provider} のライブラリーがありません。"
            f"python -m pip install 'machi-concierge[{extra}]' としてください。"
        ) from None


class _OpenAI:
    def __init__(self, settings: ModelSettings) -> None:
        import openai  # noqa: PLC0415 - an extra

        self._settings = settings
        self._client: Any = openai.AsyncOpenAI(
            api_key=settings.key,
            base_url=settings.base_url,
            max_retries=0,
            default_headers=ONE_CALL,
        )

    async def stream(self, system: str, user: str, spending: Spending) -> AsyncGenerator[str]:
        spending.given = _tokens(system + user)
        answer = await self._client.chat.completions.create(
            model=self._settings.model,
            messages=[{"role": "system", "content": system}, {"role": "user", "content": user}],
            max_tokens=self._settings.max_tokens,
            temperature=0,
            stream=True,
        )
        try:
            said = ""
            async for chunk in answer:
                if chunk.usage is not None:
                    spending.given = chunk.usage.prompt_tokens
                    spending.made = chunk.usage.completion_tokens
                piece = chunk.choices[0].delta.content if chunk.choices else None
                if piece:
                    said += piece
                    spending.made = max(spending.made, _tokens(said))
                    yield piece
        finally:
            await answer.close()


class _Anthropic:
    def __init__(self, settings: ModelSettings) -> None:
        import anthropic  # noqa: PLC0415 - an extra

        self._settings = settings
        self._client: Any = anthropic.AsyncAnthropic(
            api_key=settings.key,
            base_url=settings.base_url,
            max_retries=0,
            default_headers=ONE_CALL,
        )

    async def stream(self, system: str, user: str, spending: Spending) -> AsyncGenerator[str]:
        spending.given = _tokens(system + user)
        answer = await self._client.messages.create(
            model=self._settings.model,
            system=system,
            messages=[{"role": "user", "content": user}],
            max_tokens=self._settings.max_tokens,
            stream=True,
        )
        try:
            said = ""
            async for event in answer:
                if event.type == "message_start":
                    spending.given = event.message.usage.input_tokens
                elif event.type == "message_delta":
                    spending.made = event.usage.output_tokens
                elif event.type == "content_block_delta" and event.delta.type == "text_delta":
                    said += event.delta.text
                    spending.made = max(spending.made, _tokens(said))
                    yield event.delta.text
        finally:
            await answer.close()


def _tokens(text: str) -> int:
    return round(len(text) / CHARACTERS_A_TOKEN)
