from django.apps import AppConfig


class NewsConfig(AppConfig):
    name = "partage.news"
    label = "news"
