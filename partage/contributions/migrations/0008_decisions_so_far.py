"""What was refused or grouped before the log of decisions was kept gets its line there."""

from django.db import migrations

BATCH = 500


def write_down(apps, schema_editor):
    model = {name: apps.get_model("contributions", name) for name in ("Statement", "Idea", "Argument")}
    for noun, found in (("statement", model["Statement"]), ("idea", model["Idea"]), ("argument", model["Argument"])):
        decided = found.objects.filter(state__in=["refused", "grouped"]).exclude(rule="source")
        if noun == "argument":
            decided = decided.select_related("idea")
        rows = []
        for one in decided.iterator(BATCH):
            rows.append(_decision(apps, noun, one))
            if len(rows) == BATCH:
                apps.get_model("contributions", "Decision").objects.bulk_create(rows)
                rows = []
        apps.get_model("contributions", "Decision").objects.bulk_create(rows)


def _decision(apps, noun, one):
    coproduction = one.idea.coproduction_id if noun == "argument" else one.coproduction_id
    return apps.get_model("contributions", "Decision")(
        coproduction_id=coproduction,
        kind=one.state,
        rule=one.rule,
        reason=one.reason,
        decided_at=one.decided_at or one.written_at,
        **{noun: one},
    )


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
        ("contributions", "0007_desk"),
    ]

    operations = [
        migrations.RunPython(write_down, migrations.RunPython.noop),
        migrations.RunPython(contest, migrations.RunPython.noop),
    ]
