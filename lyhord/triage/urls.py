from django.urls import path

from lyhord.triage.views import lines, models, overview, weights

urlpatterns = [
    path("settings/triage/", overview.overview, name="overview"),
    path("settings/triage/rate/", overview.rate, name="rate"),
    path("settings/triage/lines/", lines.lines, name="lines"),
    path("settings/triage/lines/preview/", lines.preview, name="preview"),
    path("settings/triage/lines/save/", lines.save, name="save_lines"),
    path("settings/triage/lines/as-installation/", lines.as_installation, name="as_installation"),
    path("settings/triage/lines/apply/", lines.apply, name="apply_lines"),
    path("settings/triage/priority/", weights.weights, name="weights"),
    path("settings/triage/priority/weigh/", weights.weigh, name="weigh"),
    path("settings/triage/models/", models.models, name="models"),
    path("settings/triage/models/teach/", models.teach, name="teach"),
    path("settings/triage/models/shipped/", models.serve_shipped, name="serve_shipped"),
    path("settings/triage/models/<int:pk>/serve/", models.serve, name="serve"),
    path("settings/triage/models/<int:pk>/adopt/", models.adopt, name="adopt"),
]
