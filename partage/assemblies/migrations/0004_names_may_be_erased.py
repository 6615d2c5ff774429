"""The refusals of 0002, save that a closed roll that was never public may lose a name and its seal's key.

A later migration that writes one of these tables anew calls `make` of this one.
"""

from importlib import import_module

from django.db import migrations

before = import_module("partage.assemblies.migrations.0002_open_votes_do_not_change")

NEVER_PUBLIC = (
    "EXISTS (SELECT 1 FROM assemblies_vote v WHERE v.id = OLD.vote_id AND v.regime <> 'roll-call' "
    "AND v.closed_at IS NOT NULL)"
)
NAME_ALONE = "NOT " + before.changed(("id", "vote_id", "place", "member_id", "group_id"))
KEPT = tuple(column for column in before.DECLARED if column != "roll_salt")
SALT_LOST = "NEW.roll_salt IS NULL AND OLD.closed_at IS NOT NULL AND OLD.regime <> 'roll-call'"
SALT = f"({before.changed(('roll_salt',))} AND NOT ({SALT_LOST}))"
CHANGED = {
    "roll_never_changes": f"NOT (NEW.name = '' AND {NAME_ALONE} AND {NEVER_PUBLIC})",
    "vote_keeps_its_rule": f"OLD.opened_at IS NOT NULL AND ({before.changed(KEPT)} OR {SALT})",
}
REFUSALS = [one._replace(when=CHANGED.get(one.name, one.when)) for one in before.REFUSALS]


def write(schema_editor: object, refusals: list) -> None:
    """Put these in the place of whichever are there."""
    connection = schema_editor.connection  # type: ignore[attr-defined]
    is_sqlite = connection.vendor == "sqlite"
    drop = "DROP TRIGGER IF EXISTS {name}" if is_sqlite else "DROP FUNCTION IF EXISTS {name}() CASCADE"
    text = before.SQLITE if is_sqlite else before.POSTGRES
    with connection.cursor() as cursor:
        for refusal in refusals:
            cursor.execute(drop.format(name=refusal.name))
            cursor.execute(text.format(**refusal._asdict()))


def make(apps: object, schema_editor: object) -> None:
    write(schema_editor, REFUSALS)


def make_again(apps: object, schema_editor: object) -> None:
    write(schema_editor, before.REFUSALS)


class Migration(migrations.Migration):
    dependencies = [("assemblies", "0003_erased_members")]
    operations = [migrations.RunPython(make, make_again)]
