"""Files as other systems write them, small and whole."""

import json
from typing import Any

CHATWOOT: dict[str, Any] = {
    "agents": [
        {"id": 7, "name": "Maja Berg", "email": "Maja@Example.com", "availability_status": "offline", "confirmed": True},
        {"id": 8, "name": "Gone", "email": "", "availability_status": "offline"},
    ],
    "teams": [{"id": 3, "name": "Kundtjänst"}],
    "labels": [{"id": 1, "title": "delay"}],
    "contacts": [
        {"id": "41", "name": "Anna Ek", "email": "anna@example.com", "phone_number": "+46701234567", "created_at": 1700000000},
    ],
    "conversations": [
        {
            "id": 11, "inbox_id": 1, "status": "resolved", "created_at": 1700000000, "last_activity_at": 1700100000,
            "labels": ["delay", "=evil"], "meta": {
                "sender": {"id": 41, "name": "Anna Ek", "email": "anna@example.com"}, "channel": "Channel::Email",
                "assignee": {"id": 7, "name": "Maja Berg"}, "team": {"id": 3, "name": "Kundtjänst"}},
            "additional_attributes": {"mail_subject": "Mitt tåg"},
            "messages": [],
        },
        {
            "id": 12, "inbox_id": 1, "status": "open", "created_at": 1700200000, "labels": [],
            "meta": {"sender": {"id": 42, "name": "Bo", "email": None}, "assignee": None},
            "messages": [{"id": 104, "content": "Hej igen", "message_type": 0, "created_at": 1700200000,
                          "sender": {"id": 42, "type": "contact"}}],
        },
    ],
    "messages": [
        {"id": 101, "conversation_id": 11, "content": "Var är mitt tåg?", "message_type": 0, "private": False,
         "created_at": 1700000000, "sender": {"id": 41, "name": "Anna Ek", "type": "contact"}},
        {"id": 102, "conversation_id": 11, "content": "Kolla spår 4", "message_type": 1, "private": True,
         "created_at": 1700000500, "sender": {"id": 7, "name": "Maja Berg", "type": "user"}},
        {"id": 103, "conversation_id": 11, "content": "Det går 12.05.", "message_type": "outgoing", "private": False,
         "created_at": 1700001000, "sender": {"id": 7, "name": "Maja Berg", "type": "user"},
         "attachments": [{"file_type": "image", "data_url": "https://old.example/blob/karta.png?x=1"}]},
        {"id": 105, "conversation_id": 11, "content": "Conversation was resolved", "message_type": 2, "created_at": 1700001001},
        {"id": 106, "conversation_id": 999, "content": "Lost", "message_type": 0, "created_at": 1700001001},
    ],
    "canned_responses": [{"id": 5, "short_code": "hej", "content": "Hej {{contact.name}}!\n\nMed vänlig hälsning\nKundtjänst"}],
    "macros": [{"id": 6, "name": "Late", "actions": [{"action_name": "add_label", "action_params": ["late"]},
                                                     {"action_name": "mute_conversation", "action_params": []}]}],
}  # fmt: skip

ZAMMAD: dict[str, Any] = {
    "groups": [{"id": 1, "name": "Users", "active": True}],
    "users": [
        {"id": 1, "login": "-", "firstname": "-", "lastname": "", "email": "", "role_ids": []},
        {"id": 3, "login": "maja", "firstname": "Maja", "lastname": "Berg", "email": "maja@example.com", "role_ids": [1, 2],
         "active": False},
        {"id": 4, "login": "anna@example.com", "firstname": "Anna", "lastname": "Ek", "email": "anna@example.com",
         "role_ids": [3], "organization_id": 2, "phone": "+46 8 1", "created_at": "2023-01-01T00:00:00.000Z"},
    ],
    "organizations": [{"id": 2, "name": "Ek AB"}],
    "tickets": [
        {"id": 21, "number": "22001", "title": "Fel faktura", "group_id": 1, "owner_id": 3, "customer_id": 4, "state_id": 4,
         "created_at": "2024-03-01T08:00:00.000Z", "close_at": "2024-03-02T08:00:00.000Z", "tags": ["faktura"]},
        {"id": 22, "number": "22002", "title": "Ny", "group": "Users", "owner": "-", "customer": "anna@example.com",
         "state": "pending reminder", "pending_time": "2099-01-01T00:00:00Z", "created_at": "2024-03-03T08:00:00.000Z"},
        {"id": 23, "title": "Ingen", "group_id": 1, "customer_id": 999, "state_id": 2, "created_at": "2024-03-03T08:00:00Z"},
    ],
    "ticket_articles": [
        {"id": 1, "ticket_id": 21, "type": "email", "sender": "Customer", "from": "Anna Ek <anna@example.com>", "internal": False,
         "content_type": "text/html", "body": "<p>Fakturan är <b>fel</b>.</p><script>x</script>", "created_by_id": 4,
         "created_at": "2024-03-01T08:00:00.000Z", "attachments": [{"id": 9, "filename": "faktura.pdf", "size": "10"}]},
        {"id": 2, "ticket_id": 21, "type": "note", "sender": "Agent", "internal": True, "content_type": "text/plain",
         "body": "Kolla med ekonomi", "created_by_id": 3, "created_at": "2024-03-01T09:00:00.000Z"},
        {"id": 3, "ticket_id": 21, "type": "email", "sender": "Agent", "internal": False, "content_type": "text/plain",
         "body": "Rättad nu.", "created_by_id": 3, "created_at": "2024-03-01T10:00:00.000Z"},
        {"id": 4, "ticket_id": 22, "type": "web", "sender": "Customer", "content_type": "text/plain", "body": "Hallå?",
         "created_by": "anna@example.com", "created_at": "2024-03-03T08:00:00.000Z"},
        {"id": 5, "ticket_id": 23, "type": "web", "sender": "Customer", "body": "?", "created_at": "2024-03-03T08:00:00Z"},
    ],
    "text_modules": [{"id": 1, "name": "Tack", "keywords": "tack", "content": "<p>Tack #{ticket.customer.firstname}</p>"}],
    "slas": [{"id": 1, "name": "Brons", "first_response_time": 1440, "solution_time": 4320}],
    "macros": [{"id": 1, "name": "Stäng", "perform": {"ticket.state_id": {"value": "4"}, "ticket.owner_id": {"value": "1"}}}],
}  # fmt: skip

