"""One folder a municipality; no code. This file only lets the folders travel in the wheel."""
