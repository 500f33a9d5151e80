"""Every sentence of the page itself, by language. What the concierge answers is not here."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["WORDS", "words_in"]

WORDS: Mapping[str, Mapping[str, str]] = {
    "ja": {
        "language": "日本語",
        "title": "{town} コンシェルジュ",
        "concierge": "コンシェルジュ",
        "description": "{town}のくらしの質問に、町の公開データからお答えします。",
        "skip": "質問の入力へ進む",
        "tools": "表示と会話の設定",
        "size": "文字",
        "size_rest": "の大きさ",
        "size_standard": "標準",
        "size_large": "大",
        "size_larger": "特大",
        "languages": "ことば",
        "log": "会話",
        "you": "あなた",
        "examples": "たとえば、こんなことを聞けます",
        "urgent": (
            "命にかかわるときは、ここではなく {fire}（火事・救急）、"
            "{police}（警察）へ電話してください。"
        ),
        "desk": "職員に聞く",
        "site": "公式サイト",
        "new_tab": "（新しいタブで開きます）",
        "box": "質問を入力してください",
        "placeholder": "例：あしたのごみは？",
        "send": "送る",
        "private": "お名前や電話番号など、個人情報は書かないでください。",
        "working": "お調べしています",
        "still": "もう少しお待ちください",
        "details": "くわしく",
        "sources": "出典",
        "updated": "{date}更新",
        "choices": "選んでください（番号を入力しても選べます）",
        "choices_next": "続けて選べます（番号を入力しても選べます）",
        "chosen": "選んだもの",
        "emergency": "緊急のとき",
        "call": "電話する",
        "again": "もう一度送る",
        "offline": "通信できませんでした。電波の届くところで、もう一度お送りください。",
        "forget": "会話を消す",
        "forget_why": (
            "この画面の会話と、続きをお答えするために覚えている内容、残している記録を消します。"
            "元に戻せません。"
        ),
        "forget_yes": "消す",
        "forgotten": "会話を消しました。",
        "empty": "質問を入力してから送ってください。",
        "too-long": "質問は1,000文字までです。短く分けてお送りください。",
        "too-many": (
            "続けてたくさんのご質問をいただきました。すみませんが、1分ほどおいてからお送りください。"
        ),
        "too-many-still": "もう少しおいてからお送りください。",
        "in-turn": "前のご質問にお答えしているところです。少し待ってからお送りください。",
        "crowded": "ただいま混み合っています。少し待ってから、もう一度お送りください。",
        "slow": "時間がかかり、お答えできませんでした。もう一度お送りください。",
        "broken": "申し訳ありません。うまくお答えできませんでした。もう一度お送りください。",
        "not-forgotten": "申し訳ありません。消せませんでした。もう一度お試しください。",
        "elsewhere": "別のページから送られたようです。この画面から、もう一度お送りください。",
        "unreadable": "読み取れませんでした。画面を開き直して、もう一度お送りください。",
    },
    "en": {
        "language": "English",
        "title": "{town} Concierge",
        "concierge": "Concierge",
        "description": "Answers about daily life in {town}, from the town's open data.",
        "skip": "Skip to your question",
        "tools": "Display and conversation",
        "size": "Text",
        "size_rest": " size",
        "size_standard": "A",
        "size_large": "A+",
        "size_larger": "A++",
        "languages": "Language",
        "log": "Conversation",
        "you": "You",
        "examples": "You can ask, for example",
        "urgent": "If a life is in danger, do not ask here: call {fire} (fire, ambulance) or "
        "{police} (police).",
        "desk": "Ask the staff",
        "site": "Official site",
        "new_tab": " (opens in a new tab)",
        "box": "Type your question",
        "placeholder": "e.g. What garbage is collected tomorrow?",
        "send": "Send",
        "private": "Please do not write names, phone numbers or other personal information.",
        "working": "Looking it up",
        "still": "One moment, please",
        "details": "More",
        "sources": "Source",
        "updated": "updated {date}",
        "choices": "Please choose (typing the number works too)",
        "choices_next": "You can go on with (typing the number works too)",
        "chosen": "your choice",
        "emergency": "Emergency",
        "call": "Call",
        "again": "Send again",
        "offline": "There was no connection. Please send it again when you have one.",
        "forget": "Delete conversation",
        "forget_why": "This deletes the conversation on this screen, what we keep to continue it, "
        "and your records. It cannot be undone.",
        "forget_yes": "Delete",
        "forgotten": "The conversation was deleted.",
        "empty": "Please type a question first.",
        "too-long": "A question can have up to 1,000 characters. Please send it in parts.",
        "too-many": "That was a lot of questions at once. Please wait about a minute.",
        "too-many-still": "Please wait a little longer.",
        "in-turn": "Your last question is still being answered. Please wait a moment.",
        "crowded": "It is very busy right now. Please send it again in a moment.",
        "slow": "This took too long, so there is no answer. Please send it again.",
        "broken": "We are sorry: something went wrong. Please send it again.",
        "not-forgotten": "We are sorry: it could not be deleted. Please try again.",
        "elsewhere": "This came from another page and was not accepted. Please use this page.",
        "unreadable": "This could not be read. Please open the page again and resend it.",
    },
}
"""The keys with a hyphen, and `empty`, `slow`, `crowded`, `broken`, `elsewhere`, `unreadable`,
are codes of `RefusedError`."""


def words_in(language: str | None) -> Mapping[str, str]:
    """Return the page's sentences in that language, Japanese where there are none."""
    return WORDS.get(language or "ja", WORDS["ja"])
