"""What a resident says about the record itself: 設定, 同意します, 私の記録, 記録を消して.

Every word works at any time, in Japanese, やさしい日本語 and English; refusing costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from concierge.language.normalize import normalize, normalized_key
from concierge.message import Choice
from concierge.soundings.asked import IDEAS
from concierge.soundings.consent import PURPOSES, Allowed, Consents
from concierge.soundings.feedback import way_to_a_person
from concierge.soundings.hearing import Hearing, Outcome
from concierge.soundings.log import Log
from concierge.soundings.settings import AGES
from concierge.soundings.turn import town_level
from concierge.soundings.words import typed

__all__ = ["about_the_record"]

SHOWN = 10
"""How many records 「私の記録」 lists."""
LONGEST_PLACE = 20
MOST_PLACES = 10


def about_the_record(hearing: Hearing, log: Log, consents: Consents) -> Outcome | None:
    """Answer words about the record or an open question of consent; None for all others.

    Raises one of `UNUSABLE` where the database is away.
    """
    talk = _Talk(hearing, log, consents)
    step = talk.steps.get(str(hearing.open.get("kind")))
    if step is not None and (answered := step()) is not None:
        return answered
    meaning = hearing.meaning or ""
    if meaning.startswith(("on:", "off:")):
        switch, _, purpose = meaning.partition(":")
        return talk.switch(purpose, on=switch == "on")
    said = talk.said.get(meaning)
    return said() if said is not None else None


class _Talk:
    """One turn of it."""

    def __init__(self, hearing: Hearing, log: Log, consents: Consents) -> None:
        self.hearing, self.log, self.consents = hearing, log, consents
        self.words = hearing.words
        self.allowed = hearing.allowed or Allowed()
        self.privacy = hearing.town.knowledge.privacy
        self.steps: dict[str, Callable[[], Outcome | None]] = {
            "erase": self.erasing,
            "soundings": self.soundings,
            "age": self.age,
            "area": self.area,
            "home": self.home,
            "publish": self.publish,
            "ideas": self.ideas,
        }
        self.said: dict[str, Callable[[], Outcome]] = {
            "settings": self.settings,
            "record": self.record,
            "erase": self.erase,
            "about": self.about,
            "agree": self.agree,
            "refuse": self.refuse,
            "profile": self.ask_age,
            "idea": self.idea,
        }

    # ------------------------------------------------------------------------------- consent

    def agree(self) -> Outcome:
        self._decide({"improve": True})
        thanks = self.words.say("thanks", title=self.words.title("improve"))
        if "soundings" in self.allowed.decided:
            return self.hearing.say(thanks)
        what = self.words.what("soundings", self.privacy)
        question = self.words.say("ask_soundings", what=what)
        return self._ask(f"{thanks}\n{question}", "soundings", *self._yes_no())

    def refuse(self) -> Outcome:
        held = bool(self.allowed.purposes)
        self._decide(dict.fromkeys(PURPOSES, False))
        return self.hearing.say(self.words.say("refused_held" if held else "refused"))

    def soundings(self) -> Outcome | None:
        yes = self._yes()
        if yes is None:
            return None
        self._decide({"soundings": yes})
        return self.ask_age() if yes else self.hearing.say(self.words.say("not_set"))

    def ask_age(self) -> Outcome:
        bands = tuple(Choice(band, band) for band in AGES)
        return self._ask(self.words.say("ask_age"), "age", *bands, *self.words.choices("skip"))

    def age(self) -> Outcome | None:
        said = normalize(self.hearing.chosen()).text
        band = next((band for band in AGES if said in (band, band.removesuffix("以上"))), None)
        if band is None and self._means(said) != "skip":
            return None
        self._keep(age=band)
        home = self.hearing.memory.homes.get("自宅")
        if home and (area := town_level(home)):
            question = self.words.say("ask_area_known", area=area)
            return self._ask(question, "home", *self._yes_no(), *self.words.choices("skip"))
        return self._ask(self.words.say("ask_area"), "area", *self.words.choices("skip"))

    def home(self) -> Outcome | None:
        yes = self._yes()
        if yes is None and self._means(self.hearing.chosen()) != "skip":
            return None
        if yes:
            self._keep(area=town_level(self.hearing.memory.homes.get("自宅")))
            return self.ask_publish()
        if yes is False:
            return self._ask(self.words.say("ask_area"), "area", *self.words.choices("skip"))
        self._keep(area=None)
        return self.ask_publish()

    def area(self) -> Outcome | None:
        said = self.hearing.chosen()
        if self._means(said) == "skip":
            self._keep(area=None)
            return self.ask_publish()
        if self._means(said) is not None or len(said) > LONGEST_PLACE:
            return None
        areas = self.hearing.town.understander.areas.resolve(normalize(said))
        names = sorted({name for area in areas if (name := town_level(area.full_name))})
        if 1 < len(names) <= MOST_PLACES:
            offered = tuple(Choice(name, name) for name in names)
            return self._ask(
                self.words.say("which_area"), "area", *offered, *self.words.choices("skip")
            )
        if len(names) != 1:
            self._keep(area=None)
            return self.ask_publish(self.words.say("area_unknown"))
        self._keep(area=names[0])
        return self.ask_publish()

    def ask_publish(self, before: str = "") -> Outcome:
        said = [before] if before else []
        if "publish" in self.allowed.decided:
            return self.hearing.say("\n".join([*said, self.words.say("set_up")]))
        what = self.words.what("publish", self.privacy)
        text = "\n".join([*said, self.words.say("ask_publish", what=what)])
        return self._ask(text, "publish", *self._yes_no())

    def publish(self) -> Outcome | None:
        yes = self._yes()
        if yes is None:
            return None
        self._decide({"publish": yes})
        return self.hearing.say(self.words.say("set_up"))

    def idea(self) -> Outcome:
        """Open the idea box; who has not agreed to keeping what they put into it is asked first."""
        if "ideas" in self.allowed.purposes:
            return self._take_idea()
        what = self.words.what("ideas", self.privacy)
        return self._ask(self.words.say("ask_ideas", what=what), "ideas", *self._yes_no())

    def ideas(self) -> Outcome | None:
        yes = self._yes()
        if yes is None:
            return None
        self._decide({"ideas": yes})
        if yes:
            return self._take_idea()
        desk = way_to_a_person(self.hearing)[0]
        return self.hearing.say(self.words.say("idea_refused", desk=desk))

    def switch(self, purpose: str, *, on: bool) -> Outcome:
        self._decide({purpose: on})
        title = self.words.title(purpose)
        if on and purpose == "soundings" and self.allowed.age is None:
            return self.ask_age()
        if on:
            return self.hearing.say(self.words.say("thanks", title=title))
        said = "unpublished" if purpose == "publish" else "withdrawn"
        return self.hearing.say(self.words.say(said, title=title))

    # -------------------------------------------------------------------- seeing and erasing

    def settings(self) -> Outcome:
        lines: list[str] = []
        choices: list[Choice] = []
        for purpose in PURPOSES:
            on = purpose in self.allowed.purposes
            title = self.words.title(purpose)
            lines.append(self.words.say("setting_on" if on else "setting_off", title=title))
            turn = self.words.say("turn_off" if on else "turn_on", title=title)
            choices.append(Choice(turn, turn))
        if "soundings" in self.allowed.purposes:
            unset = self.words.say("unset")
            age, area = self.allowed.age or unset, self.allowed.area or unset
            lines.append(self.words.say("profile", age=age, area=area))
            choices += self.words.choices("change_profile")
        choices += self.words.choices("own_record", "own_erase")
        text = self.words.say("settings", lines="\n".join(lines))
        return self.hearing.say(text, tuple(choices), {"kind": "settings"})

    def about(self) -> Outcome:
        knowledge = self.hearing.town.knowledge
        desk = knowledge.municipality.desk_for(self.privacy.contact or "")
        contact = desk.name + (f"（{desk.phone}）" if desk.phone else "")
        text = self.words.say("about", contact=contact, **self.words.periods(self.privacy))
        return self.hearing.say(text, self.words.choices("agree", "refuse"), {"kind": "about"})

    def record(self) -> Outcome:
        turns, answers = self.log.held(self.hearing.resident)
        if not turns and not answers:
            return self.hearing.say(self.words.say("record_none"))
        lines = [self._turn_line(row) for row in turns[:SHOWN]]
        lines += [self._answer_line(row) for row in answers[: SHOWN - len(lines)]]
        also = self.words.say("record_answers", count=len(answers)) if answers else ""
        text = self.words.say("record", count=len(turns), answers=also, lines="\n".join(lines))
        return self.hearing.say(text, self.words.choices("own_erase"), {"kind": "record"})

    def erase(self) -> Outcome:
        return self._ask(self.words.say("erase"), "erase", *self._yes_no())

    def erasing(self) -> Outcome | None:
        yes = self._yes()
        if yes is None:
            return None
        if not yes:
            return self.hearing.say(self.words.say("kept"))
        return self.hearing.say(self.words.say("erased"), erases=True)

    # ----------------------------------------------------------------------------- the parts

    def _turn_line(self, row: Any) -> str:
        _, day, hour, topic, _, text, _ = row
        name = "record_line" if text else "record_line_bare"
        return self.words.say(name, day=day, hour=hour, topic=topic, text=text)

    def _answer_line(self, row: Any) -> str:
        _, day, sounding, _, value, text = row
        known = {each.id: each.title for each in self.hearing.town.knowledge.soundings}
        said = value if text is None else f"「{text}」"
        return self.words.say(
            "record_answer", day=day, title=known.get(sounding, sounding), value=said
        )

    def _ask(self, text: str, kind: str, *choices: Choice) -> Outcome:
        return self.hearing.say(text, choices, {"kind": kind})

    def _take_idea(self) -> Outcome:
        return self._ask(self.words.say("ask_idea", **self.words.periods(self.privacy)), "idea")

    def _yes_no(self) -> tuple[Choice, ...]:
        return self.words.choices("yes", "no")

    def _yes(self) -> bool | None:
        return {"yes": True, "agree": True, "no": False, "refuse": False}.get(
            self._means(self.hearing.chosen()) or ""
        )

    def _means(self, text: str) -> str | None:
        return typed().get(normalized_key(text))

    def _decide(self, decisions: dict[str, bool]) -> None:
        """Keep decisions with the text they were made on; withdraw what is no longer allowed.

        Also where it was withdrawn before: that may have been cut short.
        """
        hearing = self.hearing
        if self.allowed.noticed is None:
            self._keep(noticed="asked")
        for purpose, given in decisions.items():
            text = self.words.consent_text(purpose, self.privacy)
            self.consents.decide(
                hearing.stable, {purpose: given}, text, self.words.language, hearing.message.at
            )
            if not given and purpose in self.allowed.decided:
                self.log.withdraw(hearing.resident, purpose)
        if decisions.get("soundings") is False:
            self._keep(age=None, area=None)
        if decisions.get("ideas") is False and IDEAS in self.allowed.asked:
            asked = {name: day for name, day in self.allowed.asked.items() if name != IDEAS}
            self._keep(asked=asked)

    def _keep(self, **changes: Any) -> None:
        self.allowed = replace(self.allowed, **changes)
        self.consents.keep(self.hearing.stable, self.allowed, self.hearing.message.at)
