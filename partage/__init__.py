"""Partage: decide together, count together."""

__version__ = "0.1.0"
