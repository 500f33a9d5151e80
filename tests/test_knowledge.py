"""A town's folder while it serves: edited, broken, mended, emptied; the last good version holds."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from concierge import concierge as serving
from concierge.clock import parse_instant
from concierge.concierge import Concierge
from concierge.knowledge import KnowledgeLoader, check, load_knowledge
from concierge.message import Message, Reply
from concierge.problem import KnowledgeError
from tests.towns import FAQ, FRIDAY, MUNICIPALITY, write_town


@pytest.fixture
def town(tmp_path: Path) -> Path:
    return write_town(tmp_path / "town")


def answers(loader: KnowledgeLoader) -> dict[str, str]:
    return {entry.id: entry.answer for entry in loader.load().faq}


def edit(path: Path, text: str) -> None:
    """Write a file anew, surely with another time."""
    path.write_text(text, encoding="utf-8")
    stamp = path.stat().st_mtime_ns + 1_000_000_000
    os.utime(path, ns=(stamp, stamp))


def test_a_broken_file_keeps_its_last_good_version_until_it_is_mended(town: Path) -> None:
    loader = KnowledgeLoader(town)
    path = town / "faq" / "town.yaml"
    assert "環境課へ" in answers(loader)["dog"]
    edit(path, FAQ.replace("環境課へ届け出て", "二階へ届け出て") + "- id: x\n  question：？\n")
    assert "環境課へ" in answers(loader)["dog"]
    codes = {problem.code for problem in loader.load().problems}
    assert {"full-width-colon", "last-good-kept"} <= codes
    edit(path, FAQ.replace("環境課へ届け出て", "二階へ届け出て"))
    assert "二階へ" in answers(loader)["dog"]
    assert loader.load().problems == load_knowledge(town).problems


def test_a_broken_csv_keeps_its_last_good_version_too(town: Path) -> None:
    path = town / "faq" / "more.csv"
    path.write_text("id,質問,回答\na,閉庁日は,土日です\n", encoding="utf-8")
    loader = KnowledgeLoader(town)
    assert answers(loader)["a"] == "土日です"
    edit(path, "id,質問,回答\na,閉庁日は,\n")
    assert answers(loader)["a"] == "土日です"


def test_a_cold_start_with_a_broken_file_serves_the_rest(town: Path) -> None:
    (town / "faq" / "broken.yaml").write_text("- id: [\n", encoding="utf-8")
    knowledge = load_knowledge(town)
    assert {entry.id for entry in knowledge.faq} == {"juminhyo", "dog"}
    assert any(problem.file == "faq/broken.yaml" for problem in knowledge.problems)


def test_removing_and_adding_files(town: Path) -> None:
    loader = KnowledgeLoader(town)
    loader.load()
    (town / "faq" / "town.yaml").unlink()
    assert answers(loader) == {}
    (town / "faq" / "new.yaml").write_text(FAQ, encoding="utf-8")
    assert set(answers(loader)) == {"juminhyo", "dog"}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda town: (town / "faq" / "folder.yaml").mkdir(),
        lambda town: (town / "faq" / "gone.yaml").symlink_to(town / "nowhere.yaml"),
        lambda town: os.mkfifo(town / "faq" / "pipe.yaml"),
        lambda town: (town / "faq" / "empty.yaml").touch(),
        lambda town: (town / "faq" / "zeros.yaml").write_bytes(b"\0" * 1000),
        lambda town: (town / "municipality.yaml").unlink(),
        lambda town: (town / "municipality.yaml").write_text("name：町\n", encoding="utf-8"),
        lambda town: (town / "waste" / "5374" / "source.yaml").write_text("- x", encoding="utf-8"),
    ],
)
def test_odd_things_in_the_folder_cost_only_themselves(
    town: Path, spoil: Callable[[Path], object]
) -> None:
    spoil(town)
    knowledge = load_knowledge(town)
    assert {entry.id for entry in knowledge.faq} == {"juminhyo", "dog"}
    assert knowledge.waste is not None


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="フォルダーがありません"):
        load_knowledge(tmp_path / "nowhere")


def test_problems_are_in_the_order_of_files_and_lines(town: Path) -> None:
    (town / "faq" / "a.yaml").write_text("- question: 一\n- question: 二\n", encoding="utf-8")
    places = [(problem.file, problem.line) for problem in check(town)]
    assert places == sorted(places)


def test_an_edit_is_served_without_a_restart_and_a_vanished_folder_is_survived(
    town: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "LOOK_EVERY", 0.03)

    async def say(concierge: Concierge) -> Reply:
        message = Message(text="犬を飼いはじめた", at=parse_instant(FRIDAY))
        return await concierge.answer(message)

    async def until(concierge: Concierge, word: str) -> bool:
        for _ in range(200):
            if word in (await say(concierge)).text:
                return True
            await asyncio.sleep(0.03)
        return False

    async def converse() -> None:
        concierge = Concierge(town)
        await concierge.open()
        following = asyncio.create_task(concierge.follow())
        try:
            assert await until(concierge, "環境課へ")
            edit(town / "faq" / "town.yaml", FAQ.replace("環境課へ届け出て", "二階へ届け出て"))
            assert await until(concierge, "二階へ")
            town.rename(town.with_name("away"))
            await asyncio.sleep(0.3)
            assert "二階へ" in (await say(concierge)).text
            town.with_name("away").rename(town)
            edit(town / "faq" / "town.yaml", FAQ.replace("環境課へ届け出て", "三階へ届け出て"))
            assert await until(concierge, "三階へ")
        finally:
            following.cancel()
            concierge.close()

    asyncio.run(converse())


def test_a_turn_that_began_before_a_change_ends_with_what_it_began_with(tmp_path: Path) -> None:
    town = write_town(tmp_path / "town", municipality=MUNICIPALITY + "hub:\n  deadline: 60\n")

    async def converse() -> list[Reply]:
        concierge = Concierge(town)
        await concierge.open()
        message = Message(text="犬を飼いはじめた", at=parse_instant(FRIDAY))
        turns = [asyncio.create_task(concierge.answer(message)) for _ in range(20)]
        await asyncio.sleep(0)
        edit(town / "faq" / "town.yaml", FAQ.replace("環境課へ届け出て", "二階へ届け出て"))
        await concierge.reload()
        replies = [await turn for turn in turns]
        replies.append(await concierge.answer(message))
        concierge.close()
        return replies

    *before, after = asyncio.run(converse())
    assert all(reply.answer_id == "dog" for reply in before)
    assert "二階へ" in after.text
