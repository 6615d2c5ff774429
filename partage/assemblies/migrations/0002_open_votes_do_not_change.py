"""What a constraint on one row cannot say: an open vote keeps its rule, ballots come only while it is open.

Each line is what the database refuses, written so that SQLite and PostgreSQL both read it. Nothing
is refused on deletion: a draft goes with what hangs on it. SQLite forgets the triggers of a table
that a later migration writes anew: such a migration must call `make` again.
"""

from typing import NamedTuple

from django.db import migrations


class Refusal(NamedTuple):
    name: str
    event: str
    table: str
    when: str


DECLARED = (
    "assembly_id", "number", "title", "question", "regime", "majority", "counted",
    "quorum_percent", "by_chamber", "groups_needed", "chair_id", "closes_at",
    "opened_at", "roll_size", "roll_seal", "roll_salt",
)  # fmt: skip
COUNTED = ("closed_at", "outcome", "votes_for", "against", "abstentions", "counted_by_id", "confirmed_by_id")  # fmt: skip


def changed(columns: tuple[str, ...]) -> str:
    return "(" + " OR ".join(f"NEW.{one} IS DISTINCT FROM OLD.{one}" for one in columns) + ")"


def not_open(entry: str, regime: str) -> str:
    """No open vote of this regime has this roll entry."""
    return (
        "NOT EXISTS (SELECT 1 FROM assemblies_rollentry e JOIN assemblies_vote v ON v.id = e.vote_id "
        f"WHERE e.id = {entry} AND v.regime = '{regime}' AND v.opened_at IS NOT NULL "
        "AND v.closed_at IS NULL)"
    )


def of_another_vote(entry: str, acting: str) -> str:
    return (
        f"({acting} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM assemblies_rollentry e "
        f"JOIN assemblies_rollentry a ON a.vote_id = e.vote_id WHERE e.id = {entry} AND a.id = {acting}))"
    )


ELECTORATE = (
    "(SELECT COUNT(*) FROM assemblies_secretelectorate m JOIN assemblies_rollentry e "
    "ON e.id = m.entry_id WHERE e.vote_id = NEW.id)"
)
IN_BOX = "(SELECT COUNT(*) FROM assemblies_secretballot b WHERE b.vote_id = NEW.id)"
BY_NAME = (
    "(SELECT COUNT(*) FROM assemblies_rollcallballot b JOIN assemblies_rollentry e "
    "ON e.id = b.entry_id WHERE e.vote_id = NEW.id)"
)
TOTAL = "NEW.votes_for + NEW.against + NEW.abstentions"
CLOSES = "OLD.closed_at IS NULL AND NEW.closed_at IS NOT NULL"
OPENED = "EXISTS (SELECT 1 FROM assemblies_vote v WHERE v.id = NEW.vote_id AND v.opened_at IS NOT NULL)"
NO_BOX = (
    "NOT EXISTS (SELECT 1 FROM assemblies_vote v WHERE v.id = NEW.vote_id AND v.regime = 'secret' "
    "AND v.opened_at IS NOT NULL AND v.closed_at IS NULL)"
)
BALLOT = f"{not_open('NEW.entry_id', 'roll-call')} OR {of_another_vote('NEW.entry_id', 'NEW.acting_id')}"
MARK = f"{not_open('NEW.entry_id', 'secret')} OR {of_another_vote('NEW.entry_id', 'NEW.acting_id')}"
REFUSALS = [
    Refusal("vote_keeps_its_rule", "UPDATE", "vote", f"OLD.opened_at IS NOT NULL AND {changed(DECLARED)}"),
    Refusal("vote_keeps_its_result", "UPDATE", "vote", f"OLD.closed_at IS NOT NULL AND {changed(COUNTED)}"),
    Refusal("vote_secret_counted_whole", "UPDATE", "vote", f"{CLOSES} AND NEW.regime = 'secret' AND NOT ({ELECTORATE} = {IN_BOX} AND {IN_BOX} = {TOTAL})"),
    Refusal("vote_roll_call_counted_whole", "UPDATE", "vote", f"{CLOSES} AND NEW.regime = 'roll-call' AND {BY_NAME} <> {TOTAL}"),
    Refusal("roll_frozen", "INSERT", "rollentry", OPENED),
    Refusal("roll_never_changes", "UPDATE", "rollentry", "1 = 1"),
    Refusal("group_of_roll_frozen", "INSERT", "groupcount", OPENED),
    Refusal("roll_call_while_open", "INSERT", "rollcallballot", BALLOT),
    Refusal("roll_call_changed_while_open", "UPDATE", "rollcallballot", f"{BALLOT} OR NEW.entry_id <> OLD.entry_id"),
    Refusal("mark_while_open", "INSERT", "secretelectorate", MARK),
    Refusal("mark_final", "UPDATE", "secretelectorate", "1 = 1"),
    Refusal("box_while_open", "INSERT", "secretballot", NO_BOX),
    Refusal("secret_ballot_final", "UPDATE", "secretballot", "1 = 1"),
]  # fmt: skip

SQLITE = """
CREATE TRIGGER {name} BEFORE {event} ON assemblies_{table} WHEN {when}
BEGIN SELECT RAISE(ABORT, '{name}'); END
"""
POSTGRES = """
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
IF {when} THEN RAISE EXCEPTION '{name}' USING ERRCODE = 'check_violation'; END IF; RETURN NEW;
END $$;
CREATE TRIGGER {name} BEFORE {event} ON assemblies_{table} FOR EACH ROW EXECUTE FUNCTION {name}()
"""


def make(apps: object, schema_editor: object) -> None:
    connection = schema_editor.connection  # type: ignore[attr-defined]
    text = SQLITE if connection.vendor == "sqlite" else POSTGRES
    with connection.cursor() as cursor:
        for refusal in REFUSALS:
            cursor.execute(text.format(**refusal._asdict()))


def remove(apps: object, schema_editor: object) -> None:
    connection = schema_editor.connection  # type: ignore[attr-defined]
    with connection.cursor() as cursor:
        for refusal in REFUSALS:
            if connection.vendor == "sqlite":
                cursor.execute(f"DROP TRIGGER {refusal.name}")
            else:
                cursor.execute(f"DROP FUNCTION {refusal.name}() CASCADE")


class Migration(migrations.Migration):
    dependencies = [("assemblies", "0001_initial")]
    operations = [migrations.RunPython(make, remove)]
