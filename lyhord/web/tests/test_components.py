"""Components are drawn with names for all their controls, and nothing a person wrote becomes markup."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages import constants
from django.contrib.messages.storage.cookie import CookieStorage
from django.template import engines
from django.test import RequestFactory
from django.utils import timezone, translation
from jinja2 import UndefinedError

from lyhord.web import icons, menu, show
from lyhord.web.menu import Entry

HOSTILE = """"><script>alert(1)</script>' onmouseover=x"""
AT = datetime(2026, 11, 21, 12, 5, tzinfo=UTC)
PAGE = (Path(__file__).parent / "all_components.html").read_text()

Draw = Callable[..., str]


class Everything(forms.Form):
    name = forms.CharField(help_text="As customers see it.")
    note = forms.CharField(widget=forms.Textarea, required=False)
    kind = forms.ChoiceField(choices=[("brand", "Brand"), ("service", "Service")], widget=forms.RadioSelect)
    languages = forms.MultipleChoiceField(choices=[("sv", "svenska")], widget=forms.CheckboxSelectMultiple)
    is_on = forms.BooleanField(required=False, help_text="New conversations come to you.")
    secret = forms.CharField(widget=forms.HiddenInput)


def draw(text: str, **context: Any) -> str:
    return engines["jinja2"].from_string('{% import "web/_components.html" as ui %}' + text).render(context)


def asked(path: str = "/inbox/", *, user: Any = None) -> Any:
    request = RequestFactory().get(path)
    request.user = user or AnonymousUser()
    request._messages = CookieStorage(request)  # type: ignore[attr-defined]
    return request


def linnea() -> Any:
    told = {"name": "Linnea Nyström", "email": "linnea@example.com", "theme": "dark", "density": "compact"}
    return SimpleNamespace(is_authenticated=True, has_keys=False, keys={"close": "x"}, **told)


def test_every_component_is_drawn_and_none_lets_hostile_text_out() -> None:
    page = draw(PAGE, hostile=HOSTILE, lang=HOSTILE, key=HOSTILE, at=AT, form=Everything({"name": ""}))
    assert "<script" not in page
    assert "onmouseover=x" not in page.replace("&#39; onmouseover=x", "")
    assert page.count("&lt;script&gt;") > 40
    assert "style=" not in page


def test_a_field_ties_its_label_help_and_error_to_its_control() -> None:
    page = draw(
        '{{ ui.field("Name", "name", help="As on the door.", error="It is missing.", required=True) }}'
    )
    assert '<label class="field-label" for="id_name">Name</label>' in page
    assert 'aria-describedby="id_name-help id_name-error" aria-invalid="true"' in page
    assert 'id="id_name-help">As on the door.' in page
    assert 'id="id_name-error"' in page
    assert "(optional)" not in page


def test_a_django_form_is_drawn_in_our_markup_with_every_field_named_once() -> None:
    page = draw("{{ ui.form_fields(form) }}", form=Everything({"name": "", "kind": "brand"}))
    assert 'aria-describedby="id_name-help id_name-error"' in page
    assert page.count("This field is required.") == 2  # name and languages; what is hidden tells nobody
    assert page.count("<legend") == 2
    assert 'type="hidden" name="secret"' in page
    assert page.count("(optional)") == 1


def test_a_key_is_shown_to_the_eye_and_told_to_the_registry() -> None:
    page = draw('{{ ui.button(_("Close"), key="e", data_command="close", hx_post="/x/", disabled=True) }}')
    assert 'data-key="e"' in page
    assert 'data-command="close" hx-post="/x/" disabled>' in page
    assert '<kbd aria-hidden="true">e</kbd>' in page


def test_a_sign_alone_has_a_name_and_decoration_has_none() -> None:
    assert 'aria-label="Attach"' in draw('{{ ui.icon_button("paperclip", "Attach") }}')
    assert 'aria-hidden="true"' in show.icon("send")
    assert 'role="img" aria-label="Send"' in show.icon("send", "Send")
    with pytest.raises(show.NoSuchIcon, match="web/icons"):
        show.icon("no-such-drawing")


