from django.apps import AppConfig


class AssuranceConfig(AppConfig):
    name = "partage.assurance"
    label = "assurance"
