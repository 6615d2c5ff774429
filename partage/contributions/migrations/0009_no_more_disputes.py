from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ("contributions", "0008_decisions_so_far"),
    ]

    operations = [
        migrations.DeleteModel(name="Dispute"),
    ]
