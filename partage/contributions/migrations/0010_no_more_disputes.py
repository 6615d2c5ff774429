from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ("contributions", "0009_decisions_so_far"),
    ]

    operations = [
        migrations.DeleteModel(name="Dispute"),
    ]
