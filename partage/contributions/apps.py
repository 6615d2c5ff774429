from django.apps import AppConfig


class ContributionsConfig(AppConfig):
    name = "partage.contributions"
    label = "contributions"
