"""SQLite behind a fair write queue, on a library that is recent enough.

Debian 12's own SQLite (3.40) can corrupt a database when two connections reset the write-ahead log
at the same instant (fixed in 3.51.3), so the copy bundled in pysqlite3 takes its place before
Django loads its backend.
"""

import sys

import pysqlite3

sys.modules["sqlite3"] = pysqlite3
sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2
