"""The long form of S01: every string of the corpora, on every page."""

import pytest
from playwright.sync_api import Browser

from tests.journeys.installation import Installation
from tests.security import test_stored_scripts as short

pytestmark = [pytest.mark.browser, pytest.mark.whole, pytest.mark.timeout(7200)]
IS_WHOLE = True  # tests.security.conftest.texts


def test_of_all_strings_none_runs_without_a_policy(filled: Installation, chromium: Browser) -> None:
    short.test_without_a_policy_nothing_runs_and_nothing_leaves(filled, chromium)


def test_of_all_strings_none_runs_unescaped_under_the_policy(
    unescaped: Installation, chromium: Browser
) -> None:
    short.test_the_policy_alone_holds_when_nothing_is_escaped(unescaped, chromium)
