"""How each network brings its news by a hook: what proves it, and a message of a customer as that network words it."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lyhord.channels import registry
from lyhord.channels.contract import Connector
from lyhord.connectors.api import signing
from lyhord.connectors.demo import hooks

ASKED = "?"  # before the name of a proof that stands in the address and in no header
OURS, PAGE = "nordbanan", "urn:li:organization:96"
Headers = dict[str, str]
Json = dict[str, Any]


@dataclass(frozen=True)
class Hooked:
    """The secret's name, the header that proves it, and a message of a customer."""

    name: str
    secret: str  # its name among the app's credentials
    proof: str  # the header that holds the proof; after ASKED, the parameter of the address
    sign: Callable[[str, bytes, float], Headers]
    message: Callable[[str, datetime], Json]
    signs_body: bool = True
    signs_time: bool = False
    native: str = OURS  # of our account there
    tells: bool = True  # the hook brings the words themselves, not only word that there are some

    @property
    def connector(self) -> Connector:
        return registry.get(self.name)

    def body(self, number: str, at: datetime) -> bytes:
        return json.dumps(self.message(number, at)).encode()


def digest(secret: str, body: bytes) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def meta(secret: str, body: bytes, now: float) -> Headers:
    return {"x-hub-signature-256": f"sha256={digest(secret, body)}"}


def of_x(secret: str, body: bytes, now: float) -> Headers:
    raw = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    return {"x-twitter-webhooks-signature": f"sha256={base64.b64encode(raw).decode()}"}


def in_the_address(secret: str, body: bytes, now: float) -> Headers:
    return {f"{ASKED}token": secret}


# Messages -------------------------------------------------------------------------------------------------------------


def text(number: str) -> str:
    return f"Where is train {number}?"


def count(number: str) -> int:
    return sum(ord(sign) << 3 * place for place, sign in enumerate(number)) + 1


def demo(number: str, at: datetime) -> Json:
    author = {"id": f"who-{number}", "handle": f"who-{number}", "name": "Aino Virtanen"}
    fields = {"text": text(number), "at": at.isoformat(), "author": author}
    return {"id": f"e{number}", "kind": "created", "item": f"p{number}", "account": OURS, **fields}


def telegram(number: str, at: datetime) -> Json:
    ident = count(number)
    person = {"id": 77, "is_bot": False, "first_name": "Kari", "language_code": "nb"}
    chat = {"id": 77, "type": "private", "first_name": "Kari"}
    told = {"message_id": ident, "date": int(at.timestamp()), "chat": chat, "from": person}
    return {"update_id": 10_000 + ident, "message": {**told, "text": text(number)}}


def api(number: str, at: datetime) -> Json:
    author = {"id": f"u{number}", "name": "Kari", "handle": "kari"}
    data = {"id": f"m{number}", "thread": f"t{number}", "text": text(number), "author": author}
    return {"type": "message.created", "timestamp": at.isoformat(), "data": {**data, "at": at.isoformat()}}


def facebook(number: str, at: datetime) -> Json:
    value = {
        "from": {"id": "139560936744123", "name": "Kari"}, "item": "comment", "verb": "add", "message": text(number),
        "comment_id": f"900_{count(number)}", "post_id": "137_900", "parent_id": "137_900",
        "created_time": int(at.timestamp()),
    }  # fmt: skip
    change = {"field": "feed", "value": value}
    return {"object": "page", "entry": [{"id": OURS, "time": int(at.timestamp()), "changes": [change]}]}


def messenger(number: str, at: datetime) -> Json:
    stamp = int(at.timestamp() * 1000)
    told = {
        "sender": {"id": "1423587017700273"}, "recipient": {"id": OURS}, "timestamp": stamp,
        "message": {"mid": f"m_{count(number)}", "text": text(number)},
    }  # fmt: skip
    return {"object": "page", "entry": [{"id": OURS, "time": stamp, "messaging": [told]}]}


def instagram(number: str, at: datetime) -> Json:
    value = {
        "id": f"17865799348{count(number)}", "text": text(number), "from": {"id": "1789", "username": "kari"},
        "media": {"id": "1777", "media_product_type": "FEED"},
    }  # fmt: skip
    change = {"field": "comments", "value": value}
    return {"object": "instagram", "entry": [{"id": OURS, "time": int(at.timestamp()), "changes": [change]}]}


def whatsapp(number: str, at: datetime) -> Json:
    value = {
        "messaging_product": "whatsapp", "metadata": {"display_phone_number": "4720000000", "phone_number_id": OURS},
        "contacts": [{"profile": {"name": "Kari"}, "wa_id": "4790000001", "user_id": "NO.13491208655302741918"}],
        "messages": [{
            "from": "4790000001", "id": f"wamid.{count(number)}", "timestamp": f"{int(at.timestamp())}",
            "type": "text", "text": {"body": text(number)},
        }],
    }  # fmt: skip
    entry = {"id": "1234567890987654321", "changes": [{"field": "messages", "value": value}]}
    return {"object": "whatsapp_business_account", "entry": [entry]}


