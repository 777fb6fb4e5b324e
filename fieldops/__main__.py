"""`python -m fieldops COMMAND`."""

from fieldops.cli import commands

if __name__ == "__main__":
    commands(prog_name="fieldops")
