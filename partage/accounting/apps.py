from django.apps import AppConfig


class AccountingConfig(AppConfig):
    name = "partage.accounting"
    label = "accounting"
