"""The checks hold nothing of people: a rule, how many rows break it, and numbers of a few rows."""

from partage.web.personal_data import ALL_COLUMNS

NOT_PERSONAL = {"Run": ALL_COLUMNS}
