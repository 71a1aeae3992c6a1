"""One verb a file: each combines ports and pure code, and knows no back-end."""
