"""Colophon: the domain of a copyright registry on Ethereum."""
