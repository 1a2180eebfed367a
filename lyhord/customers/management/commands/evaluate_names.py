"""`manage.py evaluate_names`: precision and recall of name variants, a line a language."""

from typing import Any

from django.core.management.base import BaseCommand

from lyhord.customers.evaluating import figures, ours, pairs, simple


class Command(BaseCommand):
    help = "Precision and recall of name variants on the labelled pairs, beside comparing letters."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        rows = pairs()
        self.stdout.write(f"{'':10}{'pairs':>7}{'precision':>11}{'recall':>8}{'by letters alone':>19}")
        for language in (*sorted({row.language for row in rows}), "all"):
            of = [row for row in rows if language in {row.language, "all"}]
            mine, plain = figures(ours, of), figures(simple, of)
            self.stdout.write(
                f"{language:10}{len(of):7}{mine.precision:11.2f}{mine.recall:8.2f}{plain.precision:12.2f} {plain.recall:.2f}"
            )
        for pair in figures(ours, rows).wrong:
            self.stdout.write(f"wrong: {pair.one} | {pair.other} ({'one' if pair.is_one else 'two'})")
