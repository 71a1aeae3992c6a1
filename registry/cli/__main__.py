"""`python -m registry.cli` is `colophon`."""

from registry.cli import main

main()
