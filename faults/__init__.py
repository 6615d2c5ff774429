"""The fault bench: what the site promises when things break, tried on real servers.

`python -m faults --help` lists the faults. It is kept in the repository and is not in the wheel.
"""