def x(number: str, at: datetime) -> Json:
    ident = f"19{count(number):017}"
    payload = {
        "id": ident, "text": f"@nordbanan {text(number)}", "author_id": "77", "conversation_id": ident,
        "created_at": at.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "entities": {"mentions": [{"id": OURS, "username": OURS, "start": 0, "end": 10}]},
    }  # fmt: skip
    return {
        "data": {
            "event_type": "post.mention.create",
            "event_uuid": f"e{ident}",
            "filter": {"user_id": OURS},
            "payload": payload,
        }
    }


def discourse(number: str, at: datetime) -> Json:
    post = {
        "id": count(number), "topic_id": 17, "post_number": 1 + count(number), "username": "kari", "name": "Kari", "user_id": 7,
        "cooked": f"<p>{text(number)}</p>", "raw": text(number), "created_at": at.isoformat(), "updated_at": at.isoformat(),
        "version": 1, "post_type": 1, "topic_title": "Late trains", "topic_slug": "late", "topic_archetype": "regular",
    }  # fmt: skip
    return {"post": post}


def linkedin(number: str, at: datetime) -> Json:
    post = "urn:li:activity:700"
    made = f"urn:li:comment:({post},{count(number)})"
    comment = {"entity": made, "object": post, "owner": "urn:li:person:AbC_1", "text": text(number)}
    told = {
        "notificationId": count(number), "organizationalEntity": PAGE, "action": "COMMENT",
        "sourcePost": post, "generatedActivity": made, "decoratedGeneratedActivity": {"comment": comment},
        "lastModifiedAt": int(at.timestamp() * 1000),
    }  # fmt: skip
    return {"type": "ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS", "notifications": [told]}


def google(number: str, at: datetime) -> Json:
    news = {
        "name": f"accounts/111/locations/222/reviews/r{count(number)}",
        "notificationType": "NEW_REVIEW",
    }
    data = base64.b64encode(json.dumps(news).encode()).decode()
    told = {"data": data, "messageId": f"{count(number)}", "publishTime": at.isoformat()}
    return {"message": told, "subscription": "projects/p/subscriptions/s"}


def trustpilot(number: str, at: datetime) -> Json:
    data = {
        "id": f"{count(number):024x}", "language": "nb", "stars": 2, "title": "Late", "text": text(number), "locationId": None,
        "referenceId": None, "createdAt": at.isoformat(), "link": "https://api.trustpilot.example/v1/reviews/1",
        "isVerified": False, "consumer": {"id": "c1", "name": "Kari", "link": "https://api.trustpilot.example/v1/consumers/c1"},
        "tags": [],
    }  # fmt: skip
    return {"events": [{"eventName": "service-review-created", "version": "1", "eventData": data}]}


HOOKED = (
    Hooked("demo", "hook_secret", hooks.SIGNATURE,
           lambda secret, body, now: {hooks.SIGNATURE: hooks.signature(body, secret)}, demo),
    Hooked("telegram", "hook_secret", "x-telegram-bot-api-secret-token",
           lambda secret, body, now: {"x-telegram-bot-api-secret-token": secret}, telegram, signs_body=False),
    Hooked("api", "secret", "webhook-signature",
           lambda secret, body, now: signing.headers(secret, "m1", int(now), body), api, signs_time=True),
    Hooked("facebook", "app_secret", "x-hub-signature-256", meta, facebook),
    Hooked("messenger", "app_secret", "x-hub-signature-256", meta, messenger),
    Hooked("instagram", "app_secret", "x-hub-signature-256", meta, instagram),
    Hooked("whatsapp", "app_secret", "x-hub-signature-256", meta, whatsapp),
    Hooked("x", "consumer_secret", "x-twitter-webhooks-signature", of_x, x),
    Hooked("discourse", "hook_secret", "x-discourse-event-signature",
           lambda secret, body, now: {"x-discourse-event-signature": f"sha256={digest(secret, body)}"}, discourse),
    Hooked("linkedin", "client_secret", "x-li-signature",
           lambda secret, body, now: {"x-li-signature": digest(secret, b"hmacsha256=" + body)}, linkedin,
           native=PAGE),
    Hooked("google_reviews", "hook_secret", f"{ASKED}token", in_the_address, google, signs_body=False, tells=False),
    Hooked("trustpilot", "hook_secret", f"{ASKED}token", in_the_address, trustpilot, signs_body=False),
)  # fmt: skip
TELLING = tuple(each for each in HOOKED if each.tells)


def named(name: str) -> Hooked:
    return next(each for each in HOOKED if each.name == name)
