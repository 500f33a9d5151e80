"""`concierge …`: one file a noun, loaded only when it is called, so that `--help` is instant.

A command's module stands in this package under the command's name and has one public `command`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from concierge.problem import ConciergeError

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; the entry point of the `concierge` script."""
    from concierge.cli.root import command  # noqa: PLC0415 - keeps `import concierge.cli` free

    try:
        command.main(
            args=_typed(sys.argv[1:] if arguments is None else arguments), prog_name="concierge"
        )
    except ConciergeError as error:
        print(f"エラー: {error}", file=sys.stderr)
        sys.exit(2)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        reason = f"{where}{error.strerror or error}"
        print(f"エラー: ファイルを読み書きできません（{reason}）。", file=sys.stderr)
        sys.exit(1)


def _typed(arguments: Sequence[str]) -> list[str]:
    """Return the arguments as UTF-8 was typed, also where the terminal's locale knows only ASCII."""
    return [
        os.fsencode(argument).decode("utf-8", "surrogateescape") if _escaped(argument) else argument
        for argument in arguments
    ]


def _escaped(argument: str) -> bool:
    return any("\udc80" <= character <= "\udcff" for character in argument)
