"""`python -m concierge`: the command line."""

from concierge.cli import main

if __name__ == "__main__":
    main()
