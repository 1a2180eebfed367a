"""Runs the test suite as `make test` does: the fast part first, then the slow families beside each other.

Ends with one line `N passed, N failed, N skipped` over all parts. The parts: fast (SQLite), PostgreSQL where a server
answers, browsers, servers and kills. A journey that fails is run once more, alone, and told as flaky where it then
passes (docs/decisions/0010); no other test has a second try.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

COUNT = re.compile(r"(\d+) (passed|failed|skipped|error|errors|xfailed|xpassed)")
FEW = 3  # journeys that may have a second try; more of them failing is no accident of timing
# The project's own options less the one that keeps pytest from remembering what failed.
REMEMBERING = (
    "-o",
    "addopts=--strict-markers --import-mode=importlib",
    "-o",
    "cache_dir=.pytest_cache/journeys",
)
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
INSTALL = "apt-get install chromium (Debian) or set LYHORD_BROWSER to the program"
# What people send, of all sorts: PostgreSQL refuses more of it (lengths, ranges, zero bytes), so there it says more.
TYPED = (
    "tests/api/test_schema.py::test_each_operation_keeps_to_the_document",
    "tests/access/test_matrix.py::test_no_address_stumbles_over_odd_words_in_its_query",
)
# Who may do what, and what is written down of it: rules of ours, in which the database has no part.
WALKED = (
    "tests/access/test_matrix.py::test_every_line_holds_for_every_role",
    "tests/access/test_matrix.py::test_no_list_search_or_count_tells_of_what_is_hidden",
    "tests/access/test_matrix.py::test_the_same_addresses_do_tell_those_who_may_see",
    "tests/security/test_audit.py",
)


@dataclass
class Part:
    name: str
    words: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    twice: bool = False

    def run(self) -> tuple[int, str]:
        command = [sys.executable, "-m", "pytest", "-q", "--no-header", "-rfE", *self.words]
        # Compiled modules are kept even where the shell says otherwise: each server of the slow families would compile
        # a thousand modules, ten seconds of processor time a start.
        environment = os.environ | {"PYTHONDONTWRITEBYTECODE": ""} | self.environment
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--whole", action="store_true", help="the long families too")
    whole = options.parse_args().whole
    if not has_browser():
        if os.environ.get("LYHORD_NO_BROWSER") != "1":
            print(
                f"No browser for the journeys. Install one: {INSTALL}. Or leave them out: LYHORD_NO_BROWSER=1 make test"
            )
            return 1
        print("The journeys in a browser are left out: LYHORD_NO_BROWSER=1.")
    totals: dict[str, int] = {}
    rounds = [[part for part in fast(whole) if part], slow(whole)]
    codes = [code for parts in rounds for code in run_beside(parts, totals)]
    failed = totals.get("failed", 0) + totals.get("error", 0)
    print(f"{totals.get('passed', 0)} passed, {failed} failed, {totals.get('skipped', 0)} skipped")
    return 1 if failed or any(code not in {0, 5} for code in codes) else 0


def fast(whole: bool) -> list[Part]:
    """The two longest families run against one database each; `make test-all` runs them against both."""
    marks = "not browser and not server and not kills" + ("" if whole else " and not whole")
    url = postgresql()
    once = bool(url) and not whole
    parts = [Part("fast", ["-m", marks, "-n", "2", "--dist", "worksteal", *(without(TYPED) if once else [])])]
    if url:
        words = [
            "-m",
            f"database and {marks}",
            "-n",
            "2",
            "--dist",
            "worksteal",
            *(without(WALKED) if once else []),
        ]
        parts.append(Part("postgresql", words, {"LYHORD_DATABASE_URL": url}))
    else:
        print("No PostgreSQL answers at LYHORD_TEST_POSTGRESQL or the local socket: its part is left out.")
    return parts


def without(tests: tuple[str, ...]) -> list[str]:
    return [word for test in tests for word in ("--deselect", test)]


def slow(whole: bool) -> list[Part]:
    end = "" if whole else " and not whole"
    parts = [Part("servers and kills", ["-m", f"(server or kills) and not browser{end}"])]
    if has_browser():
        parts.append(Part("browser", ["-m", f"browser{end}", *REMEMBERING], twice=True))
    return parts


def run_beside(parts: list[Part], totals: dict[str, int]) -> list[int]:
    codes = []
    with ThreadPoolExecutor(2) as pool:
        ended = list(zip(parts, pool.map(Part.run, parts), strict=True))
    for part, (code, text) in ended:
        print(f"--- {part.name}\n{text.strip()}\n", flush=True)
        counts = counted(text)
        if part.twice and code == 1 and 0 < counts.get("failed", 0) + counts.get("error", 0) <= FEW:
            code, counts = again(part, counts)
        for word, number in counts.items():
            totals[word] = totals.get(word, 0) + number
        codes.append(code)
    return codes


def again(part: Part, before: dict[str, int]) -> tuple[int, dict[str, int]]:
    """The outcome and the counts of a part when what failed has been run once more, with nothing beside it."""
    code, text = Part(part.name, [*part.words, "--last-failed"], part.environment).run()
    after = counted(text)
    print(f"--- {part.name}, what failed, once more\n{text.strip()}\n", flush=True)
    if code == 0:
        print(
            f"FLAKY: {after.get('passed', 0)} of {part.name} passed on the second run only. Mend them.\n",
            flush=True,
        )
    still = {word: after.get(word, 0) for word in ("failed", "error")}
    return code, before | still | {"passed": before.get("passed", 0) + after.get("passed", 0)}


def counted(text: str) -> dict[str, int]:
    last = next((line for line in reversed(text.splitlines()) if COUNT.search(line)), "")
    return {"error" if word == "errors" else word: int(number) for number, word in COUNT.findall(last)}


def has_browser() -> bool:
    if os.environ.get("LYHORD_NO_BROWSER") == "1":
        return False
    return bool(os.environ.get("LYHORD_BROWSER") or any(shutil.which(name) for name in BROWSERS))


def postgresql() -> str:
    """An address of a PostgreSQL server where we may make test databases; "" where none answers."""
    import psycopg

    for url in (os.environ.get("LYHORD_TEST_POSTGRESQL", ""), "postgresql:///postgres"):
        if url:
            try:
                with psycopg.connect(url, connect_timeout=3, autocommit=True) as connection:
                    row = connection.execute(
                        "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
                    ).fetchone()
                    if row and row[0]:
                        return url
            except psycopg.Error:
                continue
    return ""


if __name__ == "__main__":
    sys.exit(main())
