"""What was refused or grouped before the log of decisions was kept gets its line there."""

from django.db import migrations

BATCH = 500


# Each kind, its model, and by what name it leads to its coproduction.
KINDS = (
    ("statement", "Statement", ""),
    ("idea", "Idea", ""),
    ("argument", "Argument", "idea"),
    ("test_report", "TestReport", "task"),
)


def write_down(apps, schema_editor):
    Decision = apps.get_model("contributions", "Decision")
    for noun, model, above in KINDS:
        found = apps.get_model("contributions", model).objects
        decided = found.filter(state__in=["refused", "grouped"]).exclude(rule="source")
        rows = []
        for one in decided.select_related(*[above] * bool(above)).iterator(BATCH):
            place = getattr(one, above) if above else one
            rows.append(
                Decision(
                    coproduction_id=place.coproduction_id,
                    kind=one.state,
                    rule=one.rule,
                    reason=one.reason,
                    decided_at=one.decided_at or one.written_at,
                    **{noun: one},
                )
            )
        Decision.objects.bulk_create(rows, batch_size=BATCH)


def contest(apps, schema_editor):
    Decision = apps.get_model("contributions", "Decision")
    Appeal = apps.get_model("contributions", "Appeal")
    for dispute in apps.get_model("contributions", "Dispute").objects.all().iterator(BATCH):
        refusal = Decision.objects.filter(idea=dispute.idea_id, kind="refused").first()
        if refusal is None:
            # Upheld: the idea is published, and the register holds the decision.
            continue
        Appeal.objects.create(
            decision=refusal,
            text=dispute.text,
            filed_at=dispute.filed_at,
            decided_at=dispute.decided_at,
            decided_by_id=dispute.decided_by_id,
            is_upheld=dispute.is_upheld,
        )


class Migration(migrations.Migration):

    dependencies = [
        ("contributions", "0008_desk"),
    ]

    operations = [
        migrations.RunPython(write_down, migrations.RunPython.noop),
        migrations.RunPython(contest, migrations.RunPython.noop),
    ]
