from django.urls import path

from lyhord.outbox import views

urlpatterns = [
    path("outbox/", views.dispatches, name="list"),
    path("outbox/stop/", views.stop, name="stop"),
    path("outbox/resume/", views.resume, name="resume"),
    path("outbox/holds/<int:pk>/lift/", views.lift, name="lift"),
    path("outbox/bounced/<int:pk>/drop/", views.drop_bounced, name="drop_bounced"),
    path("outbox/files/<slug:token>/", views.file, name="file"),
    path("outbox/<int:pk>/settle/", views.settle, name="settle"),
    path("outbox/<int:pk>/release/", views.release, name="release"),
    path("outbox/<int:pk>/drop/", views.drop, name="drop"),
    path("outbox/<int:pk>/undo/", views.undo, name="undo"),
]
