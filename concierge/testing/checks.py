"""What every engine has to pass, as plain functions: each takes a `Subject` and raises what is wrong.

The messages are for the engine's author, in Japanese like all that this program says to people.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import math
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from concierge.engine import Candidate, Engine, Layer, Question
from concierge.hub import Seat
from concierge.message import Card, Choice, Source, Status
from concierge.plugins import NAME
from concierge.testing.hostile import EMPTY, HOSTILE, IN_OTHER_LANGUAGES
from concierge.testing.importing import check_import
from concierge.testing.leaks import check_privacy
from concierge.testing.nonconformity import NonconformityError, SlownessError
from concierge.testing.subject import Subject, asked, started

__all__ = ["CHECKS", "NonconformityError"]

LONGEST_TEXT = 2000
"""Characters of an answer; what is beyond three lines becomes its details anyway."""
LONGEST_BLOCK = 0.25
"""Seconds for which a coroutine may keep everybody else on its loop waiting."""
LET_GO = 1.0
"""Seconds after which a cancelled engine must have let go."""


def check_contract(subject: Subject) -> None:
    """Answer the engine's own questions in the form that the contract asks for."""
    _check_class(subject.engine)
    answered = asyncio.run(_answers(subject))
    if not any(answered.values()):
        raise NonconformityError(
            "どの質問にも答えませんでした。エンジンの examples に、答えられる質問を書いてください。"
        )
    for text, candidates in answered.items():
        for candidate in candidates:
            _check_candidate(candidate, text)
    silent = [text for text in subject.asks if not answered[text]]
    if silent:
        raise NonconformityError(f"examples の「{silent[0]}」に、何も答えませんでした。")


def _check_class(engine: type[Engine]) -> None:
    if not (isinstance(engine, type) and issubclass(engine, Engine)):
        raise NonconformityError("concierge.engine.Engine を継いだクラスにしてください。")
    name = getattr(engine, "name", None)
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise NonconformityError(
            "name は英小文字で始まる名前（英小文字・数字・-・_）にしてください。"
        )
    layers = getattr(engine, "layers", None)
    if not (
        isinstance(layers, tuple) and layers and all(isinstance(each, Layer) for each in layers)
    ):
        raise NonconformityError("layers に、答える層を Layer の組で書いてください。")


async def _answers(subject: Subject) -> dict[str, list[Candidate]]:
    async with started(subject) as seat:
        return {
            text: [
                candidate
                for question in subject.each_layer(text)
                for candidate in await asked(seat, question)
            ]
            for text in subject.tried
        }


def _check_candidate(candidate: Candidate, asked_for: str) -> None:
    """Hold one candidate to what `concierge.engine` says of it."""
    said = f"「{asked_for}」への答え"
    score = candidate.score
    if isinstance(score, bool) or not isinstance(score, int | float) or not math.isfinite(score):
        raise NonconformityError(f"{said}の score が数ではありません（{score!r}）。")
    if not 0 <= score <= 1:
        raise NonconformityError(f"{said}の score は 0 から 1 にしてください（{score!r}）。")
    _check_types(candidate, said)
    if candidate.status not in (Status.ANSWERED, Status.CLARIFY, Status.ABSTAIN):
        raise NonconformityError(f"{said}の status に {candidate.status} は使えません。")
    if candidate.status is Status.CLARIFY and not (candidate.missing and candidate.intent):
        raise NonconformityError(f"{said}は聞き返していますが、missing か intent がありません。")
    if candidate.status is Status.ANSWERED and not candidate.sources:
        raise NonconformityError(
            f"{said}に出典がありません。sources に、何にもとづく答えかを書いてください。"
        )
    for source in candidate.sources:
        if not source.title.strip():
            raise NonconformityError(f"{said}の出典に名前（title）がありません。")
        if source.url is not None and not source.url.startswith(("https://", "http://")):
            raise NonconformityError(f"{said}の出典のURLが使えません（{source.url}）。")
    if len(candidate.text) > LONGEST_TEXT:
        raise NonconformityError(
            f"{said}が{len(candidate.text)}字あります。"
            f"text は短くして、残りは details に入れてください。"
        )


