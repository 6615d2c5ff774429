"""Digests of an inspection: of its terms, of each page read over the one before, of a seed.

Without Django, so that a case file is checked where there is no site.
"""

from hashlib import sha256

from partage.register.leaves import Facts, canonical


def terms_digest(opening: bytes, terms: Facts) -> str:
    """What the register holds of the terms: without the opening, nobody can test a guess."""
    return sha256((opening.hex() + canonical(terms)).encode()).hexdigest()


def chained(before: str, facts: Facts) -> str:
    """The digest of a line over the one before it: none can be changed, left out or put in."""
    return sha256(f"{before}\n{canonical(facts)}".encode()).hexdigest()


def seed_of(checkpoint: str, mandate: int, number: int) -> str:
    """SHA-256 over the three lines that a checkpoint signs, the mandate and the sample's number.

    The register signed the first, and the others count up: nobody chose any of them.
    """
    return sha256(f"{checkpoint}{mandate} {number}\n".encode()).hexdigest()
