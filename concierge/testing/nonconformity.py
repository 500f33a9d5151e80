"""What a check raises; an AssertionError, so that test runners show it as a failed test."""

from __future__ import annotations

__all__ = ["NonconformityError", "SlownessError"]


class NonconformityError(AssertionError):
    """An engine does not keep the contract; the message (Japanese) says how, and what to do."""


class SlownessError(NonconformityError):
    """An engine took too long; the machine may have been at fault, so it is asked again."""
