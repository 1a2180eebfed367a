"""Addresses of intake. The hook door `/hooks/...` stands in front of Django and is not here."""

from django.urls import path

from lyhord.intake import views

urlpatterns = [
    path("settings/quarantine/", views.quarantine, name="quarantine"),
    path("settings/quarantine/retry/", views.retry_all, name="retry_all"),
    path("settings/quarantine/<int:pk>/", views.envelope, name="envelope"),
    path("settings/quarantine/<int:pk>/retry/", views.retry, name="retry"),
    path("post/<int:pk>/original/", views.original, name="original"),
    path("media/<str:token>/", views.media, name="media"),
]
