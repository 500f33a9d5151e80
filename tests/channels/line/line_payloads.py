"""Payloads that LINE would refuse, one for each limit, and payloads that it would take."""

from __future__ import annotations

from typing import Any

FAMILY = "👨‍👩‍👧‍👦"
FLAG = "🇯🇵"


def message(label: str = "はい", text: str = "はい", **more: Any) -> dict[str, Any]:
    return {"type": "message", "label": label, "text": text, **more}


def uri(address: str = "https://www.example.jp/", **more: Any) -> dict[str, Any]:
    return {"type": "uri", "label": "開く", "uri": address, **more}


def postback(**more: Any) -> dict[str, Any]:
    return {"type": "postback", "label": "選ぶ", "data": "a=1", **more}


def picker(mode: str = "date", **more: Any) -> dict[str, Any]:
    return {"type": "datetimepicker", "label": "日付", "data": "day", "mode": mode, **more}


def quick(*actions: Any, **more: Any) -> dict[str, Any]:
    items = [{"type": "action", "action": action, **more} for action in actions]
    return {"type": "text", "text": "選んでください", "quickReply": {"items": items}}


def words(text: str = "収集日", **more: Any) -> dict[str, Any]:
    return {"type": "text", "text": text, **more}


def box(*contents: Any, layout: str = "vertical", **more: Any) -> dict[str, Any]:
    return {"type": "box", "layout": layout, "contents": list(contents), **more}


def bubble(*contents: Any, **more: Any) -> dict[str, Any]:
    return {"type": "bubble", "body": box(*(contents or (words(),))), **more}


def flex(contents: Any, alt: Any = "明日は燃えるごみです") -> dict[str, Any]:
    return {"type": "flex", "altText": alt, "contents": contents}


def button(action: Any, **more: Any) -> dict[str, Any]:
    return {"type": "button", "action": action, **more}


def image(url: str = "https://www.example.jp/a.png", **more: Any) -> dict[str, Any]:
    return {"type": "image", "url": url, **more}


def carousel(*bubbles: Any) -> dict[str, Any]:
    return {"type": "carousel", "contents": list(bubbles)}


def template(**more: Any) -> dict[str, Any]:
    return {"type": "template", "altText": "選んでください", "template": more}


def buttons(**more: Any) -> dict[str, Any]:
    return template(**{"type": "buttons", "text": "選ぶ", "actions": [message()], **more})


def confirm(**more: Any) -> dict[str, Any]:
    actions = [message(), message("いいえ", "いいえ")]
    return template(**{"type": "confirm", "text": "よいですか", "actions": actions, **more})


def column(**more: Any) -> dict[str, Any]:
    return {"text": "列", "actions": [message()], **more}


def columns(*each: Any) -> dict[str, Any]:
    return template(type="carousel", columns=list(each))


def pictures(*each: Any) -> dict[str, Any]:
    return template(type="image_carousel", columns=list(each))


def place(**more: Any) -> dict[str, Any]:
    where = {"title": "市役所", "address": "本町1-1", "latitude": 35.0, "longitude": 139.0}
    return {"type": "location", **where, **more}


def imagemap(**more: Any) -> dict[str, Any]:
    area = {"x": 0, "y": 0, "width": 520, "height": 520}
    tap = {"type": "message", "text": "ごみ", "area": area}
    size = {"width": 1040, "height": 1040}
    base = {"baseUrl": "https://www.example.jp/map", "altText": "地図", "baseSize": size}
    return {"type": "imagemap", **base, "actions": [tap], **more}


def text(value: Any = "こんにちは", **more: Any) -> dict[str, Any]:
    return {"type": "text", "text": value, **more}


def nested(depth: int) -> dict[str, Any]:
    inner = words()
    for _ in range(depth):
        inner = box(inner)
    return inner


GIANT = bubble(words("あ" * 10_500))
LARGE = bubble(words("あ" * 9_000))

