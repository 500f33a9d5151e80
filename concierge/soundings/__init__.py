"""Soundings: what residents asked, wanted and answered, so that a town knows what to build next.

`redaction` takes personal data out of a text, `log` keeps what one turn tells (counters for all,
redacted text by consent only), `consent` is what each resident allowed, `asked` are the questions a
town asks on purpose, `unmet` groups what could not be answered, `report` puts it before a council.
Nothing here is ever needed for an answer: whatever fails costs only its own record.
"""
