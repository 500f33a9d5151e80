"""`concierge evaluate`: how many known questions are answered rightly, wrongly, or not."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from tqdm import tqdm

from concierge.cli.batch import LineError, read_object, watched
from concierge.cli.japanese import JapaneseCommand
from concierge.cli.options import (
    at_option,
    json_option,
    knowledge_option,
    print_json,
    print_problems,
    running,
)
from concierge.clock import parse_instant
from concierge.concierge import Concierge
from concierge.evaluation import Expected, Judged, golden_questions, judge, summary
from concierge.evaluation_picture import picture_of
from concierge.faq.golden import load_golden
from concierge.knowledge import Knowledge
from concierge.message import Message, Reply
from concierge.problem import SettingError

__all__ = ["command", "of_town", "replies"]

LAST = Path(".search") / "evaluation.json"
"""Where a municipality's folder keeps the verdicts of the last run."""
RIGHT_AT_LEAST, ANSWERED_AT_LEAST = 0.95, 0.0
"""The bar, where the municipality sets none."""
GOLD_KEYS = ("answer_id", "answers", "gold")
BEST_GRADE = 2


@click.command(
    cls=JapaneseCommand,
    help="答えの分かっている質問で、正しく答えた数、まちがえた数、答えなかった数を数えます。"
    "省略時は、まちの確認用の質問（FAQの golden と、golden フォルダー）を使います。",
)
@click.option(
    "--questions",
    type=click.File("rb"),
    metavar="ファイル",
    help="JSON Lines（text、answer_id など）。- で標準入力",
)
@click.option(
    "--held",
    is_flag=True,
    help="調整に使わずに取り置いた質問（held）だけで確かめます",
)
@click.option(
    "--picture",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="ファイル",
    help="確からしさと実際の正しさの図（SVG）を書き出します",
)
@json_option
@at_option
@knowledge_option
def command(
    questions: Any,
    held: bool,
    picture: Path | None,
    as_json: bool,
    at: datetime,
    knowledge: Path,
) -> int:
    """Ask every question of a town nobody has talked to; 1 below the bar."""
    concierge = Concierge(knowledge)
    try:
        given = None if questions is None else [_expected(n, r) for n, r in _records(questions)]
    except LineError as error:
        raise click.UsageError(str(error)) from None
    if held and given is not None:
        raise click.UsageError("--held と --questions は、どちらか一方を指定してください。")
    judged, bar = running(asyncio.run, _judged(concierge, given, at, only_held=held))
    if not judged:
        raise click.UsageError(
            "質問がありません。FAQの golden か golden フォルダーに書くか、--questions で渡してください。"
        )
    found = summary(judged, _verdicts_before(knowledge))
    found["bar"] = bar
    precision = found["precision"]
    answered = 1.0 if found["answered"] is None else found["answered"]
    found["passed"] = (precision is None or precision >= bar["right"]) and (
        answered >= bar["answered"]
    )
    _remember(knowledge, judged)
    if picture is not None:
        picture.write_text(picture_of(found["reliability"]), encoding="utf-8")
    if as_json:
        print_json(found)
    else:
        _print(found)
    return int(not found["passed"])


async def _judged(
    concierge: Concierge, given: Sequence[Expected] | None, at: datetime, *, only_held: bool
) -> tuple[list[Judged], dict[str, float]]:
    await concierge.open()
    try:
        knowledge = concierge.town.knowledge
        questions = of_town(knowledge) if given is None else given
        if only_held:
            questions = [each for each in questions if each.held]
        titles = {entry.id: entry.question for entry in knowledge.faq}
        given_back = await replies(concierge, questions, at)
        judged = [
            judge(question, reply, titles)
            for question, reply in zip(questions, given_back, strict=True)
        ]
        return judged, _bar(knowledge.municipality.evaluation)
    finally:
        concierge.close()


async def replies(concierge: Concierge, questions: Sequence[Expected], at: datetime) -> list[Reply]:
    """Return what an open concierge says to each question, each asked by somebody else."""
    said: list[Reply] = []
    for number, question in enumerate(tqdm(questions, unit="問", disable=None, leave=False)):
        more = question.more or {}
        message = Message(
            text=question.text,
            at=parse_instant(more["at"]) if more.get("at") else at,
            resident=f"evaluation-{number}",
            area=more.get("area"),
            language=more.get("lang"),
        )
        said.append(await concierge.answer(message))
    return said


def of_town(knowledge: Knowledge) -> list[Expected]:
    """Return the town's golden questions; what is wrong with their files goes to stderr."""
    found, problems = load_golden(knowledge.folder, knowledge.faq)
    print_problems(problems)
    return golden_questions(found, knowledge.faq)


