"""What the web chat does not accept, told in the resident's language.

Exceptions
----------
RefusedError                  a request or turn that gets no answer; its `code` is a key of `WORDS`
"""

from __future__ import annotations

from http import HTTPStatus

from concierge.channels.web.words import words_in
from concierge.problem import ConciergeError

__all__ = ["RefusedError"]


class RefusedError(ConciergeError):
    """A request or turn that gets no answer.

    `status` is the HTTP status where nothing was sent yet; `wait` the seconds after which it may
    be tried again.
    """

    def __init__(self, code: str, status: HTTPStatus, *, wait: int | None = None) -> None:
        self.code = code
        self.status = status
        self.wait = wait
        super().__init__(words_in("ja")[code])

    def message(self, language: str | None) -> str:
        """Return the sentence for the resident."""
        return words_in(language)[self.code]

    def as_event(self, language: str | None) -> dict[str, str]:
        """Return the line of the stream, or the body, that tells it."""
        return {"event": "error", "code": self.code, "message": self.message(language)}
