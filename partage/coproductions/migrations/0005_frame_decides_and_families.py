"""Who decides, and the families, are promises: they belong to a version of the frame."""

from typing import Any

from django.db import migrations, models

import partage.web.localized


def to_the_frames(apps: Any, _schema: Any) -> None:
    """Until now they never changed, so that every version held them."""
    frames = apps.get_model("coproductions", "Frame").objects
    for row in apps.get_model("coproductions", "Coproduction").objects.all():
        frames.filter(coproduction=row).update(decides=row.decides, families=row.families)


def to_the_coproductions(apps: Any, _schema: Any) -> None:
    rows = apps.get_model("coproductions", "Coproduction").objects
    for row in rows.exclude(frame=None).select_related("frame"):
        rows.filter(pk=row.pk).update(decides=row.frame.decides, families=row.frame.families)


def reason_of_old_versions(apps: Any, _schema: Any) -> None:
    """A version published before reasons were asked says so."""
    frames = apps.get_model("coproductions", "Frame").objects
    words = {"en": "No reason was given.", "fr": "Aucune raison n’a été donnée."}
    frames.filter(version__gt=1, reason={}).update(reason=words)


class Migration(migrations.Migration):
    dependencies = [("coproductions", "0004_stage_changes")]

    operations = [
        migrations.AddField(
            model_name="frame",
            name="decides",
            field=partage.web.localized.LocalizedField(
                blank=True, default=dict, validators=[partage.web.localized.check_localized]
            ),
        ),
        migrations.AddField(
            model_name="frame", name="families", field=models.JSONField(blank=True, default=list)
        ),
        migrations.RunPython(to_the_frames, to_the_coproductions),
        migrations.RunPython(reason_of_old_versions, migrations.RunPython.noop),
    ]
