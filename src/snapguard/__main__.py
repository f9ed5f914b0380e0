"""`python -m snapguard`."""

from snapguard.cli import main

if __name__ == "__main__":
    main()
