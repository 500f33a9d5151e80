"""What is looked at when the nearest twenty are weighed against each other.

Each feature is a number for one candidate; most lie between 0 and 1. `NAMES` gives their order.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from concierge.faq.bm25 import Bm25
from concierge.faq.query import Query
from concierge.faq.vectors import Floats

__all__ = ["ASKED", "DONE", "NAMES", "Wording", "candidate_features", "kinds_of"]

ASKED: Mapping[str, re.Pattern[str]] = {
    "where": re.compile("どこ|場所|窓口|所在地|行き方|アクセス|どちら|連絡先|電話番号"),
    "when": re.compile("いつ|何時|期限|締め?切|何日|期間|日程|曜日|時間|時期|しめきり"),
    "cost": re.compile(
        "いくら|料金|費用|手数料|なんぼ|値段|金額|有料|無料|代金|お金(?:は|が|って)?(?:いる|かか|要る)"
    ),
    "need": re.compile("必要な|持ち物|持って|書類|何がい[るり]|用意|印鑑"),
    "how": re.compile(
        "どうやって|どうすれば|どうしたら|どのように|方法|手続|申請|申し?込|仕方|やり方|したい|するには"
    ),
    "what": re.compile(
        "とは|って何|ってなに|何ですか|なんですか|違い|意味|内容|概要|制度|どんな|について"
    ),
    "who": re.compile("誰|対象|条件|資格|何歳|年齢|要件|だれ"),
    "can": re.compile(
        r"できますか|できる\?|可能|もらえ|ありますか|ある\?|使え|受けられ|いいですか|ですか$"
    ),
    "why": re.compile("なぜ|なんで|どうして|理由"),
}
"""What a question wants to know."""
DONE: Mapping[str, re.Pattern[str]] = {
    "lost": re.compile("なくし|無くし|失くし|紛失|再発行|再交付|落とし|盗"),
    "change": re.compile("変更|変わっ|変える|変えた|切り?替"),
    "stop": re.compile("やめ|取り?消|キャンセル|廃止|解約|喪失|脱退|中止"),
    "late": re.compile("忘れ|過ぎ|遅れ|期限切れ|届かない|届いて(?:い)?ない|来ない|未納|滞納"),
    "pay": re.compile("払|納付|納め|口座|引き?落"),
    "reduce": re.compile("減免|免除|安く|軽減|割引|猶予|払えない"),
    "money_back": re.compile("還付|戻|返って|返金|返還"),
    "apply": re.compile("申請|申し?込|届|登録|加入|もらいたい|ほしい|欲しい"),
    "post": re.compile("郵送|郵便|送って|オンライン|ネット"),
    "proxy": re.compile("代理|委任|代わり|家族が|本人以外"),
    "move": re.compile("引っ?越|転入|転出|転居|住所"),
    "complain": re.compile("苦情|うるさ|困って|迷惑|やめさせ|なんとかして"),
    "child": re.compile("子ども|子供|こども|児童|赤ちゃん|乳|幼"),
    "elder": re.compile("高齢|老人|お年寄り|シニア|6[0-9]歳|7[0-9]歳|介護"),
    "disabled": re.compile("障害|障がい|手帳"),
    "firm": re.compile("事業|会社|法人|企業|店|従業員|社員|開設|営業"),
    "foreign": re.compile("外国|海外|在留|国外"),
    "student": re.compile("学生|大学|高校生"),
}
"""What happened, what is to be done, and for whom."""
NAMES = (
    "words", "question_sounds", "sounds", "characters", "question_meaning", "answer_meaning",
    "own_words_in_question", "all_words_in_question", "question_words_in_own",
    "question_words_in_all", "likeness", "same_letters", "asked_both", "asked_only", "told_only",
    "done_both", "done_only", "named_only", "length", "best_words", "best_question_meaning",
    "best_answer_meaning", "best_near", "explained", "explained_by_meant",
)  # fmt: skip
LONG = 40.0


class Wording:
    """A question of the FAQ, or another wording of it, as it is compared with what was asked."""

    __slots__ = ("asked", "done", "text", "words")

    def __init__(self, text: str, words: tuple[str, ...]) -> None:
        self.text = text
        self.words = words
        self.asked = kinds_of(text, ASKED)
        self.done = kinds_of(text, DONE)


def kinds_of(text: str, table: Mapping[str, re.Pattern[str]]) -> frozenset[str]:
    """Return the names of the patterns that stand in a text."""
    return frozenset(name for name, pattern in table.items() if pattern.search(text))


def candidate_features(
    query: Query,
    heard: str,
    pool: Sequence[int],
    wordings: Sequence[Sequence[Wording]],
    sides: Mapping[str, Floats],
    near: Floats,
    known: Bm25,
) -> Floats:
    """Return a row of features for each candidate of a pool. `known` holds all words of the FAQ.

    `wordings[i]` are those of candidate `pool[i]`; what compares wordings is that of the best one.
    `heard` is the question as it was heard, with kana written as known words.
    """
    asked, done = kinds_of(heard, ASKED), kinds_of(heard, DONE)
    rarity, unknown = known.rarity, known.unknown
    own = {word: rarity.get(word, unknown) * min(w, 1.0) for word, w in query.own.items()}
    every = {word: rarity.get(word, unknown) * min(w, 1.0) for word, w in query.words.items()}
    best = {
        name: float(sides[name].max(initial=0.0))
        for name in ("words", "question_meaning", "answer_meaning")
    }
    best_near = float(near.max(initial=0.0))
    explained, by_meant = _explained(own, every, known, np.asarray(pool, np.int64))
    rows: list[list[float]] = []
    for place, (number, candidates) in enumerate(zip(pool, wordings, strict=True)):
        compared = max(
            (_compared(each, query, heard, own, every, rarity, unknown) for each in candidates),
            key=sum,
        )
        first = candidates[0]
        told = frozenset().union(*(each.asked for each in candidates))
        named = frozenset().union(*(each.done for each in candidates[:3]))
        rows.append(
            [
                *(float(sides[name][number]) for name in NAMES[:6]),
                *compared,
                len(asked & told),
                len(asked - told),
                len(first.asked - asked),
                len(done & named),
                len(done - named),
                len(first.done - done),
                min(1.0, len(first.text) / LONG),
                float(sides["words"][number]) - best["words"],
                float(sides["question_meaning"][number]) - best["question_meaning"],
                float(sides["answer_meaning"][number]) - best["answer_meaning"],
                float(near[number]) - best_near,
                float(explained[place]),
                float(by_meant[place]),
            ]
        )
    return np.array(rows, np.float32).reshape(len(rows), len(NAMES))


def _explained(
    own: Mapping[str, float], every: Mapping[str, float], known: Bm25, pool: NDArray[np.int64]
) -> tuple[Floats, Floats]:
    """Return what share of the question's own words, and of all, stand anywhere in a candidate."""
    shares: list[Floats] = []
    for words in (own, every):
        found = np.zeros(len(pool), np.float32)
        for word, weight in words.items():
            found += np.float32(weight) * known.holding(word, pool)
        shares.append(found / np.float32(sum(words.values()) + 1e-6))
    return shares[0], shares[1]


def _compared(
    wording: Wording,
    query: Query,
    heard: str,
    own: Mapping[str, float],
    every: Mapping[str, float],
    rarity: Mapping[str, float],
    unknown: float,
) -> tuple[float, ...]:
    """Return how much of the question stands in a wording, and of the wording in the question."""
    there = frozenset(wording.words)
    mass = sum(rarity.get(word, unknown) for word in there) + 1e-6
    return (
        sum(weight for word, weight in own.items() if word in there) / (sum(own.values()) + 1e-6),
        sum(weight for word, weight in every.items() if word in there)
        / (sum(every.values()) + 1e-6),
        sum(rarity.get(word, unknown) for word in there if word in query.own) / mass,
        sum(rarity.get(word, unknown) for word in there if word in query.words) / mass,
        fuzz.ratio(heard, wording.text) / 100,
        fuzz.partial_ratio(heard, wording.text) / 100,
    )
