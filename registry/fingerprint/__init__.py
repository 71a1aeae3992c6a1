"""Fingerprints: what is taken from a file so that the work can be found again from an altered copy."""
