"""The LINE channel: it only translates between LINE's webhook and messages, and the town's words."""
