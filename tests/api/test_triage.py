"""How posts are judged, by API: the same as the pages."""

from typing import Any

from lyhord.triage.learning import files
from lyhord.triage.models import LearnedModel
from lyhord.triage.tuning.laying import WEIGHTS
from tests.api.conftest import Caller
from tests.world import World


def test_what_heads_know_is_told_to_all(agent: Caller) -> None:
    told = agent.get("triage/heads").told
    assert told["serving"] and told["team"] == {}
    assert agent.get("triage/models").told | {"put_aside": 0} == {
        "serving": None, "taught": 0, "put_aside": 0, "least": 20, "missing": 100, "models": [],
    }  # fmt: skip


def test_a_lead_sets_lines_and_sees_what_they_mean(agent: Caller, lead: Caller, world: World) -> None:
    given = {"thresholds": {"answer": 0.4}, "lines": {"threats": 0.3}}
    assert agent.put("triage/lines", given).status == 403
    told = lead.put(f"triage/lines?brand={world.brand.pk}", given).told
    assert told == {"brand": world.brand.pk, "is_own": True, **given}
    assert agent.get("triage/lines", brand=world.brand.pk).told == told
    assert agent.get("triage/lines").told["is_own"] is False
    assert lead.put("triage/lines", {"thresholds": {"answer": 4}, "lines": {}}).code == "bad_value"
    assert lead.put("triage/lines", {"thresholds": {"nonsense": 0.4}, "lines": {}}).status == 422
    found = agent.get("triage/lines/preview", what="answer", value=0.01).told
    assert found["count"] <= found["of"] and len(found["nearest"]) == min(found["count"], 20)
    assert agent.get("triage/lines/preview", what="answer", value=0).status == 422
    assert agent.get("triage/lines", brand=10**9).status == 422
    assert lead.post("triage/lines/apply", {"brand": world.brand.pk}).told["posts"] >= 0
    assert lead.post("triage/lines/as-installation", {"brand": world.brand.pk}).told["is_own"] is False


def test_weights_and_the_rate(agent: Caller, lead: Caller) -> None:
    assert agent.get("triage/weights").told == {"weights": WEIGHTS, "influence_from": 1000}
    assert agent.put("triage/weights", {"weights": {"complaint": 50}}).status == 403
    told = lead.put("triage/weights", {"weights": {"complaint": 50}, "influence_from": 500}).told
    assert (told["weights"]["complaint"], told["influence_from"]) == (50, 500)
    assert lead.put("triage/weights", {"weights": {"complaint": 500}}).code == "bad_value"
    assert lead.put("triage/silent", {"rate": 0.1}).told["stands_for"] == 10
    assert agent.get("triage/silent").told["rate"] == 0.1
    assert agent.put("triage/silent", {"rate": 0.2}).status == 403


def test_models_are_adopted_with_a_reason_and_rolled_back(
    agent: Caller, lead: Caller, world: World, now: Any
) -> None:
    row = LearnedModel.objects.create(at=now, ended_at=now, state=LearnedModel.REFUSED)
    assert lead.post(f"triage/models/{row.pk}/adopt", {"reason": "x"}).code == "not_there"
    files.folder(row.pk).mkdir(parents=True)
    (files.folder(row.pk) / files.PLAIN).write_bytes(b"x")
    assert agent.post(f"triage/models/{row.pk}/adopt", {"reason": "x"}).status == 403
    assert lead.post(f"triage/models/{row.pk}/adopt", {"reason": "x"}).told["is_serving"] is True
    assert lead.post("triage/models/shipped/serve").told["serving"] is None
    assert lead.post(f"triage/models/{row.pk}/serve").told["state"] == "adopted"
    assert lead.post("triage/models/999999/serve").status == 404
    assert lead.post("triage/models/teach").code == "too_few"
