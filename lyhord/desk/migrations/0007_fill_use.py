"""What older conversations were for, by the kind and purpose of their newest judged word, 2 000 at a time.

Each batch is a transaction of its own and leaves alone what it filled: ended half way, it goes on when it is run again.
"""

from collections import defaultdict

from django.db import migrations
from django.db.models import OuterRef, Subquery

AT_ONCE = 2000
# As `desk.rules.use` was when this was written.
OF_PURPOSE = {
    "press": "brand",
    "recruitment": "relation",
    "sales-lead": "relation",
    "stakeholder": "relation",
    "legal-threat": "complaint",
}
OF_KIND = {
    "complaint": "complaint",
    "corporate": "brand",
    "praise": "brand",
    "idea": "relation",
    "chatter": "brand",
    "spam": "brand",
}


def use(kind, purpose):
    if kind != "spam":
        if purpose in OF_PURPOSE:
            return OF_PURPOSE[purpose]
        if purpose == "influence" and kind != "complaint":
            return "brand"
    return OF_KIND.get(kind, "service")


def fill(apps, schema_editor):
    conversations = apps.get_model("desk", "Conversation").objects.using(schema_editor.connection.alias)
    turns = apps.get_model("desk", "Turn").objects.using(schema_editor.connection.alias)
    newest = turns.filter(conversation=OuterRef("pk"), post__assessment__isnull=False).order_by("-at", "-pk")
    told = conversations.annotate(
        its_purpose=Subquery(newest.values("post__assessment__purpose")[:1]),
        its_journey=Subquery(newest.values("post__assessment__journey")[:1]),
    ).order_by("pk")
    after = 0
    while rows := list(
        told.filter(pk__gt=after).values_list("pk", "kind", "its_purpose", "its_journey")[:AT_ONCE]
    ):
        alike = defaultdict(list)
        for pk, kind, purpose, journey in rows:
            if kind in {"chatter", "spam"} and purpose != "influence":
                purpose = ""
            alike[use(kind, purpose or ""), purpose or "", journey or ""].append(pk)
        for (its_use, purpose, journey), ids in alike.items():
            if (its_use, purpose, journey) != ("service", "", ""):
                conversations.filter(pk__in=ids).update(use=its_use, purpose=purpose, journey=journey)
        after = rows[-1][0]


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("desk", "0006_use"),
        ("triage", "0005_sensitivity"),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
