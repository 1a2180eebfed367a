"""The line against a Mastodon that nobody here wrote: stream, direct message, edit, deletion, 429."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from lyhord.connectors.mastodon.tests.serving import Served, serving
from tests.journeys import installation
from tests.journeys.conftest import Visit
from tests.journeys.installation import PEOPLED, Installation, until
from tests.journeys.test_line import answer, row

pytestmark = pytest.mark.browser
