"""役に立った, 違う, 人に聞きたい: what a resident says of an answer, and the way to a person."""

from __future__ import annotations

from concierge.clock import with_weekday
from concierge.message import Choice
from concierge.municipality import Department
from concierge.office_hours import read_hours
from concierge.soundings.hearing import Hearing, Outcome
from concierge.soundings.log import Log, Remark
from concierge.soundings.turn import TALK, Turn
from concierge.soundings.words import Words

__all__ = ["about_the_answer", "feedback_choices", "way_to_a_person"]


def feedback_choices(words: Words, *, answered: bool) -> tuple[Choice, ...]:
    """Return what can be said of an answer; of none, only that a person is wanted."""
    return words.choices("helpful", "wrong", "person") if answered else words.choices("person")


def about_the_answer(hearing: Hearing, log: Log) -> Outcome | None:
    """Answer feedback on the last answer; None for all other words."""
    meaning, words, turn = hearing.meaning, hearing.words, hearing.last_turn()
    if hearing.open.get("kind") == "solved" and meaning in ("solved", "unsolved", "yes", "no"):
        solved = meaning in ("solved", "yes")
        _remark(log, hearing, turn, "solved" if solved else "unsolved")
        desk = _desk(hearing)
        name = desk.name + (f"（{desk.phone}）" if desk.phone else "")
        said = "said_solved" if solved else "said_unsolved"
        return hearing.say(words.say(said, desk=name))
    if meaning == "unhelpful" and turn is not None:
        _remark(log, hearing, turn, "unsolved")
        desk = _desk(hearing)
        name = desk.name + (f"（{desk.phone}）" if desk.phone else "")
        return hearing.say(words.say("said_unsolved", desk=name))
    if meaning == "helpful" and turn is not None:
        _remark(log, hearing, turn, meaning)
        return hearing.say(words.say("said_helpful"))
    if meaning == "person" or (meaning == "wrong" and turn is not None):
        _remark(log, hearing, turn, meaning)
        told = [words.say(f"said_{meaning}"), *way_to_a_person(hearing)]
        ask = words.say("ask_solved") if turn is not None else ""
        choices = words.choices("solved", "unsolved") if turn is not None else ()
        text = "\n".join(told) + (f"\n\n{ask}" if ask else "")
        return hearing.say(text, choices, {"kind": "solved"} if choices else None)
    return None


def way_to_a_person(hearing: Hearing) -> list[str]:
    """Return the desk with its number, and whether it is open now or when it is next."""
    desk, words, at = _desk(hearing), hearing.words, hearing.message.at
    phone = f"（{desk.phone}）" if desk.phone else ""
    lines = [words.say("desk", desk=desk.name, phone=phone)]
    hours = read_hours(desk.hours)
    if hours is not None:
        until = hours.open_until(at)
        following = hours.opens_next(at)
        if until is not None:
            lines.append(words.say("open", until=f"{until.hour}:{until.minute:02}"))
        elif following is not None:
            day = with_weekday(following.date(), today=at.date())
            clock = f"{following.hour}:{following.minute:02}"
            lines.append(words.say("closed", next=f"{day}{clock}"))
    if desk.hours:
        lines.append(words.say("hours", hours=desk.hours))
    return lines


def _desk(hearing: Hearing) -> Department:
    """Return the desk of the last answer, else the town hall's first."""
    town = hearing.town.knowledge.municipality
    named = hearing.last.get("desk")
    return next((desk for desk in town.departments if desk.name == named), town.reception)


def _remark(log: Log, hearing: Hearing, turn: Turn | None, feedback: str) -> None:
    if turn is not None and turn.topic != TALK:
        log.note(Remark(turn, feedback=feedback, resident=hearing.resident))
