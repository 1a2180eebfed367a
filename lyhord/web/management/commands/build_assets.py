"""`manage.py build_assets`: make the sprite and the style sheet."""

from typing import Any

from django.core.management.base import BaseCommand

from lyhord.web import assets


class Command(BaseCommand):
    help = "Make the sprites and style sheets from the installed icon packages and our style sheets."

    def handle(self, *args: Any, **options: Any) -> None:
        changed = assets.build()
        names = ", ".join(path.name for path in changed) or "nothing"
        if options["verbosity"]:
            self.stdout.write(f"Changed: {names}.")
