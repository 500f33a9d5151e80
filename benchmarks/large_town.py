"""A made-up large town on disk: 2,000 FAQ entries and a 1,000-area garbage calendar.

Written by rule, the same every time, so that figures of two runs compare.
"""

from __future__ import annotations

import random
from pathlib import Path

__all__ = ["QUESTIONS", "write_large_town"]

PROCEDURES = "住民票 印鑑登録 転入届 転出届 児童手当 保育園 国民健康保険 国民年金 介護保険 固定資産税 軽自動車税 水道 下水道 犬の登録 市営住宅 図書館 体育館 公民館 予防接種 健康診断 母子手帳 障害者手帳 生活相談 農地転用 空き家 耐震診断 補助金 証明書 粗大ごみ 資源回収".split()
ASPECTS = "申請 変更 取消 手数料 必要書類 受付時間 担当窓口 郵送 代理人 期限 対象者 更新 再発行 減免 相談 予約 還付 届出 証明 助成".split()
FORMS = (
    "{a}の{b}について知りたい（{n}）",
    "{a}の{b}はどこでできますか（{n}）",
    "{a}を{b}するにはどうすればよいですか（{n}）",
    "{a}の{b}はいつまでですか（{n}）",
)
TOWNS = "泉 桜 緑 若葉 朝日 栄 本 新 上 下 東 西 南 北 中 大 小 高 松 竹 梅 柳 杉 桐 楠 榎 椿 萩 菊 藤".split()
ENDS = "沢 野 川 山 原 田 里 谷 崎 浜 島 森 林 橋 坂 台 丘 宮 寺 城 池 浦 津 瀬 岡 木 石 塚 戸 根 井 尾 松 代".split()
RULES = ("月 木", "火 金", "水 土", "月2 月4", "火1 火3", "木1 木3 木5", "金2", "水")
CATEGORIES = (
    "燃えるごみ 燃えないごみ プラスチック ペットボトル びん・かん 古紙 布類 有害ごみ".split()
)

QUESTIONS = (
    "燃えるごみいつ",
    "あしたなに出せる？",
    "来週のプラスチックの日",
    "住民票の申請はどこ",
    "犬の登録の手数料いくら",
    "保育園の減免について",
    "水道の名義を変えたい",
    "ありがとう",
    "今週のごみ",
    "びんかんは何曜日",
    "図書館の休みの日",
    "粗大ごみを出したい",
    "引っ越してきたけど何をすればいい",
    "第3水曜は何ごみ",
    "うちの子の予防接種の予約",
    "宇宙旅行に行きたい",
)


def write_large_town(folder: Path, entries: int = 2000, areas: int = 1000) -> list[str]:
    """Write the town into a folder; return the names of its areas."""
    chance = random.Random(20261121)  # noqa: S311 - not for secrets
    waste = folder / "waste" / "5374"
    (folder / "faq").mkdir(parents=True)
    waste.mkdir(parents=True)
    (folder / "municipality.yaml").write_text(
        "name: ひろびろ市\nphone: 00-0000-0001\ndepartments:\n  - name: 環境課\n    topics: [ごみ]\n",
        encoding="utf-8",
    )
    lines: list[str] = []
    for number in range(entries):
        a, b = chance.choice(PROCEDURES), chance.choice(ASPECTS)
        question = chance.choice(FORMS).format(a=a, b=b, n=number)
        lines += [
            f"- id: q{number}",
            f"  question: {question}",
            f"  also: [{a}{b}{number}, {b}の{a}{number}]",
            f"  answer: {a}の{b}は、担当課の窓口で受け付けます。{ASPECTS[number % 20]}もご確認ください。",
            "  department: 環境課",
            "  updated: 2026-04-01",
        ]
    (folder / "faq" / "large.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    names = [f"{TOWNS[i % 30]}{ENDS[i // 30 % 34]}町" for i in range(areas)]
    rows = ["地名,センター," + ",".join(CATEGORIES)]
    rows += [
        f"{name},清掃センター," + ",".join(chance.choice(RULES) for _ in CATEGORIES)
        for name in names
    ]
    (waste / "area_days.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (waste / "center.csv").write_text(
        "名称,休止開始日,休止終了日\n清掃センター,2026/12/31,2027/01/03\n", encoding="utf-8"
    )
    (waste / "description.csv").write_text(
        "label,sublabel,description,styles,bgcolor\n"
        + "".join(f"{category},,,,#000\n" for category in CATEGORIES),
        encoding="utf-8",
    )
    (waste / "source.yaml").write_text("title: ごみの日\nvalid_to: 2027-03-31\n", encoding="utf-8")
    return names
