"""`concierge faq enrich`: proposes other wordings, and adds those that staff accepted."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import yaml

from concierge.cli.japanese import JapaneseCommand
from concierge.cli.options import json_option, knowledge_option, print_json
from concierge.faq.adding import add_wordings
from concierge.faq.enriching import Gain, Proposed, gain, proposals, with_wordings
from concierge.faq.folder import load_faq
from concierge.faq.golden import load_golden
from concierge.faq.lexicon import lexicon_of
from concierge.faq.model import Entry
from concierge.faq.search import FaqIndex
from concierge.language.normalize import normalized_key
from concierge.municipality import read_municipality
from concierge.settings import database_path
from concierge.soundings.settings import PRIVACY_FILE, Privacy, read_privacy
from concierge.soundings.taps import tapped
from concierge.staff_yaml import Field, Kind, Reporter, Sequence_, Table, read_yaml, walk
from concierge.storage.database import open_database

__all__ = ["command"]

SOURCES = {"lexicon": "住民の言葉", "form": "短い言い方", "reading": "かな", "taps": "住民の選択"}
PROPOSAL = Table(
    "別の言い方の案",
    (
        Field("id", Kind.ID, "FAQの番号", required=True),
        Field("question", Kind.TEXT, "FAQの質問（読むだけ）"),
        Field("also", Kind.TEXTS, "加える言い方", ("別の言い方",)),
    ),
)


@click.command(
    "enrich",
    cls=JapaneseCommand,
    help="FAQに加えるとよさそうな別の言い方を挙げ、加えたときの効き目を測ります。"
    "--output で案のファイルを書き、要らない行を消して --accept に渡すと、FAQに加えます。",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="ファイル",
    help="案をYAMLで書き出します",
)
@click.option(
    "--accept",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="ファイル",
    help="案のファイルに残っている言い方を、FAQのYAMLに書き加えます",
)
@click.option(
    "--from-taps",
    is_flag=True,
    help="住民が「もしかして」から選んだ記録も使います（同意のある記録だけ、決まった人数以上が同じものを選んだとき）",
)
@json_option
@knowledge_option
def command(
    output: Path | None, accept: Path | None, from_taps: bool, as_json: bool, knowledge: Path
) -> int:
    """Propose, or add what was accepted; 1 where something could not be added."""
    if accept is not None:
        if output is not None or from_taps:
            raise click.UsageError("--accept は、ほかの指定と一緒には使えません。")
        return _accept(accept, knowledge)
    entries = load_faq(knowledge).entries
    golden, _ = load_golden(knowledge, entries)
    town, _ = read_municipality(knowledge / "municipality.yaml", "municipality.yaml")
    name = town.name if town else ""
    index = FaqIndex(entries, knowledge, name)
    taps = _taps(knowledge) if from_taps else []
    found = proposals(entries, lexicon_of(knowledge), index, golden, taps)
    before = gain(index, golden)
    after = gain(FaqIndex(with_wordings(entries, found), None, name), golden) if found else before
    plain = gain(FaqIndex(entries, None, name), golden) if found else before
    if output is not None:
        output.write_text(_listed(entries, found), encoding="utf-8")
    if as_json:
        print_json(
            {
                "proposals": [asdict(each) for each in found],
                "before": asdict(plain),
                "after": asdict(after),
            }
        )
    else:
        _print(entries, found, plain, after)
    return 0


def _taps(folder: Path) -> list[tuple[str, str]]:
    if not database_path().exists():
        return []
    privacy, _ = read_privacy(folder / PRIVACY_FILE)
    with contextlib.closing(open_database(database_path())) as connection:
        return tapped(connection, (privacy or Privacy()).least)


def _grouped(
    entries: Sequence[Entry], found: Sequence[Proposed]
) -> list[tuple[Entry, list[Proposed]]]:
    own = {entry.id: [each for each in found if each.id == entry.id] for entry in entries}
    return [(entry, own[entry.id]) for entry in entries if own[entry.id]]


def _listed(entries: Sequence[Entry], found: Sequence[Proposed]) -> str:
    lines = [
        "# 別の言い方の案です。要らない行を消して、concierge faq enrich --accept に渡してください。\n"
    ]
    for entry, wordings in _grouped(entries, found):
        lines.append(f"- id: {_scalar(entry.id)}\n  question: {_scalar(entry.question)}\n  also:\n")
        lines += [f"    - {_scalar(each.wording)}  # {SOURCES[each.source]}\n" for each in wordings]
    return "".join(lines)


def _scalar(text: str) -> str:
    said: str = yaml.safe_dump(text, allow_unicode=True, default_style='"', width=10_000)
    return said.strip()


def _print(entries: Sequence[Entry], found: Sequence[Proposed], before: Gain, after: Gain) -> None:
    for entry, wordings in _grouped(entries, found):
        click.echo(f"{entry.question}　[{entry.id}]")
        for each in wordings:
            click.echo(f"  + {each.wording}　（{SOURCES[each.source]}）")
    click.echo(f"\n案は {len(found)}件です。FAQは何も変えていません。")
    if not before.questions:
        click.echo("確認用の質問（golden）がないので、効き目は測れません。")
        return
    click.echo(
        f"確認用の質問 {before.questions}件（取り置きを除く。まちの学習なし）: "
        f"先頭に正解 {before.first:.1%} → {after.first:.1%}　"
        f"3件以内 {before.among_three:.1%} → {after.among_three:.1%}　"
        f"正解の見込みの平均 {before.chance:.3f} → {after.chance:.3f}"
    )
    if after.first <= before.first and after.chance <= before.chance:
        click.echo("効き目は見られませんでした。加えなくてかまいません。")


def _accept(file: Path, folder: Path) -> int:
    document = read_yaml(file, file.name, PROPOSAL.keys)
    reporter = Reporter(file.name)
    reporter.extend(document.problems)
    nodes = document.root.items if isinstance(document.root, Sequence_) else ()
    records = [each for node in nodes if (each := walk(node, PROPOSAL, reporter)) is not None]
    if any(each.severity == "error" for each in reporter.problems):
        for problem in reporter.problems:
            click.echo(str(problem), err=True)
        click.echo("案のファイルに誤りがあるので、何も加えていません。", err=True)
        return 1
    entries = load_faq(folder).entries
    owners = {
        normalized_key(text): entry.id
        for entry in entries
        for text in (entry.question, *entry.also)
    }
    wanted: list[tuple[str, str]] = []
    for record in records:
        for wording in record.texts("also"):
            key = normalized_key(wording)
            owner = owners.setdefault(key, record.text("id", ""))
            if owner != record.text("id"):
                click.echo(f"「{wording}」は {owner} の言い方と同じなので、加えません。", err=True)
            elif all(
                (record.text("id"), key) != (i, normalized_key(w)) for i, w in wanted
            ) and not _has(entries, owner, key):
                wanted.append((owner, wording))
    done, by_hand = add_wordings(folder, wanted)
    told: dict[str, Any] = {name: [w for i, w in wanted if i == name] for name in (*done, *by_hand)}
    click.echo(
        f"{sum(len(told[name]) for name in done)}件の言い方を、FAQ {len(done)}件に加えました。"
    )
    for name in by_hand:
        click.echo(
            f"{name}: 自動では書き込めません。手で加えてください: {'、'.join(told[name])}", err=True
        )
    return int(bool(by_hand))


def _has(entries: Sequence[Entry], name: str, key: str) -> bool:
    entry = next((each for each in entries if each.id == name), None)
    return entry is not None and key in map(normalized_key, (entry.question, *entry.also))
