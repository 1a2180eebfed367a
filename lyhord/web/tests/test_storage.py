"""Static files carry a hash in their names, inside our modules too, so that browsers may keep them for a year."""

import re
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command

from lyhord.web import assets


def test_every_import_between_our_modules_names_a_hashed_file_that_is_there(
    settings: Any, tmp_path: Path
) -> None:
    assets.build()
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "lyhord.web.storage.Storage"}}
    call_command("collectstatic", interactive=False, verbosity=0)
    scripts = [path for path in (tmp_path / "web" / "js").glob("*.js") if path.name.count(".") == 2]
    imports = [
        (script, name)
        for script in scripts
        for name in re.findall(r"""from "(.*?)"|import ?"(.*?)";""", script.read_text())
    ]
    assert len(imports) > 15
    assert not [script.name for script in scripts if script.read_text().startswith("//")]
    for script, names in imports:
        target = script.parent / "".join(names)
        assert target.is_file(), f"{script.name} imports {target.name}"
        assert target.name.count(".") == 2
    address = staticfiles_storage.url("web/lyhord.css")
    assert re.fullmatch(r"/static/web/lyhord\.[0-9a-f]{12}\.css", address)
    assert (tmp_path / f"{address.removeprefix('/static/')}.gz").is_file()
