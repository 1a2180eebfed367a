"""What a closing is told, by the API."""

from typing import Literal

from pydantic import Field

from lyhord.desk import actions
from lyhord.web.api import Given, Id, Words

Outcome = Literal["", "solved", "partly", "workaround", "passed_on", "not_solvable"]


class EndingGiven(Given):
    """What is said of a case. Empty: as it stands."""

    outcome: Outcome = ""
    cause: Words = Field("", max_length=300)
    action: Words = Field("", max_length=4000, description="What was done.")
    result: Words = Field("", max_length=4000)
    compensation: Words = Field("", max_length=300)
    lesson: Words = Field("", max_length=4000)

    def ending(self, fields: dict[int, str] | None = None) -> actions.Ending:
        names = ("outcome", "cause", "action", "result", "compensation", "lesson")
        return actions.Ending(**{name: getattr(self, name) for name in names}, fields=fields or {})


class CloseGiven(EndingGiven):
    fields: dict[Id, Words] = Field(
        default_factory=dict, max_length=40, description="Your own fields: id and value."
    )

    def whole(self) -> actions.Ending:
        return self.ending({int(pk): value for pk, value in self.fields.items()})