def _check_types(candidate: Candidate, said: str) -> None:
    """Find values of another type than the contract's, which would break a channel later."""
    tuples = {"topics": str, "sources": Source, "choices": Choice, "cards": Card}
    for name, kind in tuples.items():
        value = getattr(candidate, name)
        if not isinstance(value, tuple) or not all(isinstance(each, kind) for each in value):
            raise NonconformityError(f"{said}の {name} は {kind.__name__} の組にしてください。")
    for name in ("title", "intent", "answer_id", "details", "missing"):
        value = getattr(candidate, name)
        if value is not None and not isinstance(value, str):
            raise NonconformityError(f"{said}の {name} は文字列にしてください（{value!r}）。")
    if not isinstance(candidate.slots, Mapping):
        raise NonconformityError(f"{said}の slots は名前と値の対応にしてください。")
    try:
        "".join(_texts(dataclasses.astuple(candidate))).encode()
    except UnicodeEncodeError:
        raise NonconformityError(f"{said}に、UTF-8にできない字があります。") from None


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return [text for each in value.items() for text in _texts(each)]
    if isinstance(value, Sequence):
        return [text for each in value for text in _texts(each)]
    return []


def check_life(subject: Subject) -> None:
    """Start twice beside one another, close one, ask the other; close without a start."""
    asyncio.run(_two_lives(subject))
    try:
        subject.engine().close()
    except Exception as error:
        raise NonconformityError(
            f"start の前に close すると {type(error).__name__} が起きます。"
            "close は、start が失敗したあとにも呼ばれます。"
        ) from error


async def _two_lives(subject: Subject) -> None:
    async with started(subject) as second:
        async with started(subject) as first:
            before = await _all(first, subject, subject.tried[:1])
        try:
            after = await _all(second, subject, subject.tried[:1])
        except Exception as error:
            raise NonconformityError(
                f"一つを close すると、別の一つが {type(error).__name__} で答えられなくなります。"
                "ファイルや接続は、クラスではなくインスタンスに持たせてください。"
            ) from error
        if before != after:
            raise NonconformityError("一つを close すると、別の一つの答えが変わります。")


def check_deadline(subject: Subject) -> None:
    """Answer or decline within the deadline, whatever was asked."""
    asyncio.run(_in_time(subject))


async def _in_time(subject: Subject) -> None:
    async with started(subject) as seat:
        for text in (*subject.tried, "あしたのごみはなに", "よ" * 1000, "存在しないことを尋ねる"):
            for question in subject.each_layer(text):
                began = time.perf_counter()
                try:
                    async with asyncio.timeout(subject.deadline):
                        await asked(seat, question)
                except TimeoutError:
                    raise SlownessError(
                        f"「{_cut(text)}」に{subject.deadline:g}秒以内に答えませんでした。"
                        "急げないときは、空の結果を返して辞退してください。"
                    ) from None
                took = time.perf_counter() - began
                if took > subject.deadline:
                    raise SlownessError(
                        f"「{_cut(text)}」に{took:.1f}秒かかり、待つ人を止めていました。"
                    )


def check_cancellation(subject: Subject) -> None:
    """Let go when cancelled, block nobody meanwhile, and answer the next question as ever."""
    asyncio.run(_cancelled(subject))


async def _cancelled(subject: Subject) -> None:
    async with started(subject) as seat:
        for question in subject.each_layer(subject.tried[0]):
            sound = await asked(seat, question)
            gap = await _longest_gap(asked(seat, question))
            if gap > LONGEST_BLOCK:
                raise SlownessError(
                    f"答える間、ほかの人を{gap:.2f}秒待たせました。"
                    "時間のかかる処理は、ふつうの関数（def ask）に書くか to_thread に渡してください。"
                )
            for pause in (0.0, 0.001, 0.01):
                await _give_up(seat, question, pause)
            if await asked(seat, question) != sound:
                raise NonconformityError("途中でやめさせると、次の答えが変わります。")


async def _give_up(seat: Seat, question: Question, pause: float) -> None:
    task = asyncio.ensure_future(asked(seat, question))
    await asyncio.sleep(pause)
    task.cancel()
    done, _ = await asyncio.wait({task}, timeout=LET_GO)
    if not done:
        raise SlownessError(
            f"やめるように言われても{LET_GO:g}秒たってまだ続けています。"
            "CancelledError を握りつぶさないでください。"
        )
    if not task.cancelled() and task.exception() is not None:
        raise NonconformityError(
            f"やめさせると {type(task.exception()).__name__} が起きます。"
        ) from task.exception()


async def _longest_gap(work: Awaitable[object]) -> float:
    """Return the longest time for which everything else on the loop stood still."""
    longest = 0.0

    async def tick() -> None:
        nonlocal longest
        while True:
            began = time.perf_counter()
            await asyncio.sleep(0.005)
            longest = max(longest, time.perf_counter() - began - 0.005)

    ticking = asyncio.create_task(tick())
    await asyncio.sleep(0)
    try:
        await work
        await asyncio.sleep(0.01)
    finally:
        ticking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await ticking
    return longest


