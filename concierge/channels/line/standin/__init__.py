"""A stand-in for LINE's platform, for tests and for trying the LINE channel without an account.

It holds our requests to LINE's published OpenAPI description and to LINE's written limits, keeps
LINE's rules on reply tokens, retry keys, quota and blocked users, can be told to fail, and brings
signed events to our webhook. What it does not have answers 501: narrowcast, broadcast, audiences,
coupons, memberships and statistics.

    standin = StandIn()
    async with serving(standin) as url:              # LINE_API_BASE=url LINE_DATA_API_BASE=url
        standin.webhook.url = "http://127.0.0.1:8000/line/webhook"
        hanako = standin.resident("花子")
        asked = standin.events.text(hanako, "あしたのごみ、なに？")
        await standin.webhook.deliver(asked)
        ...
        assert len(standin.answers_to(asked)) == 1
"""

from concierge.channels.line.standin.application import application
from concierge.channels.line.standin.delivery import Delivery, sign
from concierge.channels.line.standin.faults import EVERYWHERE, Fault, Faults, Kind
from concierge.channels.line.standin.platform import StandIn
from concierge.channels.line.standin.serving import Thread, in_thread, serving
from concierge.channels.line.standin.state import Group, Resident, Sent

__all__ = [
    "EVERYWHERE",
    "Delivery",
    "Fault",
    "Faults",
    "Group",
    "Kind",
    "Resident",
    "Sent",
    "StandIn",
    "Thread",
    "application",
    "in_thread",
    "serving",
    "sign",
]
