"""`python -m trialist`: the same as the command `trialist`."""

from trialist.cli.main import main

if __name__ == "__main__":
    main()
