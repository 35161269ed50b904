"""`python -m console`: the command `lifeguard`, and so the process `python -m console verify --continuously`."""

from console.commands import main

if __name__ == "__main__":
    main()
