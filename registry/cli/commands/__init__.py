"""Signatures of the commands: each turns its options into values and hands them to one room."""