def check_determinism(subject: Subject) -> None:
    """Give the same answer to the same question, also from a new instance."""

    async def once() -> list[list[Candidate]]:
        async with started(subject) as seat:
            first = await _all(seat, subject, subject.tried)
            for _ in range(3):
                if await _all(seat, subject, subject.tried) != first:
                    raise NonconformityError("同じ質問への答えが、聞くたびに変わります。")
            return first

    if asyncio.run(once()) != asyncio.run(once()):
        raise NonconformityError("同じ質問への答えが、起動しなおすと変わります。")


def check_languages(subject: Subject) -> None:
    """Take a question in any language, answering it or declining."""

    async def each() -> None:
        async with started(subject) as seat:
            for language, text in (
                *IN_OTHER_LANGUAGES,
                *((language, text) for language, _ in IN_OTHER_LANGUAGES for text in subject.tried),
            ):
                await _survives(seat, subject, text, language)

    asyncio.run(each())


def check_empty(subject: Subject) -> None:
    """Have no answer where nothing was asked."""

    async def each() -> None:
        async with started(subject) as seat:
            for text in EMPTY:
                for candidate in await _survives(seat, subject, text):
                    if candidate.status is Status.ANSWERED and candidate.score > 0:
                        raise NonconformityError(
                            f"中身のない質問 {text!r} に答えています。空の結果を返してください。"
                        )

    asyncio.run(each())


def check_hostile(subject: Subject) -> None:
    """Survive whatever is typed, and answer as before afterwards."""

    async def each() -> None:
        async with started(subject) as seat:
            before = await _all(seat, subject, subject.tried)
            for text in HOSTILE:
                for candidate in await _survives(seat, subject, text):
                    _check_candidate(candidate, _cut(text))
            if await _all(seat, subject, subject.tried) != before:
                raise NonconformityError("おかしな質問のあと、ふつうの質問への答えが変わりました。")

    asyncio.run(each())


async def _survives(
    seat: Seat, subject: Subject, text: str, language: str | None = None
) -> list[Candidate]:
    """Ask in every layer; an exception or a missed deadline is a fault."""
    found: list[Candidate] = []
    for question in subject.each_layer(text, language=language):
        tongue = f"（言語 {language}）" if language else ""
        try:
            async with asyncio.timeout(subject.deadline):
                found += await asked(seat, question)
        except TimeoutError:
            raise SlownessError(
                f"{_cut(text)!r}{tongue}に{subject.deadline:g}秒以内に答えませんでした。"
            ) from None
        except Exception as error:
            raise NonconformityError(
                f"{_cut(text)!r}{tongue}で {type(error).__name__} が起きました。"
                "答えられないものには、空の結果を返してください。"
            ) from error
    return found


def check_threads(subject: Subject) -> None:
    """Keep questions apart that are asked at the same time."""
    asyncio.run(_at_once(subject))


async def _at_once(subject: Subject) -> None:
    texts = (*subject.tried, "あしたのごみはなに", "住民票がほしい", "存在しないことを尋ねる")
    questions = [question for text in texts for question in subject.each_layer(text)]
    async with started(subject) as seat:
        alone = [await asked(seat, question) for question in questions]
        for _ in range(5):
            together = await asyncio.gather(
                *(asked(seat, question) for question in questions * 4), return_exceptions=True
            )
            for answer, expected in zip(together, alone * 4, strict=True):
                if isinstance(answer, BaseException):
                    raise NonconformityError(
                        f"同時に尋ねると {type(answer).__name__} が起きます。"
                    ) from answer
                if answer != expected:
                    raise NonconformityError(
                        "同時に尋ねると、ほかの人の答えが混ざります。"
                        "質問ごとの値は、self ではなく変数に持たせてください。"
                    )


async def _all(seat: Seat, subject: Subject, texts: Sequence[str]) -> list[list[Candidate]]:
    return [await asked(seat, question) for text in texts for question in subject.each_layer(text)]


def _cut(text: str) -> str:
    return text if len(text) <= 20 else text[:20] + "…"


CHECKS: dict[str, Callable[[Subject], None]] = {
    "contract": check_contract,
    "life": check_life,
    "deadline": check_deadline,
    "cancellation": check_cancellation,
    "determinism": check_determinism,
    "languages": check_languages,
    "empty": check_empty,
    "hostile": check_hostile,
    "threads": check_threads,
    "privacy": check_privacy,
    "import": check_import,
}
"""Every check by name, in the order in which they are run."""