INVALID: dict[str, Any] = {
    # the call
    "no message": [],
    "six messages": [text()] * 6,
    "no list": text(),
    "null": None,
    "a string within": ["こんにちは"],
    "no type": [{"text": "こんにちは"}],
    "an unknown type": [{"type": "telegram", "text": "こんにちは"}],
    # text
    "no text": [{"type": "text"}],
    "an empty text": [text("")],
    "spaces alone": [text(" \n　")],
    "text that is no string": [text(5)],
    "5,001 characters": [text("あ" * 5001)],
    "2,501 apples": [text("🍎" * 2501)],
    "half a surrogate": [text("ごみ\ud83c")],
    "an emoji not at a $": [text("a$", emojis=[{"index": 0, "productId": "5", "emojiId": "1"}])],
    "an emoji beyond the end": [text("$", emojis=[{"index": 9, "productId": "5", "emojiId": "1"}])],
    "21 emoji": [
        text("$" * 21, emojis=[{"index": i, "productId": "5", "emojiId": "1"} for i in range(21)])
    ],
    "a placeholder nobody fills": [{"type": "textV2", "text": "{name}さん"}],
    "an open brace": [{"type": "textV2", "text": "こんにちは{"}],
    "a wrong key": [
        {
            "type": "textV2",
            "text": "{名}",
            "substitution": {"名": {"type": "emoji", "productId": "5", "emojiId": "1"}},
        }
    ],
    # sender
    "a sender of 21 characters": [text(sender={"name": "あ" * 21})],
    "a sender's picture over http": [text(sender={"iconUrl": "http://www.example.jp/a.png"})],
    # quick replies
    "14 quick replies": [quick(*[message()] * 14)],
    "quick replies without one": [{**text(), "quickReply": {"items": []}}],
    "a quick reply's label of 21": [quick(message("あ" * 21))],
    "a quick reply without label": [quick({"type": "message", "text": "はい"})],
    "a quick reply with an empty label": [quick(message(""))],
    "a quick reply's icon over http": [quick(message(), imageUrl="http://www.example.jp/a.png")],
    "a quick reply of no type": [{**text(), "quickReply": {"items": [{"action": message()}]}}],
    "a rich menu switch in a quick reply": [
        quick({"type": "richmenuswitch", "label": "次", "data": "a", "richMenuAliasId": "a"})
    ],
    "a camera without label": [quick({"type": "camera"})],
    # actions
    "a message action of 301": [quick(message(text="あ" * 301))],
    "a message action without text": [quick({"type": "message", "label": "はい"})],
    "a message action with an empty text": [quick(message(text=""))],
    "postback data of 301": [quick(postback(data="あ" * 301))],
    "postback without data": [quick({"type": "postback", "label": "選ぶ"})],
    "displayText of 301": [quick(postback(displayText="あ" * 301))],
    "displayText and text": [quick(postback(displayText="a", text="b"))],
    "fillInText without keyboard": [quick(postback(fillInText="a"))],
    "an unknown input option": [quick(postback(inputOption="openDoor"))],
    "javascript": [quick(uri("javascript:alert(1)"))],
    "a mail address": [quick(uri("mailto:a@example.jp"))],
    "data": [quick(uri("data:text/html,a"))],
    "a relative address": [quick(uri("/gomi"))],
    "an address of 1,001": [quick(uri("https://www.example.jp/" + "a" * 978))],
    "an address that is not percent-encoded": [quick(uri("https://www.example.jp/ごみ"))],
    "an address with a space": [quick(uri("https://www.example.jp/a b"))],
    "an address without host": [quick(uri("https:///gomi"))],
    "a wrong port": [quick(uri("https://www.example.jp:port/"))],
    "a broken escape": [quick(uri("https://www.example.jp/%zz"))],
    "tel without number": [quick(uri("tel:"))],
    "tel with words": [quick(uri("tel:shiyakusho"))],
    "a desktop address of 1,001": [
        quick(uri(altUri={"desktop": "https://www.example.jp/" + "a" * 978}))
    ],
    "a clipboard of 1,001": [
        quick({"type": "clipboard", "label": "写す", "clipboardText": "あ" * 1001})
    ],
    "a picker of no mode": [quick(picker("week"))],
    "a picker whose day does not exist": [quick(picker(initial="2026-02-30"))],
    "a picker's day in another form": [quick(picker(initial="2026/11/21"))],
    "a picker before 1900": [quick(picker(min="1899-12-31"))],
    "a picker after 2100": [quick(picker(max="2101-01-01"))],
    "a picker that ends before it begins": [quick(picker(min="2026-11-21", max="2026-11-20"))],
    "a picker beginning outside": [quick(picker(initial="2026-11-21", min="2026-11-22"))],
    "a time of 24 o'clock": [quick(picker("time", initial="24:00"))],
    "a datetime without T": [quick(picker("datetime", initial="2026-11-21 10:00"))],
    "an unknown action": [quick({"type": "dance", "label": "踊る"})],
    # location
    "a title of 101": [place(title="あ" * 101)],
    "an address of 101 characters": [place(address="あ" * 101)],
    "no title": [place(title="")],
    "beyond the pole": [place(latitude=90.1)],
    "around the world": [place(longitude=-180.5)],
    "a latitude in words": [place(latitude="35")],
    # sticker and media
    "a sticker without id": [{"type": "sticker", "packageId": "446"}],
    "a picture over http": [
        {
            "type": "image",
            "originalContentUrl": "http://www.example.jp/a.jpg",
            "previewImageUrl": "https://www.example.jp/a.jpg",
        }
    ],
    "a picture's address of 2,001": [
        {
            "type": "image",
            "originalContentUrl": "https://www.example.jp/" + "a" * 1978,
            "previewImageUrl": "https://www.example.jp/a.jpg",
        }
    ],
    "a video without preview": [
        {"type": "video", "originalContentUrl": "https://www.example.jp/a.mp4"}
    ],
    "a tracking id in Japanese": [
        {
            "type": "video",
            "originalContentUrl": "https://www.example.jp/a.mp4",
            "previewImageUrl": "https://www.example.jp/a.jpg",
            "trackingId": "追跡",
        }
    ],
    "audio without duration": [
        {"type": "audio", "originalContentUrl": "https://www.example.jp/a.m4a"}
    ],
    "audio of no length": [
        {"type": "audio", "originalContentUrl": "https://www.example.jp/a.m4a", "duration": 0}
    ],
    "a coupon's tag of 31": [{"type": "coupon", "couponId": "1", "deliveryTag": "a" * 31}],
    # imagemap
    "an imagemap of another width": [imagemap(baseSize={"width": 1000, "height": 1000})],
    "51 places to tap": [imagemap(actions=imagemap()["actions"] * 51)],
    "an imagemap's text of 401": [
        imagemap(actions=[{**imagemap()["actions"][0], "text": "あ" * 401}])
    ],
    "an imagemap's link by mail": [
        imagemap(actions=[{**imagemap()["actions"][0], "type": "uri", "linkUri": "mailto:a@b.jp"}])
    ],
    "an imagemap area left of the edge": [
        imagemap(
            actions=[
                {**imagemap()["actions"][0], "area": {"x": -1, "y": 0, "width": 9, "height": 9}}
            ]
        )
    ],
    # templates
    "altText of 1,501": [{**confirm(), "altText": "あ" * 1501}],
    "altText empty": [{**confirm(), "altText": ""}],
    "altText absent": [{key: value for key, value in confirm().items() if key != "altText"}],
    "five buttons": [buttons(actions=[message()] * 5)],
    "no button": [buttons(actions=[])],
    "buttons' text of 161": [buttons(text="あ" * 161)],
    "buttons' text of 61 under a title": [buttons(title="題", text="あ" * 61)],
    "buttons' title of 41": [buttons(title="あ" * 41)],
    "buttons' label of 21": [buttons(actions=[message("あ" * 21)])],
    "buttons without label": [buttons(actions=[{"type": "message", "text": "はい"}])],
    "buttons' picture over http": [buttons(thumbnailImageUrl="http://www.example.jp/a.png")],
    "a camera among buttons": [buttons(actions=[{"type": "camera", "label": "撮る"}])],
    "one to confirm": [confirm(actions=[message()])],
    "three to confirm": [confirm(actions=[message()] * 3)],
    "confirm's text of 241": [confirm(text="あ" * 241)],
    "eleven columns": [columns(*[column()] * 11)],
    "four actions in a column": [columns(column(actions=[message()] * 4))],
    "columns of different actions": [columns(column(), column(actions=[message()] * 2))],
    "columns with a title and without": [columns(column(title="題"), column())],
    "a column's text of 121": [columns(column(text="あ" * 121))],
    "an image carousel's label of 13": [
        pictures({"imageUrl": "https://www.example.jp/a.png", "action": message("あ" * 13)})
    ],
    "eleven pictures": [
        pictures(*[{"imageUrl": "https://www.example.jp/a.png", "action": message()}] * 11)
    ],
    "an unknown template": [template(type="poster", text="祭り")],
    # flex
    "a bubble over 30 KB": [flex(GIANT)],
    "a carousel over 50 KB": [flex(carousel(LARGE, LARGE))],
    "thirteen bubbles": [flex(carousel(*[bubble()] * 13))],
    "a carousel of none": [flex(carousel())],
    "bubbles of different widths": [flex(carousel(bubble(size="kilo"), bubble(size="mega")))],
    "a width unsaid and another said": [flex(carousel(bubble(), bubble(size="kilo")))],
    "a carousel in a carousel": [flex(carousel(carousel(bubble())))],
    "a bubble of no block": [flex({"type": "bubble"})],
    "an unknown width": [flex(bubble(size="huge"))],
    "a body that is no box": [flex({"type": "bubble", "body": words()})],
    "a hero that is a text": [flex({**bubble(), "hero": words()})],
    "Flex altText of 1,501": [flex(bubble(), "あ" * 1501)],
    "Flex altText of 751 apples": [flex(bubble(), "🍎" * 751)],
    "Flex altText null": [flex(bubble(), None)],
    "a Flex label of 41": [flex(bubble(button(message("あ" * 41))))],
    "a Flex button without label": [flex(bubble(button({"type": "message", "text": "a"})))],
    "a Flex button without action": [flex(bubble({"type": "button"}))],
    "a Flex button to javascript": [flex(bubble(button(uri("javascript:alert(1)"))))],
    "an empty text in a bubble": [flex(bubble(words("")))],
    "a text without text": [flex(bubble({"type": "text"}))],
    "a span's empty text": [flex(bubble(words(contents=[{"type": "span", "text": ""}])))],
    "an icon outside a baseline": [
        flex(bubble({"type": "icon", "url": "https://www.example.jp/a.png"}))
    ],
    "a button in a baseline": [flex(bubble(box(button(message()), layout="baseline")))],
    "a span outside a text": [flex(bubble({"type": "span", "text": "a"}))],
    "a layout that is none": [flex(bubble(box(words(), layout="diagonal")))],
    "a colour by name": [flex(bubble(words(color="red")))],
    "a colour of three digits": [flex(bubble(words(color="#f00")))],
    "a margin in em": [flex(bubble(words(margin="1em")))],
    "a font of no size": [flex(bubble(words(size="full")))],
    "a negative flex": [flex(bubble(words(flex=-1)))],
    "a picture in a bubble over http": [flex(bubble(image("http://www.example.jp/a.png")))],
    "a picture four times as high": [flex(bubble(image(aspectRatio="1:4")))],
    "a ratio in words": [flex(bubble(image(aspectRatio="wide")))],
    "a gradient without end": [
        flex(
            bubble(
                box(
                    words(),
                    background={
                        "type": "linearGradient",
                        "angle": "0deg",
                        "startColor": "#ffffff",
                    },
                )
            )
        )
    ],
    "boxes without end": [flex(bubble(nested(40)))],
    "a style's colour by name": [flex(bubble(styles={"body": {"backgroundColor": "white"}}))],
}

