from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "lyhord.desk"
    label = "desk"
