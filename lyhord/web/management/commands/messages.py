"""`manage.py messages extract|compile|check`: the catalogues of our languages."""

from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lyhord.web import catalogues


class Command(BaseCommand):
    help = "Extract texts into the catalogues, compile them, or check that every language is complete."
    requires_system_checks: ClassVar[list[str]] = []  # type: ignore[misc]

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["extract", "compile", "check"])
        parser.add_argument(
            "--language", action="append", choices=catalogues.LANGUAGES, help="only this one; may be repeated"
        )

    def handle(self, *args: Any, what: str, language: list[str] | None = None, **options: Any) -> None:
        languages = language or catalogues.LANGUAGES
        if what == "check":
            return self.check_all(languages)
        made = catalogues.extract(languages=languages) if what == "extract" else catalogues.compile_all()
        self.stdout.write(f"Changed: {', '.join(path.parts[-3] for path in made) or 'nothing'}.")
        return None

    def check_all(self, languages: Any) -> None:
        findings = catalogues.check(languages=languages)
        for finding in findings:
            self.stderr.write(str(finding))
        if findings:
            raise CommandError(f"{len(findings)} findings in the catalogues; none may be left.")
        self.stdout.write(f"Complete: en, {', '.join(languages)}.")
