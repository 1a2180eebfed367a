"""What lies behind a link, fetched once by the safe fetcher and kept for a week."""

from datetime import datetime
from threading import BoundedSemaphore

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lyhord.desk import previewing
from lyhord.desk.actions.refusals import NotPossible
from lyhord.desk.models import Conversation, LinkPreview
from lyhord.lib import crypto, images, safefetch
from lyhord.staff import mandates
from lyhord.staff.models import User

AT_ONCE = BoundedSemaphore(4)  # of this process
MOST_BYTES = 300_000  # of a picture that is kept
PAGE_BYTES = 2_000_000


def preview(conversation: Conversation, url: str, *, by: User, now: datetime) -> LinkPreview:
    """Title, site and picture of what `url` names; one that cannot be had says why. Raises NotYours or NotPossible."""
    mandates.require(by, "reply", conversation.account)
    if previewing.links(url) != [url]:
        raise NotPossible(_("This is no address of a page."))
    digest = crypto.digest(url)
    known = LinkPreview.objects.filter(digest=digest).first()
    if known is not None:
        return known
    if not AT_ONCE.acquire(blocking=False):
        raise NotPossible(_("Others are looking at links just now. Try again in a moment."))
    try:
        found = fetched(url)
    finally:
        AT_ONCE.release()
    found.digest, found.at = digest, now
    return kept(found)


def kept(found: LinkPreview) -> LinkPreview:
    try:
        with transaction.atomic():
            found.save(force_insert=True)
    except IntegrityError:  # a colleague asked at the same moment
        return LinkPreview.objects.get(digest=found.digest)
    return found


def fetched(url: str) -> LinkPreview:
    allow = settings.LYHORD_ALLOW_HOSTS
    try:
        answer = safefetch.fetch(url, allow=allow, max_bytes=PAGE_BYTES)
    except (safefetch.FetchRefused, safefetch.FetchFailed) as problem:
        return LinkPreview(problem=str(problem)[:300])
    if answer.status != 200:
        return LinkPreview(problem=_("The page answered with %(n)d.") % {"n": answer.status})
    if answer.content_type.startswith("image/"):
        return with_picture(LinkPreview(site=previewing.urlsplit_or_none(answer.url)), answer.content)
    page = previewing.read(answer.content, answer.url)
    made = LinkPreview(title=page.title, site=page.site, description=page.description)
    if not page.picture:
        return made
    try:
        return with_picture(made, safefetch.fetch(page.picture, allow=allow).content)
    except (safefetch.FetchRefused, safefetch.FetchFailed):
        return made  # a page without its picture is still one


def with_picture(made: LinkPreview, content: bytes) -> LinkPreview:
    try:
        copy = images.recopy(content)
    except images.NotAPicture:
        return made
    if len(copy.content) <= MOST_BYTES:
        made.picture, made.picture_type = copy.content, copy.content_type
    return made
