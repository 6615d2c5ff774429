from django.apps import AppConfig


class TrainingConfig(AppConfig):
    name = "partage.training"
    label = "training"
