"""When is which garbage collected? Answered from the town's collection calendar."""
