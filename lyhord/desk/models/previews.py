"""What lies behind a link, as it was told us once."""

from django.db import models


class LinkPreview(models.Model):
    """Title, site and a small picture of a page; the picture is a copy of ours. The address itself is not kept."""

    digest = models.CharField(max_length=64, unique=True)  # of the address as it was written
    title = models.CharField(max_length=300, blank=True)
    site = models.CharField(max_length=100, blank=True)
    description = models.CharField(max_length=500, blank=True)
    picture = models.BinaryField(default=b"", blank=True)  # at most 100 kB, drawn anew by us
    picture_type = models.CharField(max_length=40, blank=True)
    problem = models.CharField(max_length=300, blank=True)  # why there is none
    at = models.DateTimeField(db_index=True)
