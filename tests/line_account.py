"""An operator's LINE account for tests: the stand-in, and a webhook that answers it with 200."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from concierge.channels.line.standin import StandIn, in_thread

__all__ = ["line_account"]


class _Webhook(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *said: object) -> None:
        """Say nothing."""


@contextmanager
def line_account() -> Iterator[dict[str, str]]:
    """Serve an account that is in order; yields the environment of its operator."""
    standin = StandIn()
    standin.endpoint = "https://town.example.jp/line/webhook"
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Webhook)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    standin.webhook.url = f"http://127.0.0.1:{server.server_port}/line/webhook"
    try:
        with in_thread(standin) as thread:
            yield {
                "LINE_CHANNEL_SECRET": standin.secret,
                "LINE_CHANNEL_ID": standin.tokens.channel_id,
                "LINE_API_BASE": thread.url,
                "LINE_DATA_API_BASE": thread.url,
            }
    finally:
        server.shutdown()
        server.server_close()
