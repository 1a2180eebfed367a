"""What connecting asks for."""

from lyhord.channels.contract import Field
from lyhord.lib.text import N_

APP_FIELDS = (
    Field(
        name="client_id",
        label=N_("Client id"),
        help=N_("On linkedin.com/developers/apps, Auth, of an app with the Community Management API."),
    ),
    Field(
        name="client_secret",
        label=N_("Client secret"),
        help=N_("On the same page. LinkedIn signs its news with it."),
        is_secret=True,
        kind="password",
    ),
)
FIELDS = (
    Field(
        name="organization",
        label=N_("Page number"),
        help=N_(
            "The number in the address of the page's administration, linkedin.com/company/<number>/admin."
        ),
    ),
    Field(
        name="access_token",
        label=N_("Access token"),
        help=N_(
            "Of an administrator of the page, with r_organization_social_feed, w_organization_social_feed and rw_organization_admin."
        ),
        is_secret=True,
        kind="password",
        is_required=False,
    ),
    Field(
        name="refresh_token",
        label=N_("Refresh token"),
        help=N_(
            "If LinkedIn gives your app one. Without it the access ends after sixty days; we warn before."
        ),
        is_secret=True,
        kind="password",
        is_required=False,
    ),
    Field(
        name="app_number",
        label=N_("App's number"),
        help=N_(
            "The number in the address of the app's page. With it we ask LinkedIn to bring its news at once."
        ),
        kind="number",
        is_required=False,
    ),
)
INTRO = N_(
    "Answers comments on your company page's posts and posts that mention it. LinkedIn must admit your app to its Community "
    "Management API first, and an administrator of the page must consent."
)
NOTES = (
    N_("LinkedIn lets no program read or write a page's private messages."),
    N_("LinkedIn does not tell the names of those who comment, only a link to each of their words."),
    N_("A page can delete comments on its posts, but neither hide them nor block anyone by program."),
)
