from django.apps import AppConfig


class FundConfig(AppConfig):
    name = "partage.fund"
    label = "fund"