def _bar(settings: Mapping[str, str]) -> dict[str, float]:
    bar = {"right": RIGHT_AT_LEAST, "answered": ANSWERED_AT_LEAST}
    for name in bar:
        if name in settings:
            try:
                bar[name] = float(settings[name])
            except ValueError:
                raise SettingError(
                    f"municipality.yaml の evaluation の {name}「{settings[name]}」は、"
                    "0から1までの数で書いてください（例 0.95）。"
                ) from None
    return bar


def _records(file: Any) -> Iterable[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(watched(file, "行"), 1):
        if line.strip():
            try:
                yield number, read_object(line)
            except LineError as error:
                raise LineError(f"{number}行目: {error}") from None


def _expected(number: int, record: Mapping[str, Any]) -> Expected:
    """Read one record: `text`, and what answers it under one of `GOLD_KEYS` or `intent`."""
    text = record.get("text")
    if not isinstance(text, str):
        raise LineError(f"{number}行目: text（質問の文）がありません。")
    tags = record.get("tags") or ()
    kind = record.get("kind")
    return Expected(
        id=str(record.get("id", number)),
        text=text,
        answers=next((_ids(record[key]) for key in GOLD_KEYS if record.get(key)), ()),
        intent=record.get("intent") or None,
        topic=record.get("topic") or None,
        tags=(
            *((str(kind),) if kind else ()),
            *map(str, [tags] if isinstance(tags, str) else tags),
        ),
        more={key: str(record[key]) for key in ("area", "at", "lang") if record.get(key)},
    )


def _ids(gold: Any) -> tuple[str, ...]:
    """Return the ids that answer: one, a list, or a mapping to grades, of which 2 answers."""
    if isinstance(gold, Mapping):
        return tuple(str(key) for key, grade in gold.items() if grade == BEST_GRADE)
    return tuple(map(str, gold)) if isinstance(gold, list) else (str(gold),)


def _verdicts_before(folder: Path) -> dict[str, str]:
    try:
        found = json.loads((folder / LAST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(key): str(value) for key, value in found.items()} if isinstance(found, dict) else {}


def _remember(folder: Path, judged: Sequence[Judged]) -> None:
    """Keep the verdicts for the next run; a folder that cannot be written to keeps none."""
    path = folder / LAST
    verdicts = {each.question.id: each.verdict for each in judged}
    if not os.access(folder, os.W_OK):
        click.echo("フォルダーに書き込めないので、今回の結果を次回のために残せません。", err=True)
        return
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(verdicts, ensure_ascii=False), encoding="utf-8")


def _print_nothing(title: str, nothing: Mapping[str, Any]) -> None:
    if not nothing["questions"]:
        return
    low, high = nothing["interval"]
    told = (
        f"{title} {nothing['questions']}件　答えてしまったもの {nothing['answered']}件"
        f"（{nothing['share']:.1%}、95%信頼区間 {low:.1%}〜{high:.1%}）"
    )
    if nothing["desks"]:
        told += f"　正しい窓口 {nothing['right_desk']}／{nothing['desks']}件"
    click.echo(told)


def _print_held(held: Mapping[str, Any]) -> None:
    percent = "なし" if held["precision"] is None else f"{held['precision']:.1%}"
    answered = "なし" if held["answered"] is None else f"{held['answered']:.1%}"
    click.echo(
        f"取り置きの質問だけでは {held['questions']}件　答えた割合 {answered}　"
        f"うち正しかったもの {percent}（まちがい {held['wrong']}件）"
    )


def _print(found: Mapping[str, Any]) -> None:
    percent = "なし" if found["precision"] is None else f"{found['precision']:.1%}"
    click.echo(f"質問 {found['questions']}件　正しい対応 {found['accuracy']:.1%}")
    click.echo(f"答えたうち正しかったもの {percent}（まちがい {found['wrong']}件）")
    click.echo(
        f"候補を出したもの {found['suggested']}件（うち正解を含む {found['suggested_right']}件）　"
        f"答えなかったもの {found['abstained']}件"
    )
    _print_nothing("答えのない質問", found["nothing"])
    if found["held"]["questions"]:
        _print_held(found["held"])
    for title, key in (("エンジン", "by_engine"), ("話題", "by_topic"), ("種類", "by_tag")):
        click.echo(f"\n{title}　　質問／正／誤／候補／なし")
        for name, counts in found[key].items():
            click.echo(f"  {name}: {'／'.join(str(number) for number in counts.values())}")
    for each in found["confusions"]:
        texts = "」「".join(each["questions"][:3])
        expected = each["expected"] or "（答えない）"
        click.echo(f"取り違え {each['times']}件: {expected} のところ {each['given']}　「{texts}」")
    for each in found["changed"]:
        click.echo(f"変化: {each['before']} → {each['now']}　「{each['text']}」")
    bar = found["bar"]
    outcome = "達しています" if found["passed"] else "届いていません"
    click.echo(f"\n基準（答えの {bar['right']:.0%} 以上が正しいこと）に{outcome}。")
