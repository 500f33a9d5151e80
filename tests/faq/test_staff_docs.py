"""What docs/staff/faq.md tells staff is what happens."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from concierge.faq.fields import ENTRY
from concierge.faq.folder import read_faq_file
from concierge.faq.golden import load_golden
from concierge.faq.lexicon import LEXICON_FILE, read_lexicon

DOCUMENT = (Path(__file__).parents[2] / "docs" / "staff" / "faq.md").read_text(encoding="utf-8")
MISTAKES = re.findall(r"```yaml\n([^`]*)```\n\n```text\n(.*)\n```", DOCUMENT)
SOUND = re.findall(r"^```yaml\n(- [^`]*)```\n(?!\n```text)", DOCUMENT, re.MULTILINE)
EXAMPLES = [typed for typed in SOUND if re.search(r"^. question:", typed, re.MULTILINE)]
(GROUPS,) = (typed for typed in SOUND if "  ask:" in typed)
(WORDS,) = (typed for typed in SOUND if "- said:" in typed)


def read(text: str, folder: Path) -> tuple[list[str], int]:
    path = folder / "faq" / "gomi.yaml"
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    result = read_faq_file(path, "faq/gomi.yaml")
    return [str(problem).rpartition(" [")[0] for problem in result.problems], len(result.entries)


@pytest.mark.parametrize(("typed", "told"), MISTAKES)
def test_each_mistake_is_told_in_these_words(typed: str, told: str, tmp_path: Path) -> None:
    assert read(typed, tmp_path)[0] == [told]


@pytest.mark.parametrize("typed", EXAMPLES)
def test_each_example_is_sound(typed: str, tmp_path: Path) -> None:
    assert read(typed, tmp_path) == ([], 1)


def test_the_example_of_golden_questions_is_sound(tmp_path: Path) -> None:
    (tmp_path / "golden").mkdir()
    (tmp_path / "golden" / "faq.yaml").write_text(GROUPS, encoding="utf-8")
    questions, problems = load_golden(tmp_path)
    assert problems == []
    assert len(questions) == 4
    assert sum(question.held for question in questions) == 3


def test_the_example_of_a_towns_words_is_sound(tmp_path: Path) -> None:
    (tmp_path / LEXICON_FILE).write_text(WORDS, encoding="utf-8")
    groups, problems = read_lexicon(tmp_path / LEXICON_FILE)
    assert list(problems) == []
    assert groups is not None and len(groups) == 3


def test_the_document_is_complete() -> None:
    assert len(EXAMPLES) + 2 == len(SOUND)
    assert len(MISTAKES) >= 10 and len(EXAMPLES) >= 2
    for field in ENTRY.fields:
        assert f"| `{field.name}` |" in DOCUMENT
