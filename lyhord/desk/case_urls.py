"""Addresses of cases: beside a conversation, in lists, and in the settings."""

from django.urls import path, re_path

from lyhord.desk.views import case_lists, case_settings, cases, followups, joins

ONE = "conversation/<int:pk>/"
SET = "settings/cases/"

urlpatterns = [
    path("inbox/bulk-ending/", cases.bulk_ending, name="bulk_ending"),
    path(ONE + "ending/", cases.ending, name="ending"),
    path(ONE + "case/", cases.make, name="make_case"),
    path(ONE + "case/none/", cases.no_case, name="no_case"),
    path(ONE + "case/tell/", cases.tell, name="tell_case"),
    path(ONE + "case/number/", cases.number, name="case_number"),
    path(ONE + "case/similar/", cases.alike, name="similar"),
    path(ONE + "case/steps/<int:step>/skip-form/", cases.skip_dialog, name="case_skip"),
    re_path(
        r"^conversation/(?P<pk>[0-9]{1,18})/case/steps/(?P<step>[0-9]{1,18})/(?P<verb>done|skip|open)/$",
        cases.step,
        name="case_step",
    ),
    path(ONE + "field/", cases.set_field, name="set_field"),
    path(ONE + "expert/", cases.expert, {"is_on": True}, name="expert"),
    path(ONE + "expert/ask/", cases.knowing, name="knowing"),
    path(ONE + "expert/no/", cases.expert, {"is_on": False}, name="no_expert"),
    path(ONE + "follow-up/", followups.follow_up, name="follow_up"),
    path(ONE + "follow-ups/<int:followup>/done/", followups.finish, name="finish_followup"),
    path(ONE + "join/", joins.merge, name="join"),
    path(ONE + "split/", joins.split, name="split"),
    path(ONE + "joins/<int:join>/part/", joins.part, name="part_join"),
    path("follow-ups/", followups.followups, name="followups"),
    path("follow-ups/<int:pk>/done/", followups.finish_listed, name="finish_listed"),
    path("lessons/", case_lists.lessons, name="lessons"),
    path("lessons/month/", case_lists.digest, name="digest"),
    path("lessons/lessons.csv", case_lists.table, name="lessons_table"),
    path("second-look/", case_lists.second_look, name="second_look"),
    path("second-look/<int:pk>/", case_lists.looked, name="looked"),
    path("cases/results/", case_lists.results, name="case_results"),
    path(SET, case_settings.types, name="case_types"),
    path(SET + "brand/<int:brand>/", case_settings.settle, name="set_cases"),
    path(SET + "types/", case_settings.new_type, name="new_case_type"),
    path(SET + "types/<int:pk>/", case_settings.one_type, name="case_type"),
    path(SET + "types/<int:pk>/save/", case_settings.save_type, name="save_case_type"),
    path(SET + "types/<int:pk>/retire/", case_settings.retire_type, name="retire_case_type"),
    path(SET + "types/<int:pk>/steps/", case_settings.new_step, name="new_step"),
    path(SET + "types/<int:pk>/steps/<int:step>/move/", case_settings.move_step, name="move_step"),
    path(SET + "types/<int:pk>/steps/<int:step>/retire/", case_settings.retire_step, name="retire_step"),
    path(SET + "fields/", case_settings.fields, name="case_fields"),
    path(SET + "fields/new/", case_settings.new_field, name="new_field"),
    path(SET + "fields/<int:pk>/save/", case_settings.save_field, name="save_field"),
    path(SET + "fields/<int:pk>/retire/", case_settings.retire_field, name="retire_field"),
    path(SET + "tags/", case_settings.tags, name="case_tags"),
    path(SET + "tags/add/", case_settings.add_tag, name="add_tag"),
    path(SET + "tags/<int:pk>/rename/", case_settings.rename_tag, name="rename_tag"),
    path(SET + "tags/<int:pk>/remove/", case_settings.remove_tag, name="remove_tag"),
]
