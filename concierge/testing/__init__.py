"""The kit for those who write engines: the checks that every engine has to pass.

    from concierge.testing import EngineTests
    from my_package import Weather

    class TestWeather(EngineTests):
        engine = Weather
        questions = ("あしたの天気は",)

`concierge engines check NAME` runs the same checks on an installed engine, without pytest.
"""

from concierge.testing.checks import CHECKS, NonconformityError
from concierge.testing.subject import Subject
from concierge.testing.suite import EngineTests
from concierge.testing.verdict import Finding, check_engine

__all__ = ["CHECKS", "EngineTests", "Finding", "NonconformityError", "Subject", "check_engine"]
