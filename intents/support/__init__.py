"""Someone is grieving, poor, alone or angry: kind words and the right desk, before any FAQ."""
