from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('coproductions', '0005_frame_decides_and_families'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='coproduction',
            name='decides',
        ),
        migrations.RemoveField(
            model_name='coproduction',
            name='families',
        ),
        migrations.AddConstraint(
            model_name='frame',
            constraint=models.CheckConstraint(condition=models.Q(('version', 1), models.Q(('reason', {}), _negated=True), _connector='OR'), name='frame_changed_with_a_reason'),
        ),
    ]
