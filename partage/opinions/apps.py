from django.apps import AppConfig


class OpinionsConfig(AppConfig):
    name = "partage.opinions"
    label = "opinions"