def test_json_and_translations_stay_inside_their_attribute() -> None:
    page = draw(
        """{{ ui.button("Go", hx_vals={"name": tag}|tojson) }}{{ ui.button("Go", title=_("Remove %(what)s", what=tag)) }}""",
        tag='a"b<c',
    )
    assert 'hx-vals="{&#34;name&#34;: &#34;a\\&#34;b\\u003cc&#34;}"' in page
    assert 'title="Remove a&#34;b&lt;c"' in page


@pytest.mark.parametrize(
    ("connector", "sign"),
    [("mastodon", "brand-mastodon"), ("webform", "file-text"), ("linkedin", None), ("", None)],
)
def test_a_channel_has_the_mark_its_connector_names_a_brand_or_its_letter(
    connector: str, sign: str | None
) -> None:
    assert icons.channel_icon(connector) == sign


@pytest.mark.parametrize("name", ["onclick", "style", "a b", "x=y"])
def test_an_attribute_that_the_policy_forbids_cannot_be_made(name: str) -> None:
    with pytest.raises(ValueError, match="cannot be an attribute"):
        show.attrs({name: "x"})


def test_a_time_is_exact_for_machines_and_short_for_people() -> None:
    with translation.override("sv"), timezone.override("Europe/Helsinki"):
        told = show.when(AT)
    assert told.startswith('<time datetime="2026-11-21T12:05:00+00:00">')
    assert told.endswith(">2026-11-21 14:05</time>")
    assert show.when(None) == ""
    assert " data-left>" in show.when(timezone.now() + timedelta(minutes=12), "left")


def test_a_page_asks_for_names_that_it_was_not_given_loudly() -> None:
    with pytest.raises(UndefinedError):
        draw("{{ strand.name }}")
    with pytest.raises(UndefinedError):
        draw("{% if strand %}{% endif %}")
    assert draw("{% if []|first %}a{% else %}b{% endif %}") == "b"


def test_the_workplace_shows_the_menu_with_its_keys_and_the_persons_settings(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(menu, "declared", lambda: [Entry("inbox", "Inbox", "inbox", icon="inbox", key="g i")])
    monkeypatch.setattr(menu, "reverse", lambda name: f"/{name}/")
    request = asked("/inbox/17/", user=linnea())
    request._messages.add(constants.ERROR, "The draft was not saved.")
    page = engines["jinja2"].get_template("web/workplace.html").render({}, request=request)
    assert 'data-theme="dark" data-density="compact"' in page
    assert 'href="/inbox/" aria-current="page" data-key="g i" data-command="inbox"' in page
    assert '{"map": {"close": "x"}, "on": false}' in page
    assert '<div class="toast bad"' in page
    assert page.count("<h1") == 0  # each page brings its own
    assert page.count("aria-live") == 1


@pytest.mark.parametrize("template", ["web/auth.html", "web/public.html"])
def test_pages_for_everybody_load_no_script(template: str) -> None:
    page = engines["jinja2"].get_template(template).render({}, request=asked())
    assert "<script" not in page
    assert '<main id="main"' in page


@pytest.mark.parametrize("template", ["400.html", "403.html", "404.html", "500.html"])
def test_an_error_page_is_drawn_even_without_a_request(template: str) -> None:
    page = engines["jinja2"].get_template(template).render({})
    assert page.count("<h1>") == 1


def test_numbered_gives_the_same_addresses_as_url() -> None:
    assert show.numbered("desk:conversation")(17) == show.url("desk:conversation", 17)
    assert show.numbered("desk:work")(0) == show.url("desk:work", 0)


def test_a_still_fragment_is_drawn_once_for_each_language() -> None:
    with translation.override("en"):
        english = show.still("web/_strings.html")
        assert show.still("web/_strings.html") is english
    with translation.override("sv"):
        assert show.still("web/_strings.html") != english


def test_what_a_person_wrote_is_escaped_inside_a_translation() -> None:
    drawn = draw("{{ _('Remove %(what)s', what=what) }} {{ _('100 %% of it') }}", what=HOSTILE)
    assert "<script>" not in drawn
    assert "&lt;script&gt;" in drawn
    assert drawn.endswith("100 % of it")
