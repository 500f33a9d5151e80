"""What is looked at when the nearest twenty are weighed against each other.

Each feature is a number for one candidate; most lie between 0 and 1. `NAMES` gives their order.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz
from rapidfuzz.process import cdist

from concierge.faq.bm25 import Bm25
from concierge.faq.query import Query
from concierge.faq.ragged import Compared, Floats, Indices

__all__ = ["ASKED", "DONE", "NAMES", "bits", "candidate_features", "kinds_of"]

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
NAMED_IN = 3
"""Wordings of an entry in which it names what happened: the question and its first others."""


def kinds_of(text: str, table: Mapping[str, re.Pattern[str]]) -> frozenset[str]:
    """Return the names of the patterns that stand in a text."""
    return frozenset(name for name, pattern in table.items() if pattern.search(text))


def bits(text: str, table: Mapping[str, re.Pattern[str]]) -> int:
    """Return the patterns that stand in a text, as a number with a bit for each."""
    return sum(1 << place for place, each in enumerate(table.values()) if each.search(text))


def candidate_features(
    query: Query,
    pool: Indices,
    wordings: Compared,
    sides: Mapping[str, Floats],
    near: Floats,
    known: Bm25,
) -> Floats:
    """Return a row of features for each candidate of a pool. `known` holds all words of the FAQ.

    `wordings` are the candidates'; what compares wordings is that of the best one.
    """
    firsts = wordings.starts[:-1]
    counts = wordings.starts[1:] - firsts
    compared = _best(_compared(query, wordings, known), firsts, counts)
    asked, done = bits(query.heard, ASKED), bits(query.heard, DONE)
    told = np.bitwise_or.reduceat(wordings.asked, firsts)
    early = np.arange(len(wordings.done)) - np.repeat(firsts, counts) < NAMED_IN
    named = np.bitwise_or.reduceat(np.where(early, wordings.done, 0), firsts)
    lengths = [min(1.0, len(wordings.texts[first]) / LONG) for first in firsts.tolist()]
    ahead = [
        sides[name][pool] - sides[name].max(initial=0.0)
        for name in ("words", "question_meaning", "answer_meaning")
    ]
    columns: list[Floats | NDArray[Any] | list[float]] = [
        *(sides[name][pool] for name in NAMES[:6]),
        *compared.T,
        np.bitwise_count(told & asked),
        np.bitwise_count(~told & asked),
        np.bitwise_count(wordings.asked[firsts] & ~np.uint32(asked)),
        np.bitwise_count(named & done),
        np.bitwise_count(~named & done),
        np.bitwise_count(wordings.done[firsts] & ~np.uint32(done)),
        lengths,
        *ahead,
        near[pool] - near.max(initial=0.0),
        *_explained(query, known, pool),
    ]
    return np.column_stack([np.asarray(column, np.float32) for column in columns])


def _explained(query: Query, known: Bm25, pool: Indices) -> tuple[Floats, Floats]:
    """Return what share of the question's own words, and of all, stand anywhere in a candidate."""
    own, every = np.zeros(len(pool), np.float32), np.zeros(len(pool), np.float32)
    own_mass = every_mass = 1e-6
    for word, weight in query.words.items():
        rarity = known.rarity_of(word)
        held = known.holding(word, pool)
        here = rarity * min(weight, 1.0)
        every += np.float32(here) * held
        every_mass += here
        if word in query.own:
            here = rarity * min(query.own[word], 1.0)
            own += np.float32(here) * held
            own_mass += here
    return own / np.float32(own_mass), every / np.float32(every_mass)


def _compared(query: Query, wordings: Compared, known: Bm25) -> NDArray[np.float64]:
    """Return how much of the question stands in each wording, and of it in the question."""
    own = {w: known.rarity_of(w) * min(weight, 1.0) for w, weight in query.own.items()}
    every = {w: known.rarity_of(w) * min(weight, 1.0) for w, weight in query.words.items()}
    asked = sorted((known.places[word], word) for word in every if word in known.places)
    terms, owners, size = wordings.words.terms, wordings.words.owners, len(wordings.words)
    numbers = np.array([number for number, _ in asked] or [-1], np.int64)
    places = np.minimum(np.searchsorted(numbers, terms), len(numbers) - 1)
    met = numbers[places] == terms
    rarity = known.rarity[terms].astype(np.float64)

    def share(weights: Sequence[float]) -> NDArray[np.float64]:
        each = np.array(weights or [0.0])[places] * met
        return np.asarray(np.bincount(owners, each, size), np.float64)

    in_own = [float(word in own) for _, word in asked]
    mass = np.bincount(owners, rarity, size) + 1e-6
    is_own = np.array(in_own or [0.0])[places] * met
    texts = list(wordings.texts)
    return np.column_stack(
        [
            share([own.get(word, 0.0) for _, word in asked]) / (sum(own.values()) + 1e-6),
            share([every[word] for _, word in asked]) / (sum(every.values()) + 1e-6),
            np.bincount(owners, rarity * is_own, size) / mass,
            np.bincount(owners, rarity * met, size) / mass,
            cdist([query.heard], texts, scorer=fuzz.ratio, dtype=np.float64)[0] / 100,
            cdist([query.heard], texts, scorer=fuzz.partial_ratio, dtype=np.float64)[0] / 100,
        ]
    )


def _best(compared: NDArray[np.float64], firsts: Indices, counts: Indices) -> NDArray[np.float64]:
    """Return the row with the greatest sum of each candidate's, the first of equals."""
    sums = compared.sum(axis=1)
    most = np.repeat(np.maximum.reduceat(sums, firsts), counts)
    order: Indices = np.where(sums == most, np.arange(len(sums)), len(sums))
    return np.asarray(compared[np.minimum.reduceat(order, firsts)], np.float64)