VALID: dict[str, Any] = {
    "a text": [text()],
    "five messages": [text()] * 5,
    "5,000 characters": [text("あ" * 5000)],
    "2,500 apples": [text("🍎" * 2500)],
    "an emoji": [text("🍎$", emojis=[{"index": 2, "productId": "5", "emojiId": "1"}])],
    "13 quick replies": [quick(*[message()] * 13)],
    "a label of 20 families": [quick(message(FAMILY * 20))],
    "a label of 20 flags": [quick(message(FLAG * 20))],
    "a label of 20 with dakuten": [quick(message("か\u3099" * 20))],
    "text of 300 families": [quick(message(text=FAMILY * 300))],
    "each quick action": [
        quick(
            message(),
            uri(),
            uri("tel:00-0000-1100"),
            uri("tel:%237119"),
            uri("line://nv/location"),
            postback(displayText="あ" * 300),
            postback(inputOption="openKeyboard", fillInText="\n"),
            picker(),
            picker("time", initial="00:00", max="23:59"),
            picker("datetime", min="2026-11-21t10:00", initial="2026-11-21T10:00"),
            {"type": "camera", "label": "撮る"},
            {"type": "location", "label": "場所"},
            {"type": "clipboard", "label": "写す", "clipboardText": "1"},
        )
    ],
    "an address of 1,000": [quick(uri("https://www.example.jp/" + "a" * 977))],
    "a place": [place(title="あ" * 100, address="🍎" * 50, latitude=-90, longitude=180)],
    "a sticker": [{"type": "sticker", "packageId": "446", "stickerId": "1988"}],
    "a map": [imagemap()],
    "buttons": [buttons(title="あ" * 40, text="あ" * 60, actions=[message()] * 4)],
    "confirm": [confirm(text="あ" * 240)],
    "columns": [columns(*[column(title="題", actions=[message()] * 3)] * 10)],
    "pictures": [
        pictures(*[{"imageUrl": "https://www.example.jp/a.png", "action": message("あ" * 12)}] * 10)
    ],
    "a bubble": [flex(bubble(), "あ" * 1500)],
    "twelve bubbles": [flex(carousel(*[bubble(size="kilo")] * 12))],
    "each component": [
        flex(
            {
                "type": "bubble",
                "size": "giga",
                "header": box(words(), backgroundColor="#06C755"),
                "hero": image(size="full", aspectRatio="20:13", aspectMode="cover"),
                "body": box(
                    words("見出し", size="xl", weight="bold", wrap=True, color="#111111FF"),
                    box(words(flex=2, size="13px"), words(flex=5, wrap=True), layout="horizontal"),
                    box(
                        {"type": "icon", "url": "https://www.example.jp/i.png", "size": "sm"},
                        words(margin="md"),
                        layout="baseline",
                        spacing="4px",
                    ),
                    {"type": "separator", "margin": "lg", "color": "#cccccc"},
                    words(contents=[{"type": "span", "text": "11/24", "weight": "bold"}]),
                    box(layout="vertical", height="4px"),
                ),
                "footer": box(button(uri(), style="primary", height="sm", color="#06C755")),
                "styles": {"footer": {"separator": True}},
                "action": uri(),
            }
        )
    ],
}
