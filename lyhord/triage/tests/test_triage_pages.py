"""The pages on how posts are judged: all may look, leads may change, and every empty state says what to do."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from lyhord.channels.models import Account
from lyhord.conftest import ClientOf, MakeUser
from lyhord.staff.models import Brand, User
from lyhord.triage import figures
from lyhord.triage.learning import files, queries
from lyhord.triage.models import Assessment, LearnedModel, Tuning
from lyhord.triage.tests.world import write

pytestmark = pytest.mark.django_db
PAGES = ["", "lines/", "priority/", "models/"]
FIGURES = {
    "date": "2026-11-22",
    "versions": {"lyhord": "0.1.0"},
    "heads": {
        "kind": {
            "sets": [
                {
                    "set": "triage",
                    "lang": "fi",
                    "n": 120,
                    "figure": "macro F1",
                    "value": 0.812,
                    "simple": 0.31,
                },
                {
                    "set": "triage",
                    "lang": None,
                    "n": None,
                    "figure": "macro F1",
                    "value": None,
                    "simple": None,
                },
            ],
            "confusion": {"labels": ["question", "spam"], "rows": [[9, 1], [0, 4]]},
        },
        "abuse": {"sets": []},
        "something_new": {},
    },
}


@pytest.fixture
def web(lead: User, client_of: ClientOf) -> Client:
    return client_of(lead)


def read(client: Client, path: str, **query: Any) -> str:
    answer = client.get(f"/settings/triage/{path}", query)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("role", ["agent", "listener", "expert", "lead", "administrator"])
def test_all_who_work_here_may_look(make_user: MakeUser, client_of: ClientOf, role: str) -> None:
    client = client_of(make_user(role))
    for path in PAGES:
        page = read(client, path)
        assert page.count("<h1>") == 1
        assert ('kind="main"' in page or "button main" in page) == (
            role in {"lead", "administrator"} and path in {"lines/", "priority/"}
        )
    assert Client().get("/settings/triage/").status_code == 302


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("rate/", {"rate": "10"}),
        ("lines/save/", {"on-spam": "on", "at-spam": "0.5"}),
        ("lines/apply/", {}),
        ("priority/", {"complaint": "1", "influence_from": "3"}),
        ("models/teach/", {}),
        ("models/shipped/", {}),
    ],
)
def test_an_agent_changes_nothing(agent: User, client_of: ClientOf, path: str, body: dict[str, str]) -> None:
    assert client_of(agent).post(f"/settings/triage/{path}", body).status_code == 403
    assert not Tuning.objects.exists() and not LearnedModel.objects.exists()


def test_figures_are_shown_by_language_and_their_absence_is_told(
    web: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures, "FILE", tmp_path / "figures.json")
    assert "lyhord evaluate" in read(web, "")
    (tmp_path / "figures.json").write_text("{not json")
    assert "lyhord evaluate" in read(web, "")
    figures.parsed.cache_clear()
    (tmp_path / "figures.json").write_text(json.dumps(FIGURES))
    page = read(web, "")
    assert "0.812" in page and "suomi" in page and "2026-11-22" in page and "Something new" in page
    assert "lyhord evaluate" not in page
    figures.parsed.cache_clear()


def test_the_rate_is_saved_in_per_cent_and_nonsense_is_refused(web: Client) -> None:
    web.post("/settings/triage/rate/", {"rate": "12,5"})
    assert Tuning.objects.get().complaint_rate == 0.125
    for wrong in ("0", "nan", "many", "101"):
        web.post("/settings/triage/rate/", {"rate": wrong})
        assert Tuning.objects.get().complaint_rate == 0.125


def test_lines_are_switched_saved_and_shown_for_a_brand(web: Client, brand: Brand) -> None:
    body = {
        "brand": brand.pk,
        "on-spam": "on",
        "at-spam": "0,7",
        "at-threats": "0.2",
        "on-answer": "on",
        "at-answer": "0.4",
    }
    assert web.post("/settings/triage/lines/save/", body).status_code == 302
    row = Tuning.objects.get()
    assert (row.brand, row.lines, row.thresholds) == (brand, {"spam": 0.7}, {"answer": 0.4})
    page = read(web, "lines/", brand=brand.pk)
    assert 'value="0.7"' in page and "As the whole installation" in page
    web.post("/settings/triage/lines/save/", body | {"at-spam": "7"})
    assert Tuning.objects.get().lines == {"spam": 0.7}
    web.post("/settings/triage/lines/as-installation/", {"brand": brand.pk})
    assert not Tuning.objects.exists()


@pytest.mark.parametrize("brand_given", ["x", "99999", "9" * 30])
def test_a_brand_that_is_not_there_or_not_hers_is_not_found(web: Client, brand_given: str) -> None:
    assert web.get("/settings/triage/lines/", {"brand": brand_given}).status_code == 404


def test_the_preview_answers_for_one_value(web: Client, account: Account) -> None:
    from django.utils import timezone

    post = write(account, timezone.now() - timedelta(days=1), "<b>Hotfullt</b>")
    Assessment.objects.create(
        post=post,
        at=post.at,
        model="x",
        language="sv",
        kind="question",
        topic="other",
        scores={"threats": 0.6},
    )
    told = read(web, "lines/preview/", **{"what": "threats", "at-threats": "0.6"})
    assert "1 of 1" in told and "&lt;b&gt;Hotfullt" in told
    assert "0 of 1" in read(web, "lines/preview/", **{"what": "threats", "at-threats": "0.61", "days": "30"})
    wrong = web.get("/settings/triage/lines/preview/", {"what": "threats", "at-threats": "x"})
    assert wrong.status_code == 422
    assert web.get("/settings/triage/lines/preview/", {"what": "nonsense"}).status_code == 404


def test_weights_show_their_sums_live_and_are_saved(web: Client) -> None:
    from lyhord.triage.tuning.laying import WEIGHTS

    body = {name: str(points) for name, points in WEIGHTS.items()} | {
        "question": "44",
        "influence_from": "2000",
    }
    told = web.post("/settings/triage/priority/weigh/", body).content.decode()
    assert "50" in told and "<h1" not in told and not Tuning.objects.exists()  # 44 + 6 for the second time
    assert web.post("/settings/triage/priority/", body).status_code == 302
    assert Tuning.objects.get().weights == {"question": 44} and Tuning.objects.get().influence_from == 2000
    for wrong in ("101", "-1", "1.5", "x", ""):
        answer = web.post("/settings/triage/priority/", body | {"question": wrong})
        assert answer.status_code == 422
    assert Tuning.objects.get().weights == {"question": 44}


def test_the_models_page_goes_back_and_adopts_with_a_reason(web: Client, now: datetime) -> None:
    assert "Too few corrections" in read(web, "models/") and "No model was taught yet" in read(web, "models/")
    rows = []
    for n in range(3):
        score = {"score": 0.5 + n / 10, "heads": {"kind": {"n": 20, "accuracy": 0.7, "f1": 0.6}}}
        told = {"team": {"new": score, "old": score}, "confusion": {"labels": ["idea"], "rows": [[3]]}}
        rows.append(
            LearnedModel.objects.create(
                at=now,
                ended_at=now,
                adopted_at=now if n else None,
                state=LearnedModel.REFUSED,
                figures=told,
                is_serving=n == 2,
            )
        )
        files.folder(rows[-1].pk).mkdir(parents=True)
        (files.folder(rows[-1].pk) / files.PLAIN).write_bytes(b"x")
    page = read(web, "models/")
    assert "<polyline" in page and "style=" not in page.split("<svg", 2)[1]
    assert queries.team_figures()["kind"]["n"] == 20
    web.post(f"/settings/triage/models/{rows[1].pk}/serve/")
    assert files.current() == rows[1].pk
    web.post(f"/settings/triage/models/{rows[0].pk}/adopt/", {"reason": ""})
    assert files.current() == rows[1].pk
    web.post(f"/settings/triage/models/{rows[0].pk}/adopt/", {"reason": "Because"})
    assert files.current() == rows[0].pk
    web.post("/settings/triage/models/shipped/")
    assert files.current() is None
    assert web.post("/settings/triage/models/999/serve/").status_code == 404
