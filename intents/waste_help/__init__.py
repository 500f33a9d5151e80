"""What newcomers ask about putting garbage out: by when, where, in which bag, and what went wrong."""