HELPDESK: list[dict[str, Any]] = [
    {"model": "auth.user", "pk": 1, "fields": {"username": "maja", "first_name": "Maja", "last_name": "Berg", "email": "maja@example.com", "is_active": True, "is_staff": True}},
    {"model": "auth.user", "pk": 2, "fields": {"username": "anna", "email": "anna@example.com", "is_staff": False}},
    {"model": "helpdesk.queue", "pk": 1, "fields": {"title": "Kundtjänst", "slug": "KT"}},
    {"model": "helpdesk.ticket", "pk": 1, "fields": {"title": "Trasig dörr", "queue": 1, "created": "2017-03-20T04:52:18.321Z", "modified": "2017-03-22T04:52:18Z", "submitter_email": "anna@example.com", "assigned_to": 1, "status": 4, "on_hold": False, "description": "Dörren är trasig.", "priority": 3}},
    {"model": "helpdesk.followup", "pk": 1, "fields": {"ticket": 1, "date": "2017-03-20T04:52:18.561Z", "title": "Ticket Opened", "comment": "Dörren är trasig.", "public": True, "user": 2}},
    {"model": "helpdesk.followup", "pk": 2, "fields": {"ticket": 1, "date": "2017-03-20T06:00:00Z", "title": "Comment", "comment": "Ring verkstaden", "public": False, "user": 1}},
    {"model": "helpdesk.followup", "pk": 3, "fields": {"ticket": 1, "date": "2017-03-21T06:00:00Z", "title": "Closed", "comment": "Lagad.", "public": True, "user": 1, "new_status": 4}},
    {"model": "helpdesk.followup", "pk": 4, "fields": {"ticket": 1, "date": "2017-03-21T07:00:00Z", "title": "Comment", "comment": "Tack!", "public": True, "user": None}},
    {"model": "helpdesk.followup", "pk": 5, "fields": {"ticket": 1, "date": "2017-03-21T08:00:00Z", "title": "Comment", "comment": "Borta nu", "public": False, "user": 77}},
    {"model": "helpdesk.followupattachment", "pk": 1, "fields": {"followup": 4, "filename": "bild.png"}},
    {"model": "helpdesk.ticket", "pk": 2, "fields": {"title": "A", "queue": 1, "created": "2018-01-01T00:00:00Z", "submitter_email": "bo@example.com", "assigned_to": None, "status": 1, "description": "Hej", "merged_to": 3}},
    {"model": "helpdesk.ticket", "pk": 3, "fields": {"title": "B", "queue": 1, "created": "2018-01-02T00:00:00Z", "submitter_email": "bo@example.com", "assigned_to": None, "status": 1, "description": "Hej", "merged_to": 2}},
    {"model": "helpdesk.ticket", "pk": 4, "fields": {"title": "C", "queue": 1, "created": "2018-01-02T00:00:00Z", "submitter_email": "not an address", "status": 1, "description": "Hej"}},
    {"model": "helpdesk.presetreply", "pk": 1, "fields": {"name": "Hälsning", "body": "Hej, se bifogad fil."}},
    {"model": "helpdesk.kbcategory", "pk": 1, "fields": {"title": "Biljetter", "slug": "b"}},
    {"model": "helpdesk.kbitem", "pk": 1, "fields": {"category": 1, "title": "T", "question": "Hur avbokar jag?", "answer": "På https://example.com/avboka"}},
    {"model": "helpdesk.emailtemplate", "pk": 1, "fields": {"template_name": "x"}},
]  # fmt: skip

CSV = (
    "Conversation;Message_id;Date;Direction;Author;Author_email;Customer_name;Email;Text;Status;Tags;Subject\r\n"
    'c1;1;2024-05-01T10:00:00+02:00;in;;;Anna;anna@example.com;"Hej;\r\nvar är den?";closed;sen, post;Paket\r\n'
    "c1;2;2024-05-01T11:00:00+02:00;out;Maja;maja@example.com;;;På väg;;;\r\n"
    "c1;3;2024-05-01T11:05:00+02:00;note;Maja;maja@example.com;;;'=ring posten;;;\r\n"
    "c2;4;01.05.2024 12:00;in;;;Bo;;Hallå;open;;\r\n"
    "c2;5;not a time;in;;;Bo;;Hallå;open;;\r\n"
)


def raw(told: Any) -> bytes:
    return json.dumps(told).encode()


def lines(told: dict[str, list[dict[str, Any]]]) -> bytes:
    """As a dump of tables in JSON lines."""
    rows = [{"table": name, "row": row} for name, rows in told.items() for row in rows]
    return "\n".join(json.dumps(row) for row in rows).encode()
