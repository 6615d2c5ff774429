"""What `partage tables write` needs once the site is set up: PyArrow and the models."""

from partage.accounting.table_files import TablesRefused
from partage.accounting.table_writing import write_tables

__all__ = ["TablesRefused", "write_tables"]
