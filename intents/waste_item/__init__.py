"""How is this thing thrown away? Answered from the town's own dictionary, exact entries only."""
