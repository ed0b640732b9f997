"""`python -m buyruq`."""

from buyruq.start import main

if __name__ == "__main__":
    main()
