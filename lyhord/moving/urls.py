from django.urls import path

from lyhord.moving import views

urlpatterns = [
    path("settings/moving/", views.overview, name="overview"),
    path("settings/moving/export/", views.export, name="export"),
    path("settings/moving/try/", views.try_file, name="try_file"),
    path("settings/moving/runs/<int:pk>/", views.run, name="run"),
    path("settings/moving/runs/<int:pk>/begin/", views.begin, name="begin"),
    path("settings/moving/runs/<int:pk>/stop/", views.stop, name="stop"),
    path("settings/moving/guidance/", views.guidance, name="guidance"),
    path("settings/moving/guidance/<int:pk>/", views.decide, name="decide"),
]
