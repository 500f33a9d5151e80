"""The rules of redaction, in the order they are tried: what was taken is not looked at again.

Patterns run over folded text: half width, lower case, one kind of dash. `in_digits` rules see
kanji digits as digits. Only `group` is taken out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import yaml

__all__ = ["RULES", "Rule"]


@dataclass(frozen=True, slots=True)
class Rule:
    """What one kind of personal data looks like. `check` names a test in `redaction.CHECKS`."""

    kind: str
    pattern: re.Pattern[str]
    group: str | int = 0
    in_digits: bool = False
    check: str | None = None


def _names() -> tuple[str, str, str]:
    path = Path(__file__).with_name("names.yaml")
    table = yaml.safe_load(path.read_text(encoding="utf-8"))
    family = sorted(str(table["family"]).split(), key=lambda name: -len(name))
    words = set(str(table["also_words"]).split())
    given = sorted(str(table["given"]).split(), key=lambda name: -len(name))
    return (
        "|".join(family),
        "|".join(name for name in family if name not in words),
        "|".join(given),
    )


FAMILY, SURE, GIVEN = _names()
SEPARATOR = r"[-ー() .・の]{0,3}"
IS = r"[ \u3000]*(?:番号)?[ \u3000]*(?:[はがを:;=]|は、|って|というのが)?[ \u3000「『(]*"
N = r"[0-9十百千]"
"""A digit of a number that may be written with 十 and 百."""
ERA = r"(?:明治|大正|昭和|平成|令和|(?<![a-z])[mtshr](?=\.?\d{1,2}[./年-]))"
YEAR = rf"(?:西暦)?(?:(?:19|20)\d\d|{ERA}\.?(?:{N}{{1,3}}|元))"
DAY = rf"{YEAR}[ ]?[年./-][ ]?{N}{{1,3}}[ ]?[月./-][ ]?{N}{{1,3}}日?"
OLD_DAY = (
    rf"(?:西暦)?(?:19\d\d|(?:明治|大正|昭和|(?<![a-z])[mts](?=\.?\d))\.?(?:{N}{{1,3}}|元))"
    rf"[年./-]{N}{{1,3}}[月./-]{N}{{1,3}}日?"
)
BORN = r"[ \u3000]?(?:生まれ|うまれ|生れ|産まれ|生(?![ごき活涯徒])|に(?:生|う)まれ|が(?:誕生日|生年月日))"
GENERAL = r"(?!.{0,3}(?:まで|以降|以前|から|より|は早))"
"""Behind a birthday: a rule for everybody (「4月1日生まれまで」), nobody's own day."""
ABOUT_BUILDINGS = r"(?!.{0,2}(?:以前|以降|以後|より|から|まで|施行|改正|建|着工|竣工|完成|開|設|に(?:建|開|施|で)|付|現在|時点|の(?:法|地震|台風|水害|合併|条例|耐震)))"
KIN = "娘|息子|長男|長女|次男|次女|二男|二女|三男|三女|孫|夫|妻|父|母|主人|家内|弟|妹|兄|姉|子|子ども|祖父|祖母"
NOT_A_NAME = (
    r"(?!(?:何|なに|なん|誰|だれ|どこ|どう|どの|どれ|いつ|必要|不要|変更|未定|不明|匿名|ひみつ|秘密|私|わたし|同じ"
    r"|本人|家族|母|父|子|娘|息子|夫|妻|姓|氏|旧姓|通称|漢字|ひらがな|カタカナ|ローマ字|書|出|言|この|その|あの|なし))"
)
NAME = (
    rf"{NOT_A_NAME}(?:[一-龥々ヶ]{{1,4}}[ \u3000・]?[一-龥々ヶぁ-んァ-ヶー]{{1,5}}?"
    r"|[ぁ-ん]{2,5}[ \u3000][ぁ-ん]{2,5}|[ァ-ヶー]{2,8}(?:[ \u3000・]+[ァ-ヶー]{2,8}){0,3}"
    r"|[ぁ-ん]{4,9}?|[a-z]{2,}(?:[ ][a-z.]+){1,3})"
)
SAYS = r"(?:と申し|ともうし|といいま|と言いま|といい(?=、|。|$)|っていいま|って言いま|っていう者|という者|というもの)"
ENDS = r"(?=です|でございま|だ(?:よ|$|。)|と(?:申|もう|い|言)|って(?:い|言)|[、。,.\n」』)!]|[ \u3000]|$|になります|、|の(?:母|父|妻|夫|娘|息子))"
NOT_A_PERSON = (
    r"(?![都道府県市区町村駅川山線橋通公小中高大病医歯内外商工建不設産郵銀支郡島湖海岸浜港台丘園館寺社]"
    r"|クリニック|センター|スーパー|薬局|先の|地区|方面|産の)"
)

