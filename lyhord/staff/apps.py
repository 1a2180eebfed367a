from django.apps import AppConfig


class StaffConfig(AppConfig):
    name = "lyhord.staff"
    label = "staff"
