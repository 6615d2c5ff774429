from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("contributions", "0011_statement_published_at"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'published'), _negated=True), ('published_at__isnull', False), _connector='OR'), name='statement_published_on_a_day'),
        ),
    ]
