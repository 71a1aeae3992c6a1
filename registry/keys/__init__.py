"""Private keys in files: encrypted for people, plain and owner-only for the embedded registry's operator."""
