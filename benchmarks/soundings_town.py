"""A synthetic year of a town of 20,000 with planted needs: who asks what, and what goes unmet.

    python benchmarks/soundings_town.py DATABASE [TURNS]      writes one, with the demonstration town

Planted needs are asked by a known number of residents, so often each, in many wordings; everything
else that goes unanswered is asked by too few to be shown. Written straight into the tables, as the
log would write it.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from concierge.knowledge import load_knowledge
from concierge.settings import demonstration
from concierge.soundings.settings import AGES
from concierge.soundings.turn import OTHER, first_id
from concierge.storage.soundings import Store

RESIDENTS = 20_000
FIRST, LAST = date(2025, 11, 1), date(2026, 10, 31)
USERS, AGREED = 0.45, 0.40
"""The share of residents who came at all, and of those the share who agreed."""
ROTATE = 90
AREAS = (
    "中央地区本町 中央地区駅前通 中央地区寺町 中央地区栄町 中央地区緑ヶ丘 海岸地区本町 海岸地区浜崎 "
    "海岸地区港町 海岸地区松原 山里地区上沢 山里地区下沢 山里地区柳沢"
).split()
TOPICS = {
    "ごみ": (0.42, 0.03),
    "届出・証明": (0.17, 0.05),
    "くらし・交通": (0.08, 0.10),
    "子育て・教育": (0.08, 0.08),
    "税金": (0.06, 0.05),
    "道路・公園・住まい": (0.05, 0.08),
    "図書館・文化": (0.05, 0.06),
    "水道": (0.03, 0.04),
    "防災": (0.03, 0.04),
    "市役所・市政": (0.03, 0.06),
}
"""Topic: its share of all turns, and how much of it goes unmet."""
HOURS = (2, 1, 1, 1, 1, 3, 8, 14, 15, 13, 12, 12, 14, 11, 10, 10, 11, 12, 14, 16, 18, 16, 11, 6)
MONTHS = {1: 8, 2: 8, 3: 15, 4: 14, 5: 9, 6: 8, 7: 8, 8: 7, 9: 8, 10: 8, 11: 8, 12: 10}


@dataclass(frozen=True)
class Need:
    """A need that was planted: how many residents, how often each, the share that goes unmet."""

    name: str
    people: int
    often: float
    unmet: float
    topic: str
    wordings: tuple[str, ...]
    areas: tuple[str, ...] = ()
    wrong: float = 0.0
    grows: bool = False

    @property
    def weight(self) -> float:
        return self.people * min(self.often, 3.0) * self.unmet


NEEDS = (
    Need("夜のバス", 820, 2.6, 1.0, OTHER, (
        "夜のバスはありますか", "夜にバスはないの", "終バスのあとに帰る方法", "夜遅くのバス増やして",
        "夜のバスの時刻", "8時過ぎのバスがない", "夜帰るバスがなくて困る", "夜間バスは走ってますか",
        "夜のなぎバスの最終", "夜9時のバスありますか",
    ), ("海岸地区浜崎", "海岸地区港町", "山里地区上沢"), grows=True),
    Need("学童の空き", 600, 2.2, 1.0, OTHER, (
        "学童の空きはありますか", "学童に空きある？", "学童の空き状況を知りたい", "学童の空き状況",
        "いま空いてる学童", "学童保育の空きを見たい", "学童の待機は何人", "学童 空き",
    )),
    Need("体育館の空き", 520, 1.9, 1.0, OTHER, (
        "体育館の空きをネットで見たい", "体育館の空き状況", "体育館は空いてますか", "体育館の予約をネットでしたい",
        "体育館 空き 予約", "体育館のネット予約", "土曜の体育館空いてる？",
    )),
    Need("ごみ袋の店", 480, 1.4, 0.9, OTHER, (
        "指定ごみ袋を売っている店", "ごみ袋はどこの店で売ってる", "ごみ袋の販売店はどこ", "ごみ袋を買える店を教えて",
        "近くでごみ袋を売ってる店", "ごみ袋 販売店",
    )),
    Need("公園の遊具", 260, 1.4, 1.0, OTHER, (
        "公園の遊具が壊れている", "公園の遊具が壊れてます", "遊具が壊れてるのを知らせたい", "公園のブランコの遊具が壊れた",
        "壊れた遊具の連絡先", "公園の遊具いつ直る",
    )),
    Need("プールの料金がちがう", 210, 1.3, 0.8, "図書館・文化", (
        "市民プールの料金", "プールの料金はいくら", "市民プールの値段の料金", "プール料金 大人",
    ), wrong=0.8),
    Need("移動図書館の道順", 150, 1.3, 1.0, OTHER, (
        "移動図書館はどこを回りますか", "移動図書館の回る場所", "移動図書館の来る日", "移動図書館いつ来る",
        "移動図書館のルート",
    )),
    Need("畑を借りる", 90, 1.4, 1.0, OTHER, (
        "市民農園の空き区画", "市民農園の区画を借りたい", "市民農園に空き区画はある", "農園の区画 空き",
    )),
)  # fmt: skip
NOUNS = (
    "気球 望遠鏡 絵馬 竹馬 太鼓 琴 将棋盤 囲碁 茶杓 盆栽 金魚 蛍 かぶと虫 鯨 灯籠 凧 独楽 能面 短冊 屏風 "
    "化石 隕石 古墳 土器 勾玉 銅鐸 刀鍛冶 蔵元 醤油蔵 味噌玉 干物 海苔 わかめ 牡蠣 うに 鮎 わさび 山椒 "
    "しいたけ 柿渋 藍染 紙すき 漆器 和傘 提灯 花火師 風鈴 うちわ 扇子 浴衣 下駄 足袋 手毬 おはじき"
).split()
SYLLABLES = "かきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわ"
ANSWERED: tuple[tuple[str, int, dict[str, dict[str, int]]], ...] = (
    ("yoru-bus", 520, {"tsukau": {"週に1回以上": 31, "月に1〜3回": 28, "年に数回": 20, "使わない": 21}}),
    ("gakudo-aki", 260, {"shiritai": {"ぜひ知りたい": 50, "知りたい": 28, "どちらでもよい": 15, "知らなくてよい": 7}}),
    ("denshi-tosho", 240, {"tsukau": {"月に1回以上使う": 14, "たまに使う": 33, "使わない": 53}}),
    ("kurashi-jikkan", 700, {
        "shiawase": {"0": 1, "1": 1, "2": 2, "3": 5, "4": 8, "5": 13, "6": 17, "7": 20, "8": 18, "9": 9, "10": 6},
        "sumitsuzuke": {"とてもそう思う": 26, "そう思う": 34, "どちらともいえない": 22, "あまり思わない": 12, "まったく思わない": 6},
        "tayori": {"たくさんいる": 18, "何人かいる": 52, "ひとりいる": 18, "いない": 12},
    }),
)  # fmt: skip
"""Sounding, how many answer it, and how its questions are answered (weights)."""
YOUNG = (0.05, 0.12, 0.24, 0.24, 0.16, 0.11, 0.06, 0.02)
"""Ages of those who answer: younger than the town."""


@dataclass
class Planted:
    """What was written."""

    turns: int = 0
    rows: int = 0
    unmet: Counter[str] = field(default_factory=Counter)


def plant(database: Path, turns: int = 1_000_000, seed: int = 8) -> Planted:
    """Write the year. Returns how much of what was written."""
    year = _Year(database, random.Random(seed))  # noqa: S311 - a synthetic town
    year.plant_needs()
    year.make_noise()
    year.write()
    year.live(turns)
    year.answer()
    return year.close()


class _Year:
    """A year being written."""

    def __init__(self, database: Path, chance: random.Random) -> None:
        self.chance, self.store, self.planted = chance, Store(database), Planted()
        self.users = int(RESIDENTS * USERS)
        self.agreed = sorted(chance.sample(range(self.users), int(self.users * AGREED)))
        self.willing = set(self.agreed)
        self.days = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
        self.weights = [MONTHS[day.month] for day in self.days]
        self.counts: Counter[tuple[str, int, str, str, str]] = Counter()
        self.home = {user: chance.choice(AREAS) for user in range(self.users)}
        self.names: dict[tuple[int, int], str] = {}
        self.rows: list[tuple[object, ...]] = []

    def name(self, user: int, day: date) -> tuple[int, str]:
        period = (day - FIRST).days // ROTATE + 1
        key = (period, user)
        if key not in self.names:
            self.names[key] = f"{self.chance.getrandbits(64):016x}"
        return period, self.names[key]

    def count(
        self, user: int, day: date, topic: str, outcome: str, feedback: str | None
    ) -> tuple[int, str]:
        hour = self.chance.choices(range(24), HOURS)[0]
        channel = "line" if user % 5 else "web"
        for each in filter(None, (outcome, feedback)):
            self.counts[day.isoformat(), hour, channel, topic, each] += 1
        return hour, channel

    def row(
        self, user: int, day: date, topic: str, outcome: str, text: str,
        feedback: str | None = None, answer_id: str | None = None,
    ) -> None:  # fmt: skip
        hour, channel = self.count(user, day, topic, outcome, feedback)
        period, who = self.name(user, day)
        answered = outcome == "answered"
        self.planted.rows += 1
        self.rows.append((
            first_id(day, hour) + self.chance.getrandbits(40), day.isoformat(), hour, period, who,
            int(user % 4 != 0), channel, "ja", self.home[user], topic, None, None, outcome, None,
            "faq" if answered else None, answer_id, 0.97 if answered else 0.0, 3.1, text, feedback,
            None, None,
        ))  # fmt: skip

    def write(self) -> None:
        rows, self.rows = self.rows, []
        query = f"INSERT OR IGNORE INTO sounding_turns VALUES ({','.join('?' * 22)})"  # noqa: S608
        self.store.run(lambda c: c.executemany(query, rows))

    def plant_needs(self) -> None:
        for need in NEEDS:
            near = [u for u in self.agreed if not need.areas or self.home[u] in need.areas]
            pool = near if len(near) >= need.people else self.agreed
            for user in self.chance.sample(pool, need.people):
                self._ask(need, user)

    def _ask(self, need: Need, user: int) -> None:
        chance = self.chance
        start = chance.choices(self.days, self.weights)[0]
        for _ in range(int(need.often) + (chance.random() < need.often % 1)):
            day = min(start + timedelta(days=chance.randrange(60)), LAST)
            if need.grows and chance.random() < 0.5:
                day = max(day, LAST - timedelta(days=chance.randrange(150)))
            met = chance.random() >= need.unmet
            wrong = need.wrong > 0 and not met
            outcome = "answered" if met or wrong else "abstain"
            text = chance.choice(need.wordings)
            self.row(user, day, need.topic, outcome, text, "wrong" if wrong else None)
            self.planted.unmet[need.name] += not met

    def make_noise(self) -> None:
        """Let many different things be asked, each by four residents at most."""
        for noun in (*NOUNS, *(_gibberish(self.chance) for _ in range(1500))):
            for user in self.chance.sample(self.agreed, self.chance.randrange(1, 5)):
                day = self.chance.choices(self.days, self.weights)[0]
                self.row(user, day, OTHER, "abstain", f"{noun}？")
        self.planted.turns = self.planted.rows

    def live(self, turns: int) -> None:
        """Let everyone ask what is asked and answered every day."""
        chance = self.chance
        asked = _everyday()
        everyone = list(range(self.users))
        loyal = [chance.paretovariate(1.2) for _ in everyone]
        topics, shares = list(TOPICS), [share for share, _ in TOPICS.values()]
        while self.planted.turns < turns:
            size = min(20_000, turns - self.planted.turns)
            for user, day, topic in zip(
                chance.choices(everyone, loyal, k=size),
                chance.choices(self.days, self.weights, k=size),
                chance.choices(topics, shares, k=size),
                strict=True,
            ):
                outcome = "answered" if chance.random() >= TOPICS[topic][1] else "clarify"
                said = chance.random() if outcome == "answered" else 1.0
                feedback = "helpful" if said < 0.06 else "wrong" if said < 0.064 else None
                if user in self.willing:
                    answer_id, text = chance.choice(asked)
                    good = feedback if feedback == "helpful" else None
                    self.row(user, day, topic, outcome, text, good, answer_id)
                else:
                    self.count(user, day, topic, outcome, feedback)
            self.planted.turns += size
            self.write()

    def answer(self) -> None:
        """Let some of those who agreed answer the demonstration town's soundings."""
        rows: list[tuple[object, ...]] = []
        chance = self.chance
        for sounding, people, questions in ANSWERED:
            for user in chance.sample(self.agreed, people):
                age = chance.choices(AGES, YOUNG)[0]
                day = FIRST + timedelta(days=150 + chance.randrange(200))
                period, who = self.name(user, day)
                for question, values in questions.items():
                    value = chance.choices(list(values), list(values.values()))[0]
                    rows.append((day.isoformat(), period, who, int(user % 4 != 0), sounding,
                                 question, value, None, age, self.home[user], "line"))  # fmt: skip
        columns = (
            "day, period, resident, publish, sounding, question, value, text, age, area, channel"
        )
        query = f"INSERT INTO sounding_answers ({columns}) VALUES ({','.join('?' * 11)})"  # noqa: S608
        self.store.run(lambda c: c.executemany(query, rows))

    def close(self) -> Planted:
        people = [(f"{user:064x}", "seen", LAST.isoformat()) for user in range(self.users)]
        counts = [(*key, number) for key, number in self.counts.items()]
        insert = "INSERT INTO sounding_residents (resident, noticed, updated) VALUES (?, ?, ?)"
        self.store.run(lambda c: c.executemany(insert, people))
        self.store.run(
            lambda c: c.executemany("INSERT INTO sounding_counts VALUES (?, ?, ?, ?, ?, ?)", counts)
        )
        self.store.wipe()
        self.store.close()
        return self.planted


def _gibberish(chance: random.Random) -> str:
    return "".join(chance.choice(SYLLABLES) for _ in range(chance.randrange(4, 9)))


def _everyday() -> list[tuple[str, str]]:
    """Return what is asked and answered every day, with the FAQ's ids."""
    entries = load_knowledge(demonstration()).faq
    return [(e.id, wording) for e in entries for wording in (*e.also, *e.golden) if wording]


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(plant(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000))
    else:
        print("a synthetic year; measured by benchmarks/soundings.py")
