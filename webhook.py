"""The ASGI application: `uvicorn webhook:app`. Settings → concierge → channels."""

from concierge.application import create_application
from concierge.settings import Settings

app = create_application(Settings.from_environment())
