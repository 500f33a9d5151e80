"""The web chat at `/`: a page for residents, for phones first, that also works without scripts."""

from concierge.channels.web.face import Answer, Forget, OnDelta, Opening, PutThrough, TownFace
from concierge.channels.web.routes import router
from concierge.channels.web.sessions import Sessions

__all__ = ["Answer", "Forget", "OnDelta", "Opening", "PutThrough", "Sessions", "TownFace", "router"]
