from django.apps import AppConfig


class MovingConfig(AppConfig):
    name = "lyhord.moving"
    label = "moving"
