"""Addresses of the toolbox, scheduled replies, help with words, and their settings."""

from django.urls import path, re_path

from lyhord.desk.views import assisting, endpoints, macros, replies, scheduling, templates, toolbox

ONE = "conversation/<int:pk>/"
REPLIES = "settings/replies/"
MACROS = "settings/macros/"
ASSIST = "settings/assist/"

urlpatterns = [
    path(ONE + "tools/", toolbox.tools, name="tools"),
    path(ONE + "complete/", toolbox.complete, name="complete"),
    path(ONE + "tools/reply/<int:saved>/", toolbox.use_reply, name="use_reply"),
    path(ONE + "tools/macro/<int:macro>/", toolbox.macro, name="run_macro"),
    path(ONE + "templates/", templates.templates, name="templates"),
    path(ONE + "templates/send/", templates.send_template, name="send_template"),
    path(ONE + "schedule/", scheduling.schedule, name="schedule"),
    path(ONE + "scheduled/<int:row>/", scheduling.change, name="change_scheduled"),
    path(ONE + "scheduled/<int:row>/cancel/", scheduling.cancel, name="cancel_scheduled"),
    path("inbox/scheduled/", scheduling.scheduled, name="scheduled"),
    path(ONE + "help/", assisting.help_with, name="help_with"),
    path(ONE + "post/<int:post>/tools/", assisting.post_tools, name="post_tools"),
    path(ONE + "post/<int:post>/translate/", assisting.translate, name="translate_post"),
    path(ONE + "preview/", assisting.preview, name="preview"),
    re_path(r"^previews/(?P<digest>[0-9a-f]{64})/$", assisting.picture, name="preview_picture"),
    path(REPLIES, replies.replies, name="saved_replies"),
    path(REPLIES + "new/", replies.new_reply, name="new_saved_reply"),
    path(REPLIES + "<int:pk>/", replies.reply, name="saved_reply"),
    path(REPLIES + "<int:pk>/review/", replies.review_reply, name="review_saved_reply"),
    path(REPLIES + "<int:pk>/restore/", replies.restore_reply, name="restore_saved_reply"),
    path(REPLIES + "<int:pk>/delete/", replies.delete_reply, name="delete_saved_reply"),
    path(MACROS, macros.macros, name="macros"),
    path(MACROS + "new/", macros.new_macro, name="new_macro"),
    path(MACROS + "<int:pk>/", macros.one_macro, name="macro"),
    path(MACROS + "<int:pk>/delete/", macros.delete_macro, name="delete_macro"),
    path(ASSIST, endpoints.endpoints, name="assist"),
    path(ASSIST + "<int:pk>/", endpoints.endpoint, name="assist_endpoint"),
    path(ASSIST + "<int:pk>/try/", endpoints.try_endpoint, name="try_assist"),
    path(ASSIST + "<int:pk>/delete/", endpoints.delete_endpoint, name="delete_assist"),
]
