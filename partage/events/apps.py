from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "partage.events"
    label = "events"
