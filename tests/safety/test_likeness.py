"""What is learnt from written cries for help hears others that were never written down."""

from __future__ import annotations

import pytest

from concierge.safety import emergency_in
from concierge.safety.folding import fold
from concierge.safety.likeness import likeness_of
from concierge.safety.likeness.hearing import MOST, WEIGHTS, read_weights, weights_digest
from concierge.safety.likeness.learning import ORDINARY, digest_of, gathered, learnt, sentences
from concierge.safety.recognising import KINDS


def probability(text: str) -> float:
    likeness = likeness_of(fold(text))
    return 0.0 if likeness is None else likeness.probability


def test_the_weights_are_those_that_the_sentences_teach() -> None:
    assert weights_digest() == digest_of(sentences()), (
        "learnt.tsv was changed: run  python -m concierge.safety.likeness.learning"
    )
    kept, anew = read_weights(WEIGHTS.read_bytes()), read_weights(learnt(sentences()))
    assert (kept.digest, kept.kinds) == (anew.digest, anew.kinds)
    assert kept.alarm_bias == pytest.approx(anew.alarm_bias, abs=1e-3)
    assert kept.kind_biases == pytest.approx(anew.kind_biases, abs=1e-3)
    for ours, theirs in zip(
        (kept.alarm, *kept.kind_rows), (anew.alarm, *anew.kind_rows), strict=True
    ):
        # another processor's arithmetic may round a weight the other way, never further
        assert max(abs(one - other) for one, other in zip(ours, theirs, strict=True)) <= 1
    assert WEIGHTS.stat().st_size < 1_000_000


def test_what_is_learnt_from_is_a_list_of_its_own_that_contradicts_no_test() -> None:
    written = sentences()
    assert written == sorted(written)
    assert len(dict(written)) == len(written) > 8000
    assert {kind for _, kind in written} == {ORDINARY, *KINDS}
    known = dict(written)
    other = {text: kind for text, kind in gathered() if known.get(text, kind) != kind}
    assert other == {}, "run  python -m concierge.safety.likeness.learning --gather"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("潮に流されて浜に帰れない", "sea"),
        ("おばが突然苦しみだしました", "ambulance"),
        ("もう死んでしまおうかな", "suicide"),
        ("旦那に腕をねじられてけがをした", "violence"),
    ],
)
def test_cries_that_are_in_no_list_are_heard(text: str, kind: str) -> None:
    assert text not in dict(sentences())
    heard = emergency_in(text)
    assert heard is not None and heard.kind == kind


@pytest.mark.parametrize(
    "text",
    [
        "",
        "？！。",
        "🙂",
        "住民票",
        "あしたごみなに？",
        "日曜に子どもみてくれる病院",
        "hello",
        "12345",
    ],
)
def test_plain_questions_are_far_from_a_cry(text: str) -> None:
    assert probability(text) < 0.3


def test_a_cry_in_the_middle_of_a_long_message_is_found() -> None:
    chat = "きのう引っ越してきました。住民票の窓口を教えてください。"
    cry = "父が急に倒れて息をしていません。"
    assert probability(chat) < 0.3
    assert probability(chat * (MOST // 4 - 1) + cry) > 0.8
    assert probability(cry + chat * 50) > 0.8


def test_every_kind_can_be_named_and_no_other() -> None:
    found = {
        likeness.kind
        for text, _ in sentences()
        if (likeness := likeness_of(fold(text))) is not None
    }
    assert found == set(KINDS)


@pytest.mark.parametrize(
    "text", ["火" * 5000, "。" * 5000, "助けて。" * 2000, "\ud800", "a\x00b" * 99]
)
def test_nothing_that_is_sent_breaks_it(text: str) -> None:
    assert 0 <= probability(text) <= 1
