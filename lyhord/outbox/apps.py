from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "lyhord.outbox"
    label = "outbox"
