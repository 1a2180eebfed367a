from django.urls import path, re_path

from lyhord.desk import customer_urls, live
from lyhord.desk.views import (
    accounts,
    conversation,
    enclosing,
    inbox,
    people,
    referrals,
    threads,
    verbs,
    writing,
)

ONE = "conversation/<int:pk>/"

urlpatterns = [
    path("", inbox.home, name="home"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/<int:pk>/", inbox.inbox, name="conversation"),
    path("inbox/more/", inbox.more, name="more"),
    path("inbox/rows/", inbox.rows, name="rows"),
    path("inbox/counts/", inbox.counts, name="counts"),
    path("inbox/account/<int:pk>/", accounts.of_account, name="of_account"),
    path("inbox/next/", inbox.next_waiting, name="next"),
    path("inbox/undo/", verbs.undo, name="undo"),
    re_path(rf"^inbox/bulk/(?P<verb>{'|'.join(verbs.BULK)})/$", verbs.bulk, name="bulk"),
    path("thread/<int:pk>/", threads.thread, name="thread"),
    path("thread/<int:pk>/read/", threads.thread_read, name="thread_read"),
    path(ONE, conversation.work, name="work"),
    path(ONE + "news/", conversation.news, name="news"),
    path(ONE + "reply/", writing.reply, name="reply"),
    path(ONE + "case-address/", writing.case_address, name="case_address"),
    path(ONE + "draft/", writing.draft, name="draft"),
    path(ONE + "draft/<int:draft>/take/", writing.take_draft, name="take_draft"),
    path(ONE + "files/", enclosing.files, name="files"),
    path(ONE + "files/add/", enclosing.enclose, name="enclose"),
    path(ONE + "files/describe/", enclosing.describe, name="describe"),
    path(ONE + "files/<int:file>/remove/", enclosing.take_out, name="take_out"),
    path(ONE + "presence/", writing.present, name="presence"),
    path(ONE + "read/", writing.read, {"is_read": True}, name="read"),
    path(ONE + "unread/", writing.read, {"is_read": False}, name="unread"),
    re_path(
        rf"^conversation/(?P<pk>[0-9]{{1,18}})/(?P<verb>{'|'.join(verbs.PLAIN)})/$", verbs.plain, name="verb"
    ),
    path(ONE + "assign/", verbs.assign, name="assign"),
    path(ONE + "refer/", referrals.refer, name="refer"),
    path(ONE + "referrals/<int:referral>/history/", referrals.history, name="referral_history"),
    path(ONE + "referrals/<int:referral>/part/", referrals.part, name="part_referral"),
    path(ONE + "snooze/", verbs.snooze, name="snooze"),
    path(ONE + "tag/", verbs.tag, {"is_on": True}, name="tag"),
    path(ONE + "untag/", verbs.tag, {"is_on": False}, name="untag"),
    path(ONE + "priority/", verbs.priority, name="priority"),
    path(ONE + "subject/", verbs.subject, name="subject"),
    path(ONE + "people/", people.find, name="people"),
    path(ONE + "merge/", people.merge, name="merge"),
    path(ONE + "merge/<int:merge>/undo/", people.part, name="part"),
    path(ONE + "moderate/", verbs.moderate, name="moderate"),
    path(ONE + "post/<int:post>/correct/", verbs.correct, name="correct"),
    path("live/token/", live.token, name="token"),
    path("live/since/", live.since, name="since"),
    *customer_urls.urlpatterns,
]
