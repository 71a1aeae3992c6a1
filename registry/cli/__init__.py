"""The command `colophon`. Nothing heavy is loaded before a command needs it."""


def main() -> None:
    """Run the command line and leave with its exit code: 0 done, 1 refused or failed, 2 called wrongly."""
    from registry.cli.app import run

    run()
