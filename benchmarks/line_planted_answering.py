"""The answering process with a fault planted in it: an unknown reply is followed by a push."""

from __future__ import annotations

import sys

from concierge.channels.line import delivery
from concierge.channels.line.answering import main
from concierge.channels.line.delivery import Courier, Delivered, Note
from concierge.storage.inbox_work import Work


async def careless(self: Courier, work: Work, *, fresh: bool, note: Note) -> Delivered:
    """Deliver, and push where it is unknown whether the reply got through."""
    ended = await _deliver(self, work, fresh=fresh, note=note)
    return await self._by_push(work, note) if ended.dead == "unknown" else ended


_deliver = Courier.deliver
Courier.deliver = careless  # type: ignore[method-assign]
delivery.TOKEN_LIVES = 8.0

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
