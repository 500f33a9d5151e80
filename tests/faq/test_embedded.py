"""Search by a sentence encoder's vectors: kept small, encoded once, calibrated, and real models."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from concierge.faq.analysis import analysed
from concierge.faq.embedded import UNPROVEN, EmbeddedFaq, Vectors, vectors_of
from concierge.faq.folder import load_faq
from concierge.faq.keeping import KEPT
from concierge.faq.meaning import in_general
from concierge.faq.model import Entry
from concierge.faq.ragged import Floats
from concierge.knowledge import Knowledge
from concierge.municipality import Municipality
from concierge.problem import SettingError
from concierge.settings import demonstration
from engines.embedding import Embedding, SentenceEncoder, prefixes
from tests.conftest import REPOSITORY


class TableEncoder:
    """An encoder that is always at hand: the general word vectors, added up."""

    name = "table"

    def __init__(self) -> None:
        self.encoded: list[str] = []

    def encode(self, texts: Sequence[str], *, asked: bool) -> Floats:
        self.encoded += texts
        return np.stack([in_general(analysed(text).words) for text in texts])


ENTRIES = [
    Entry("a", "住民票の写しはどこで取れますか", "市民課で取れます。", also=("住民票ほしい",)),
    Entry("b", "粗大ごみはどう出しますか", "電話で申し込んでください。"),
    Entry("c", "夏まつりはいつですか", "8月です。", valid_to=date(2026, 8, 31)),
]


def test_small_vectors_are_near_as_the_large_ones_are() -> None:
    chance = np.random.default_rng(1)
    large = chance.standard_normal((20_000, 48)).astype(np.float32)
    unit = large / np.linalg.norm(large, axis=1, keepdims=True)
    near = Vectors.of(large).near(unit[3])
    assert np.abs(near - unit @ unit[3]).max() < 0.02
    assert int(near.argmax()) == 3


def test_what_is_no_number_is_near_nothing() -> None:
    vectors = Vectors.of(np.array([[np.nan, np.inf], [0, 0], [3, 4]], np.float32))
    assert vectors.near(np.array([0.6, 0.8], np.float32)).round(2).tolist() == [0.0, 0.0, 1.0]


def test_a_text_is_encoded_once(tmp_path: Path) -> None:
    encoder = TableEncoder()
    steps: list[int] = []
    one = vectors_of(["ごみ", "水道", "ごみ"], encoder, tmp_path, done=steps.append)
    assert encoder.encoded == ["ごみ", "水道"] and sum(steps) == 3
    two = vectors_of(["犬", "ごみ"], encoder, tmp_path)
    assert encoder.encoded == ["ごみ", "水道", "犬"]
    assert (two.numbers[1] == one.numbers[0]).all() and (one.numbers[2] == one.numbers[0]).all()
    encoder.name = "another"
    vectors_of(["ごみ"], encoder, tmp_path)
    vectors_of(["ごみ"], encoder, tmp_path, asked=True)
    assert encoder.encoded[3:] == ["ごみ", "ごみ"]


@pytest.mark.parametrize("broken", [b"", b"broken"])
def test_broken_vectors_are_encoded_again(broken: bytes, tmp_path: Path) -> None:
    encoder = TableEncoder()
    vectors_of(["ごみ"], encoder, tmp_path)
    (path,) = (tmp_path / KEPT).iterdir()
    path.write_bytes(broken)
    vectors_of(["ごみ"], encoder, tmp_path)
    assert encoder.encoded == ["ごみ", "ごみ"]


def test_the_nearest_is_first_and_few_entries_prove_nothing(tmp_path: Path) -> None:
    index = EmbeddedFaq(ENTRIES, TableEncoder(), tmp_path)
    hits = index.search("住民票が欲しい", 3, date(2026, 11, 21))
    assert [hit.entry.id for hit in hits] == ["a", "b"]
    assert all(hit.chance <= UNPROVEN and not hit.exact for hit in hits)
    assert index.search("夏まつり", 1, date(2026, 8, 1))[0].entry.id == "c"
    assert index.search(" ", 3, None) == [] and index.search("？", 3, None) == []
    assert EmbeddedFaq([], TableEncoder(), tmp_path).search("ごみ", 3, None) == []
    hits = EmbeddedFaq(ENTRIES[:1], TableEncoder(), tmp_path).search("住民票", 3, None)
    assert hits == [] or hits[0].chance <= UNPROVEN


def test_a_town_calibrates_its_encoder_by_its_own_wordings(tmp_path: Path) -> None:
    entries = load_faq(demonstration()).entries
    golden = [(text, each.id) for each in entries for text in each.golden]
    unseen = [replace(each, golden=()) for each in entries]
    index = EmbeddedFaq(unseen, TableEncoder(), tmp_path)
    tops = [(index.search(text, 1, None)[0], id) for text, id in golden]
    chances = np.array([hit.chance for hit, _ in tops])
    right = np.array([hit.entry.id == id for hit, id in tops])
    assert len(right) > 200 and right.mean() > 0.4
    surest = np.argsort(-chances)[: len(chances) // 4]
    assert right[surest].mean() > chances[surest].mean() > chances.mean(), "right at least as often"
    assert (chances[right][:, None] > chances[~right]).mean() > 0.7, "surer where it is right"
    outside = [index.search(text, 1, None) for text in ("カレーの作り方", "明日の株価は")]
    assert all(not hits or hits[0].chance < 0.8 for hits in outside)


@pytest.mark.parametrize(
    ("model", "query"),
    [
        ("intfloat/multilingual-e5-small", "query: "),
        ("cl-nagoya/ruri-v3-310m", "検索クエリ: "),
        ("/models/cl-nagoya_ruri-small/", "クエリ: "),
        ("BAAI/bge-m3", ""),
        ("/e5/other", ""),
    ],
)
def test_a_model_gets_the_prefix_it_was_trained_with(model: str, query: str) -> None:
    assert prefixes(model)[0] == query


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({}, "model に"),
        ({"model": "x", "bath": "3"}, "bath"),
        ({"model": "x", "batch": "0"}, "batch"),
        ({"model": "x", "download": "maybe"}, "download"),
    ],
)
def test_an_option_that_cannot_be_used_is_told(
    options: dict[str, str], told: str, tmp_path: Path
) -> None:
    with pytest.raises(SettingError, match=told):
        SentenceEncoder(tmp_path, options)


@pytest.mark.extra
@pytest.mark.filterwarnings("ignore")
def test_a_real_model_in_a_folder_serves_offline(tmp_path: Path) -> None:
    """Random weights know no meaning: equal texts are found, and loading, cache, engine are real."""
    from tests.llm.tiny_models import tiny_sentences  # noqa: PLC0415 - needs the extras

    model = tiny_sentences(tmp_path / "tiny")
    town = Knowledge(folder=tmp_path, municipality=Municipality("町"), faq=tuple(ENTRIES))
    told: list[int] = []
    engine = Embedding()
    engine.start(town, {"model": str(model.relative_to(tmp_path)), "batch": "2"}, told.append)
    assert sum(told) == 7
    assert engine.search("粗大ごみはどう出しますか", 1, None)[0].entry.id == "b"
    kept = {path: path.stat().st_mtime_ns for path in (tmp_path / KEPT).iterdir()}
    again = Embedding()
    again.start(town, {"model": str(model)})
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / KEPT).iterdir()} == kept
    assert [h.chance for h in again.search("住民票", 2, None)] == [
        h.chance for h in engine.search("住民票", 2, None)
    ]
    with pytest.raises(SettingError, match="download: yes"):
        Embedding().start(town, {"model": "nobody/has-this-model"})


@pytest.mark.extra
@pytest.mark.filterwarnings("ignore")
def test_the_word_table_is_a_model_of_sentence_transformers(tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - extras

    command = [sys.executable, "models/static_embedding.py", str(tmp_path / "table")]
    subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True)
    model = SentenceTransformer(str(tmp_path / "table"), device="cpu", local_files_only=True)
    texts = ["引っ越し 届", "転居", "冷蔵庫", "そんな言葉はない"]
    found = model.encode(texts)
    from concierge.faq.vectors import general  # noqa: PLC0415

    expected = general().matrix(["引っ越し", "届"]).mean(axis=0)
    assert np.allclose(found[0], expected, atol=1e-4)
    assert np.allclose(found[1], general().matrix(["転居"])[0], atol=1e-4)
    assert not found[3].any()
