"""Words that the network has approved: the one way to a customer whose window is closed."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from lyhord.desk import filling
from lyhord.desk.actions.refusals import NotPossible
from lyhord.desk.models import Strand
from lyhord.outbox import actions as outbox
from lyhord.outbox.actions import templating


def filled(
    strand: Strand, wanted: outbox.Chosen, text: str, files: Sequence[int]
) -> tuple[outbox.Chosen, str]:
    """The template with its values made whole, and the words that the customer sees.

    Raises NotPossible, outbox.NoSuchTemplate, outbox.WrongValues.
    """
    if text.strip() or files:
        raise NotPossible(
            _("A template goes as it was approved: without words of your own and without files.")
        )
    account = strand.thread.account
    whole = templating.whole(account, wanted)
    for value in whole.values:
        if left := filling.unfilled(value):
            raise NotPossible(
                _("{%(name)s} has no value here. Write something in its place, then send.")
                % {"name": left[0]}
            )
    return whole, templating.words(account, whole)
