"""`python -m tests.access.make`: write the matrix anew from what the code does now. Read the difference before you keep it."""

import logging
import os
import sys
import tempfile

import pytest  # noqa: F401 - lyhord.settings looks whether tests run


def main() -> int:
    os.environ["DJANGO_SETTINGS_MODULE"] = "lyhord.settings"
    with tempfile.TemporaryDirectory() as folder:
        os.environ["LYHORD_DATA"] = folder
        return write()


def write() -> int:
    import django

    django.setup()
    from django.db import connection, transaction
    from django.test.utils import setup_test_environment

    from tests.access import law, walk
    from tests.access.routes import routes

    logging.disable(logging.CRITICAL)  # what fails is told at the end
    setup_test_environment()
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        with transaction.atomic():
            found = walk.begin()
            made: law.Law = {}
            unknown: list[str] = []
            for route in routes():
                try:
                    route.address(found.things)
                except KeyError as problem:
                    unknown.append(str(problem))
                    continue
                # Of two methods that every page could be asked by, most pages take one.
                if found.outcome(route, "chief") != "no such method":
                    made[route.line] = {role: found.outcome(route, role) for role in walk.ROLES}
            transaction.set_rollback(True)
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)
    law.PATH.write_text(law.text(made), encoding="utf-8")
    wrong = [line for line, words in made.items() if any(word.isdigit() for word in words.values())]
    sys.stdout.write(f"{len(made)} lines. Answers that no page should give: {wrong}\n")
    sys.stdout.write("".join(f"Left out: {why}\n" for why in unknown))
    return 1 if wrong or unknown else 0


if __name__ == "__main__":
    sys.exit(main())
