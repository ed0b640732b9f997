"""`python -m buyruq`."""

from buyruq.cli import main

if __name__ == "__main__":
    main()
