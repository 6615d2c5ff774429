"""Give the entries written before there was a tree their places in it, in the order of their numbers.

The worker signs the tree at its first pass: the key that signs is not for a migration.
"""

from django.db import migrations

from partage.calc.merkle import Frontier, leaf_hash
from partage.register.leaves import Line

BATCH = 2000


def seal(apps, schema_editor):
    Entry, Log = apps.get_model("register", "Entry"), apps.get_model("register", "Log")
    tree, last = Frontier(), 0
    while rows := list(Entry.objects.filter(pk__gt=last).order_by("pk")[:BATCH]):
        for row in rows:
            row.log, row.position = 1, tree.size
            facts = (row.kind, row.space, row.hour, row.event_id, row.commitment, row.public)
            tree.append(leaf_hash(Line(*facts).leaf()))
        Entry.objects.bulk_update(rows, ["log", "position"], batch_size=200)
        last = rows[-1].pk
    Log.objects.create(number=1, size=tree.size, frontier=tree.to_bytes())
    # Readers counted by number; from now on by place. Number n of the only log is at most place n.
    apps.get_model("register", "Consumer").objects.update(position=0)


class Migration(migrations.Migration):

    dependencies = [("register", "0002_log_and_places")]

    operations = [migrations.RunPython(seal, migrations.RunPython.noop)]
