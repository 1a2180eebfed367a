from django.urls import path

from lyhord.triage.views import lines, models, overview, topics, weights

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
    path("settings/triage/topics/", topics.topics, name="topics"),
    path("settings/triage/topics/create/", topics.create, name="create_topic"),
    path("settings/triage/topics/begin/", topics.begin, name="begin_topics"),
    path("settings/triage/topics/teach/", topics.teach, name="teach_topics"),
    path("settings/triage/topics/threshold/", topics.set_least, name="set_own_topic_from"),
    path("settings/triage/topics/apply/", topics.apply, name="apply_topics"),
    path("settings/triage/topics/upload/", topics.take_file, name="upload_examples"),
    path("settings/triage/topics/<int:pk>/", topics.topic, name="topic"),
    path("settings/triage/topics/<int:pk>/change/", topics.change, name="change_topic"),
    path("settings/triage/topics/<int:pk>/move/", topics.move, name="move_topic"),
    path("settings/triage/topics/<int:pk>/retire/", topics.retire, name="retire_topic"),
    path("settings/triage/topics/<int:pk>/bring-back/", topics.bring_back, name="bring_back_topic"),
    path("settings/triage/topics/<int:pk>/examples/", topics.add, name="add_examples"),
    path(
        "settings/triage/topics/<int:pk>/examples/<int:example>/remove/", topics.remove, name="remove_example"
    ),
    path("settings/triage/topics/<int:pk>/posts/<int:post>/", topics.sort, name="sort_post"),
    path(
        "settings/triage/topics/<int:pk>/corrections/<int:correction>/take-back/",
        topics.take_back,
        name="take_back_topic",
    ),
    path("settings/triage/models/", models.models, name="models"),
    path("settings/triage/models/teach/", models.teach, name="teach"),
    path("settings/triage/models/shipped/", models.serve_shipped, name="serve_shipped"),
    path("settings/triage/models/<int:pk>/serve/", models.serve, name="serve"),
    path("settings/triage/models/<int:pk>/adopt/", models.adopt, name="adopt"),
]
