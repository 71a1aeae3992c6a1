"""`colophon demo`: a creator and a licensee walk through the whole job in a registry of their own."""

from registry.cli.demo.story import run_demo

__all__ = ["run_demo"]
