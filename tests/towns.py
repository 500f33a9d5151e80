"""A small made-up town, written to disk as staff would leave it, for tests to talk to."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from concierge.clock import parse_instant
from concierge.concierge import Concierge
from concierge.message import Message, Reply
from concierge.settings import demonstration
from concierge.storage.memories import Memories
from tests.loops import run
from tests.standing import beside, standing, stranger

__all__ = ["FAQ", "FRIDAY", "Talk", "write_town"]

FRIDAY = "2026-11-20T07:00"
"""A Friday before the collection hour."""

MUNICIPALITY = """\
name: みどり野町
phone: 00-0000-0001
departments:
  - name: 総合案内
    phone: 00-0000-0001
    hours: 平日 8時30分〜17時15分
  - name: 環境課
    phone: 00-0000-0002
    topics: [ごみ, 犬]
"""
AREA_DAYS = """\
マスター,地名,センター,燃えるごみ,燃えないごみ,びん・かん,ペットボトル,粗大ごみ
1,泉町,東センター,月 木,水2,火1 火3,金,
1,本町一～三丁目,東センター,火 金,水2,火1 火3,金,
1,本町四丁目,東センター,月 木,水4,火2 火4,金,
2,泉町,西センター,火 金,水1,水2,木,20261125 20261223
2,柳沢,西センター,火 金,水1,水2,木,20261125 20261223
"""
FAQ = """\
- id: juminhyo
  question: 住民票の写しはどこで取れますか
  also: [住民票がほしい, 住民票とりたい]
  answer: |
    町民課の窓口で取れます。
    手数料は1通300円です。

    本人確認書類をお持ちください。
  department: 総合案内
  updated: 2026-04-01
- id: dog
  question: 犬の登録はどうすればよいですか
  also: [犬を飼いはじめた]
  answer: 環境課へ届け出てください。
  department: 環境課
  updated: 2026-04-01
"""


def write_town(folder: Path, *, municipality: str = MUNICIPALITY, faq: str = FAQ) -> Path:
    """Write the town into a folder and return it."""
    waste = folder / "waste" / "5374"
    waste.mkdir(parents=True)
    (folder / "faq").mkdir()
    files = {
        "municipality.yaml": municipality,
        "faq/town.yaml": faq,
        "waste/5374/area_days.csv": AREA_DAYS,
        "waste/5374/area_master.csv": "マスター,区名\n1,東区\n2,西区\n",
        "waste/5374/center.csv": "名称,休止開始日,休止終了日\n東センター,2026/12/31,2027/01/03\n",
        "waste/5374/description.csv": "label,sublabel,description,styles,bgcolor\n"
        "燃えるごみ,,生ごみ・紙くず,,#000\n燃えないごみ,,,,#000\nびん・かん,,,,#000\n"
        "ペットボトル,,,,#000\n粗大ごみ,,,,#000\n",
        "waste/5374/source.yaml": "title: ごみ収集日一覧\nupdated: 2026-03-01\n"
        "valid_to: 2027-03-31\ncollection_time: 8時30分\n",
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


class Talk:
    """One resident's conversation with a town; `say` returns the reply.

    A town is opened for each call, as if it had been restarted; the demonstration town, which no
    test may edit, stands open for the whole process.
    """

    def __init__(
        self, folder: Path, memories: Memories | None = None, language: str | None = None
    ) -> None:
        self.standing = memories is None and folder.resolve() == demonstration().resolve()
        self.concierge = standing() if self.standing else Concierge(folder, memories)
        self.prefix = stranger("") if self.standing else ""
        self.language = language

    def __call__(
        self, *texts: str, at: str = FRIDAY, area: str | None = None, resident: str = "a"
    ) -> list[Reply]:
        """Say several things in a row and return the replies."""
        if self.standing:
            return beside(self._say(texts, at, area, self.prefix + resident))
        return run(self._opened(texts, at, area, resident))

    def say(
        self, text: str, at: str = FRIDAY, area: str | None = None, resident: str = "a"
    ) -> Reply:
        """Say one thing."""
        return self(text, at=at, area=area, resident=resident)[0]

    async def _opened(
        self, texts: Sequence[str], at: str, area: str | None, resident: str
    ) -> list[Reply]:
        await self.concierge.open()
        try:
            return await self._say(texts, at, area, resident)
        finally:
            self.concierge.close()

    async def _say(
        self, texts: Sequence[str], at: str, area: str | None, resident: str
    ) -> list[Reply]:
        return [
            await self.concierge.answer(
                Message(
                    text=text,
                    at=parse_instant(at),
                    resident=resident,
                    area=area,
                    language=self.language,
                )
            )
            for text in texts
        ]


def write_questions(town: Path) -> Path:
    """Give a town sixty small matters, a question to each, sixty to none, and one held back."""
    things = [a + b for a in "赤青白黒金銀" for b in "池山川橋駅港森島坂塔"]
    entries = [
        f"- id: t{n}\n  question: {name}公民館の使用料\n  answer: {n}円です。\n"
        for n, name in enumerate(things)
    ]
    asked = [f"- answer: t{n}\n  ask: {name}公民館 いくら払う\n" for n, name in enumerate(things)]
    none = [f"- nothing: other\n  ask: {name}の株価の見通しは\n" for name in things]
    held = "- answer: t0\n  held: 赤池の公民館を借りると何円\n"
    for folder, lines in (("faq", entries), ("golden", [*asked, *none, held])):
        (town / folder).mkdir(exist_ok=True)
        (town / folder / "many.yaml").write_text("".join(lines), "utf-8")
    return town
