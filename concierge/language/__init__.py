"""Japanese as residents type it: normalising, dates, places, things."""