RULES: tuple[Rule, ...] = (
    Rule(
        "メールアドレス",
        re.compile(
            r"[a-z0-9][a-z0-9._%+-]*[ ]?(?:@|[(\[<]at[)\]>]|アットマーク|あっとまーく|アット)[ ]?"
            r"[a-z0-9-]+(?:[ ]?(?:\.|[(\[]dot[)\]]|ドット|どっと)[ ]?[a-z0-9-]+)+"
        ),
    ),
    Rule("LINEのID", re.compile(r"line\.me/(?:ti/p/|r/ti/p/)[~@%\w-]+")),
    Rule(
        "LINEのID",
        re.compile(
            r"(?:line|ライン|らいん)[ ]?の?[ ]?(?:id|アイディー?|アイデー|あいでぃー?|アカウント)"
            r"[ ]?(?:は|が|[:：=]|です|、|→)?[ ]?[「『(]?(?P<id>[a-z0-9._@-]{3,30})"
        ),
        "id",
    ),
    Rule("LINEのID", re.compile(r"(?<![a-z0-9])[ucr][0-9a-f]{32}(?![0-9a-f])")),
    Rule(
        "アカウント",
        re.compile(
            r"(?:twitter|ツイッター|instagram|インスタ|facebook|tiktok|(?<![a-z])x|カカオ|kakao|wechat|微信)"
            r"[^。\n]{0,8}?(?P<id>@?[a-z0-9._]{4,30})(?![a-z0-9])"
        ),
        "id",
        check=None,
    ),
    Rule("アカウント", re.compile(r"(?<![a-z0-9@.])@[a-z0-9_.]{3,30}(?![a-z0-9@])")),
    Rule("位置", re.compile(r"(?<!\d)-?\d{1,3}\.\d{3,}\s*[,、]\s*-?\d{1,3}\.\d{3,}(?!\d)")),
    Rule(
        "マイナンバー",
        re.compile(
            r"(?:マイナンバー|まいなんばー|個人番号|my ?number)"
            + IS
            + r"(?P<number>\d(?:[- ]?\d){7,13})"
        ),
        "number",
        in_digits=True,
    ),
    Rule(
        "マイナンバー",
        re.compile(r"(?<!\d)\d{4}[- ]?\d{4}[- ]?\d{4}(?![-]?\d)"),
        in_digits=True,
        check="my_number",
    ),
    Rule(
        "カード番号",
        re.compile(r"(?<!\d)\d(?:[- ]?\d){12,18}(?!\d)"),
        in_digits=True,
        check="card",
    ),
    Rule(
        "カード番号",
        re.compile(
            r"(?:クレジット|クレカ|キャッシュ|デビット|visa|master|jcb)[^\d\n]{0,10}(?P<number>\d(?:[- ]?\d){7,18})"
        ),
        "number",
        in_digits=True,
    ),
    Rule(
        "口座番号",
        re.compile(
            r"(?:口座|普通|当座|貯蓄|通帳|定期預金)(?:預金|貯金|口座)?(?:の?番号)?[^\d\n]{0,6}?(?P<number>\d(?:[- ]?\d){5,7})(?!\d|[- ]\d)"
        ),
        "number",
        in_digits=True,
    ),
    Rule(
        "口座番号",
        re.compile(
            r"記号[^\d\n]{0,4}(?P<number>\d{5}(?:-?\d)?[^\d\n]{0,6}(?:番号)?[^\d\n]{0,4}\d{2,8})"
        ),
        "number",
        in_digits=True,
    ),
    Rule(
        "番号",
        re.compile(
            r"(?:保険者|被保険者|保険証|免許証?|パスポート|旅券|在留カード|年金|受給者証?|資格者|住民票コード|手帳|診察券|会員|利用者|お客様|整理|宛名|世帯|受付|申請|カード|契約|水栓|学籍|社員|職員)"
            r"(?:の)?(?:番号|ナンバー|no\.?|記号|コード|id)" + r"[ ]?(?:[はが:;=]|は、)?[ 「(]*"
            r"(?P<number>[a-z]{0,3}[- ]?\d(?:[- ]?[a-z0-9]){3,15})"
        ),
        "number",
        in_digits=True,
    ),
    Rule("番号", re.compile(r"(?<![a-z0-9])[a-z]{2}\d{8}[a-z]{2}(?![a-z0-9])")),
    Rule("番号", re.compile(r"(?<![a-z0-9])[a-z]{2}\d{7}(?![a-z0-9])")),
    Rule(
        "車の番号",
        re.compile(r"[一-龥ぁ-ん]{1,4}[ ]?\d{2,3}[ ]?[ぁ-ん][ ]?\d{1,2}[- ]?\d{2}(?!\d)"),
    ),
    Rule(
        "車の番号",
        re.compile(r"ナンバー[^\d\n]{0,6}(?P<number>\d{2}[- ]\d{2})(?!\d)"),
        "number",
    ),
    Rule(
        "郵便番号",
        re.compile(r"(?:〒|郵便番号)[^\d\n]{0,4}(?P<number>\d{3}[-ー ]?\d{4})(?!\d)"),
        "number",
        in_digits=True,
    ),
    Rule(
        "電話番号",
        re.compile(
            rf"(?<![\d#])(?:\+?81{SEPARATOR}\(?0?\)?|(?:\()?0)(?!120|570|800(?=\D?\d{{3}}\D))"
            rf"(?:{SEPARATOR}\d){{8,10}}(?!\d)(?![-]?\d)"
        ),
        in_digits=True,
    ),
    Rule("電話番号", re.compile(rf"(?<!\d)0[5789]0(?:{SEPARATOR}\d){{4,9}}(?!\d)"), in_digits=True),
    Rule(
        "電話番号",
        re.compile(
            r"(?:ぜろ|れい|まる|ゼロ|レイ|マル)(?:[-ーの、 ・]{0,2}(?:ぜろ|れい|まる|いち|にー?|さん|よん|し|ごー?|ろく|なな|しち|はち|きゅう|く"
            r"|ゼロ|レイ|マル|イチ|ニー?|サン|ヨン|ゴー?|ロク|ナナ|シチ|ハチ|キュウ|[0-9])){8,10}"
        ),
        in_digits=True,
    ),
    Rule(
        "電話番号",
        re.compile(
            r"(?:電話|でんわ|tel|携帯|けいたい|ケータイ|スマホ|連絡先|fax|ファックス|ファクス|phone|call me(?: at)?|℡|☎)"
            r"[^\d\n。]{0,8}?(?P<number>\d{2,4}[-ー(]\d{2,4}\)?[-ー]?\d{0,4})(?![\d時分円日月人台])"
        ),
        "number",
        in_digits=True,
    ),
    Rule(
        "生年月日",
        re.compile(
            rf"(?:生年月日|誕生日|たんじょうび|バースデー|birthday|date of birth|born(?: on)?|dob)[ ]?(?:[はが:;=]|は、|is|が)?[ ]*(?P<day>{DAY}|{N}{{1,3}}月{N}{{1,3}}日|(?:19|20)\d{{6}}(?!\d)|\d{{1,2}}/\d{{1,2}}/(?:19|20)\d\d)"
        ),
        "day",
        in_digits=True,
    ),
    Rule("生年月日", re.compile(rf"{DAY}{BORN}{GENERAL}"), in_digits=True),
    Rule("生年月日", re.compile(rf"(?:19|20)\d{{6}}{BORN}"), in_digits=True),
    Rule("生年月日", re.compile(rf"{N}{{1,3}}月{N}{{1,3}}日{BORN}{GENERAL}"), in_digits=True),
    Rule("生年月日", re.compile(rf"(?<![\d-]){OLD_DAY}(?!\d){ABOUT_BUILDINGS}"), in_digits=True),
    Rule(
        "番地",
        re.compile(
            rf"(?<=丁目)[ \u3000のー-]*{N}{{1,5}}(?:[ ]?(?:番地?の?|号|[-ーの])[ ]?{N}{{0,5}})*(?:号室?)?(?![日時月年回円人個歳才本枚件階分丁])"
        ),
        in_digits=True,
    ),
    Rule(
        "番地",
        re.compile(rf"(?:{N}+[-ー])?{N}+(?:番地|番(?={N}+号))(?:[の-]?{N}+(?:号室?|[-の]{N}+)?)?"),
        in_digits=True,
    ),
    Rule(
        "番地",
        re.compile(
            r"(?<=[一-龥ぁ-んァ-ヶー])[ \u3000]?(?P<number>\d{1,4}[-ー]\d{1,4}[-ー]\d{1,5}(?:[-ー]\d{1,5})?)(?![-\d日時月年])"
        ),
        "number",
        in_digits=True,
        check="not_a_date",
    ),
    Rule(
        "番地",
        re.compile(
            r"(?<=[町村区市台丘原野川田島山条通字郷里浜崎沢谷内木井本])[ \u3000]?\d{1,4}[-ー]\d{1,4}"
            r"(?![-\d.]|[ ]?(?:丁目|日|時|月|年|回|円|人|個|歳|才|本|枚|件|階|分|km|cm|kg|%|号線|番線|組|校))"
        ),
        in_digits=True,
    ),
    Rule(
        "番地",
        re.compile(
            r"(?:大字|(?<![一-龥])字)[^\d\s、。]{1,8}?(?P<number>\d{1,5}(?:[-ーの番地]+\d{0,5})*)(?![日時月年回円人])"
        ),
        "number",
        in_digits=True,
    ),
    Rule(
        "部屋",
        re.compile(
            r"(?:マンション|アパート|ハイツ|コーポ|メゾン|レジデンス|ハイム|パレス|コート|ハウス|荘|団地|寮|タワー|ヴィラ|カーサ|グラン)"
            r"[^\d、。\s]{0,10}[ \u3000]?(?P<number>(?:[a-z0-9]{1,3}[-棟の])?\d{1,4}(?:号室|号|室)|(?:[a-z]?-?|\d{1,2}[-の])\d{3,4})(?![\d円人台日年世戸])"
        ),
        "number",
        in_digits=True,
    ),
    Rule(
        "部屋",
        re.compile(r"(?<!庁舎)(?<!市役所)(?<!役場)(?<!階の)(?<!階)(?<!\d)\d{2,4}号室"),
        in_digits=True,
    ),
    Rule("郵便番号", re.compile(r"(?<![\d-])\d{3}-\d{4}(?![\d-])"), in_digits=True),
    Rule(
        "名前",
        re.compile(
            rf"(?:お?名前|なまえ|氏名|フルネーム|名義人?|世帯主名|世帯主|申請者|代理人|保護者名|故人|患者)(?:は|が|:|=|→|、|：)?[ \u3000]*(?P<name>(?:{FAMILY})[ \u3000]?[一-龥ぁ-んァ-ヶー]{{0,4}}?){ENDS}"
        ),
        "name",
    ),
    Rule(
        "名前",
        re.compile(
            rf"(?:お?名前|なまえ|氏名|フルネーム|名義)(?:は|:|=|→|：)[ \u3000]*(?P<name>{NAME}){ENDS}"
        ),
        "name",
    ),
    Rule(
        "名前",
        re.compile(rf"(?:^|[、。,.\s!？?]|の|は|、私)(?P<name>{NAME}){SAYS}", re.MULTILINE),
        "name",
    ),
    Rule(
        "名前",
        re.compile(
            r"(?:my name is|name is|i am called|full name:?|name:)\s+(?P<name>[a-z][a-z'.-]+(?: [a-z][a-z'.-]+){0,2})"
        ),
        "name",
    ),
    Rule(
        "名前",
        re.compile(
            rf"(?<![一-龥々])(?:{FAMILY})[ \u3000]?(?:[一-龥々]{{1,3}}|[ぁ-ん]{{2,4}}|[ァ-ヶー]{{2,4}})?"
            r"(?:さん|様|さま|君|くん|ちゃん|氏(?!名)|先生|課長|係長|部長|主任|主事)"
        ),
    ),
    Rule("名前", re.compile(rf"(?<![一-龥々])(?:{FAMILY})[ \u3000]?(?:{GIVEN})(?![市町村区県])")),
    Rule(
        "名前",
        re.compile(
            rf"(?:^|[、。,.\s!？?」]|の|は)(?P<name>(?:{SURE}){NOT_A_PERSON})(?=です(?:$|。|が|けど|けれど|、|\s|！|!)|だけど|と申|ともうし|といいます|と言います)",
            re.MULTILINE,
        ),
        "name",
    ),
    Rule(
        "名前",
        re.compile(
            rf"(?:{KIN})の(?P<name>(?:{GIVEN})(?:くん|ちゃん|さん)?)(?=[がはをにとも、。 \n]|です|$|の)"
        ),
        "name",
    ),
    Rule(
        "名前",
        re.compile(
            rf"(?:{KIN})の(?P<name>(?:{SURE})[ \u3000]?(?:[ぁ-ん]{{2,4}}|[ァ-ヶ]{{2,4}}子?))(?=[のがはをにでとも、。]|$|です)"
        ),
        "name",
    ),
    Rule(
        "名前",
        re.compile(
            rf"(?:{KIN})[（(](?P<name>(?:{FAMILY}){NOT_A_PERSON}[ \u3000]?[一-龥々ぁ-んァ-ヶー]{{1,5}})(?=[）)])"
        ),
        "name",
    ),
    Rule(
        "名前",
        re.compile(rf"(?<![一-龥々])(?:{GIVEN})(?:くん|ちゃん)(?=[がはをにとも、。 \n]|です|$|の)"),
    ),
    Rule(
        "番号",
        re.compile(
            r"(?<![\d.-])(?!0120|0570|0800)(?P<number>\d(?:[- ]?\d){8,18})(?![\d.]|[- ]\d)(?![ ]?(?:円|人|件|個|回|票|㎡|kg|m))"
        ),
        "number",
        in_digits=True,
        check="not_a_date",
    ),
)
