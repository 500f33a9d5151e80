"""What kinds of garbage are called in another language."""

from __future__ import annotations

from concierge.language.categories import category_name
from concierge.waste.translations import Translations

__all__ = ["NO_TRANSLATIONS", "label_in"]

NO_TRANSLATIONS = Translations()


def label_in(label: str, language: str, names: Translations = NO_TRANSLATIONS) -> str:
    """Name a kind of garbage: in other languages what it is called, then the label itself.

    The label stays, since it is what stands at the collection point.
    """
    bare = label.strip()
    if language == "ja":
        return bare
    name = names.categories.get(bare) or category_name(bare, language)
    if name is None or name.replace(" ", "") == bare:
        return bare
    return f"{name}（{bare}）" if language.startswith("ja") else f"{name} ({bare})"
