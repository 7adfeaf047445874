"""``python -m graphkit.cli``: the command line where no script is installed."""

from graphkit.cli.app import main

if __name__ == "__main__":
    main()
