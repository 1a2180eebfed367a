from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "lyhord.web"
    label = "web"
