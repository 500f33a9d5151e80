"""`concierge calibrate`: finds out what the engines' scores are worth in this town."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from concierge.calibration import (
    CALIBRATION_FILE,
    Calibrated,
    Figures,
    fitted,
    read_calibration,
    written,
)
from concierge.cli.evaluate import of_town, replies
from concierge.cli.japanese import JapaneseCommand
from concierge.cli.options import at_option, json_option, knowledge_option, print_json
from concierge.concierge import Concierge
from concierge.evaluation import Expected
from concierge.hub.settings import read_points
from concierge.message import Reply

__all__ = ["command"]

RIGHT_LEAST, WRONG_LEAST = 50, 20
"""Answers of each outcome that an engine must have given; fewer say nothing."""
METHODS = {"platt": "ロジスティック回帰", "isotonic": "単調回帰"}
Pair = tuple[float, bool]


@click.command(
    cls=JapaneseCommand,
    help="答えの分かっている質問で、検索の得点がどのくらい当てになるかを確かめ、"
    f"正しい見込みへの換算を自治体のフォルダーの {CALIBRATION_FILE} に書きます。"
    "確認用の質問のうち、取り置き（held）は使いません。",
)
@click.option("--dry-run", is_flag=True, help="結果を表示するだけで、ファイルを書きません")
@json_option
@at_option
@knowledge_option
def command(dry_run: bool, as_json: bool, at: datetime, knowledge: Path) -> int:
    """Fit every engine that was asked for text; 1 where there were too few questions for any."""
    concierge = Concierge(knowledge)
    questions, given = asyncio.run(_asked(concierge, at))
    pairs = scores_by_engine(questions, given)
    enough = {name: each for name, each in pairs.items() if _enough(each)}
    if not enough:
        _too_few(questions, pairs)
        return 1
    done = {name: fitted(*zip(*each, strict=True)) for name, each in enough.items()}
    curves = {name: each.curve for name, each in done.items() if each.curve}
    kept = _kept(knowledge, done)
    path = knowledge / CALIBRATION_FILE
    wrote = not dry_run and _write(path, {**kept, **curves}, at, len(questions))
    if as_json:
        engines = {name: _as_dict(enough[name], each) for name, each in done.items()}
        print_json(
            {"questions": len(questions), "engines": engines, "file": str(path), "written": wrote}
        )
    else:
        _print(done, enough)
    if not dry_run and not wrote:
        return 1
    click.echo(_outcome(path, bool(curves or kept), dry_run=dry_run), err=True)
    return 0


async def _asked(concierge: Concierge, at: datetime) -> tuple[list[Expected], list[Reply]]:
    await concierge.open()
    try:
        found = of_town(concierge.town.knowledge)
        questions = [each for each in found if not each.held]
        return questions, await replies(concierge, questions, at)
    finally:
        concierge.close()


def scores_by_engine(
    questions: Iterable[Expected], given: Iterable[Reply]
) -> dict[str, list[Pair]]:
    """Return, for each engine asked in the retrieval layer, its best score and whether it was right."""
    pairs: dict[str, list[Pair]] = defaultdict(list)
    for question, reply in zip(questions, given, strict=True):
        for step in reply.trace or ():
            if step["layer"] == "retrieval" and step["engine"] and step["proposals"]:
                best = max(step["proposals"], key=lambda each: each["score"])
                pairs[step["engine"]].append((best["score"], best["answer_id"] in question.answers))
    return dict(pairs)


def _enough(pairs: Sequence[Pair]) -> bool:
    right = sum(was_right for _, was_right in pairs)
    return right >= RIGHT_LEAST and len(pairs) - right >= WRONG_LEAST


def _too_few(questions: Sequence[Expected], pairs: Mapping[str, Sequence[Pair]]) -> None:
    nothing = sum(each.expects_nothing for each in questions)
    click.echo(
        f"確認用の質問が足りないため、調整しません（答えのある質問 {len(questions) - nothing}件、"
        f"答えのない質問 {nothing}件）。",
        err=True,
    )
    for name, each in pairs.items():
        right = sum(was_right for _, was_right in each)
        click.echo(
            f"  {name}: 正しいFAQを先頭に挙げた質問 {right}件（{RIGHT_LEAST}件以上必要）、"
            f"そうでない質問 {len(each) - right}件（{WRONG_LEAST}件以上必要）",
            err=True,
        )
    click.echo(
        "golden フォルダーに、住民の言葉の質問（ask）と、答えのない質問（nothing）を書き足してください。"
        "それまでは、もとの設定のまま答えます。",
        err=True,
    )


def _kept(
    folder: Path, done: Mapping[str, Calibrated]
) -> dict[str, tuple[tuple[float, float], ...]]:
    """Return the curves written before of engines that could not be fitted now."""
    before, _ = read_calibration(folder / CALIBRATION_FILE)
    return {name: read_points(text) for name, text in (before or {}).items() if name not in done}


def _write(
    path: Path, curves: Mapping[str, tuple[tuple[float, float], ...]], at: datetime, count: int
) -> bool:
    """Write the town's file, or remove it where no curve is better than none."""
    about = f"concierge calibrate が {at.date()} に、質問 {count}件から求めました。"
    try:
        if curves:
            temporary = path.with_name(f".{path.name}.new")
            temporary.write_text(written(curves, about), encoding="utf-8")
            temporary.replace(path)
        else:
            path.unlink(missing_ok=True)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        click.echo(f"{path} に書き込めません（{reason}）。何も変えていません。", err=True)
        return False
    return True


def _as_dict(pairs: Sequence[Pair], each: Calibrated) -> dict[str, Any]:
    return {
        "questions": len(pairs),
        "right": sum(was_right for _, was_right in pairs),
        "method": each.method,
        "curve": [list(point) for point in each.curve],
        "before": _figures(each.before),
        "after": _figures(each.after),
    }


def _figures(found: Figures) -> dict[str, Any]:
    names = ("from", "questions", "confidence", "right")
    told = asdict(found)
    told["bins"] = [dict(zip(names, each, strict=True)) for each in found.bins]
    return told


def _print(done: Mapping[str, Calibrated], pairs: Mapping[str, Sequence[Pair]]) -> None:
    for name, each in done.items():
        click.echo(f"{name}　質問 {len(pairs[name])}件（交差検証: 調整に使わなかった質問での値）")
        for title, found in (("いまのまま", each.before), ("調整すると", each.after)):
            click.echo(
                f"  {title}: 見込みと実際のずれ {found.gap:.1%}　"
                f"二乗誤差 {found.brier:.4f}　対数損失 {found.log_loss:.4f}"
            )
            for start, count, sure, right in found.bins:
                click.echo(
                    f"    見込み {start:.0%}〜{start + 0.1:.0%}: {count}件、"
                    f"平均 {sure:.0%}、実際に正しかった {right:.0%}"
                )
        if each.method == "none":
            click.echo("  いまの得点のままがいちばん確かなので、換算はしません。")
        else:
            click.echo(f"  方法: {METHODS[each.method]}")


def _outcome(path: Path, curves: bool, *, dry_run: bool) -> str:
    if dry_run:
        return "ファイルは書いていません（--dry-run）。"
    if curves:
        return f"{path} に書きました。動いているサーバーには、すぐに反映されます。"
    return f"換算は要らないので、{path.name} は作っていません（前のものがあれば消しました）。"
