"""Whether a customer knows more than a first answer tells (IN-11): as somebody said, or as her history suggests."""

from dataclasses import dataclass

import regex

from lyhord.customers.models import Customer
from lyhord.desk.models import Expertise
from lyhord.intake.models import Post

LOOKED_AT = 60  # her newest posts
FACTS = regex.compile(r"https?://|\b\d+[.,]?\d*\s?(?:%|kr|€|km|kWh|MB|GB|h|min)\b|§", regex.IGNORECASE)
LEAST = 3


@dataclass(frozen=True)
class Knowing:
    said: bool | None  # by a person; None: nobody has
    answers: int  # posts of hers that answer other customers
    facts: int  # posts of hers that cite sources or figures

    @property
    def is_suggested(self) -> bool:
        return self.said is None and (self.answers >= LEAST or self.facts >= LEAST + 2)


def knowing(customer: Customer) -> Knowing:
    said = Expertise.objects.filter(customer=customer).values_list("is_expert", flat=True).first()
    posts = Post.objects.filter(authorship__identity__customer=customer, deleted_at=None, is_own=False)
    newest = list(posts.order_by("-at", "-pk").values_list("pk", "text")[:LOOKED_AT])
    return Knowing(
        said, answers([pk for pk, _text in newest]), sum(bool(FACTS.search(text)) for _pk, text in newest)
    )


def answers(posts: list[int]) -> int:
    """How many of these answer somebody who is neither she nor we."""
    told = list(
        Post.objects.filter(pk__in=posts).exclude(parent="").values_list("account", "parent", "author")
    )
    parents = Post.objects.filter(
        account__in={one[0] for one in told}, native__in={one[1] for one in told}, is_own=False
    )
    authors = {
        (account, native): author
        for account, native, author in parents.values_list("account", "native", "author")
    }
    return sum(authors.get((account, parent), author) != author for account, parent, author in told)
