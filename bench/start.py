"""From nothing to the first page: install, start of `lyhord serve`, and the memory that the idle installation takes.

Installs into a fresh environment from the package index that pip is set to use: once with pip and no cache, once with
uv. Beside each, the same with everything fetched already: what is left is the unpacking.
"""

import argparse
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from bench import measure
from lyhord.serve import die_with_parent

ROOT = Path(__file__).resolve().parent.parent
PORT = measure.free_port()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--idle", type=float, default=15, help="seconds before memory is read")
    options.add_argument(
        "--no-install", action="store_true", help="start and memory alone, in this environment"
    )
    given = options.parse_args()
    print(f"# {measure.machine()}")
    python = sys.executable
    with tempfile.TemporaryDirectory(prefix="lyhord-bench-") as name:
        folder = Path(name)
        if not given.no_install:
            python = installs(folder, given.rounds)
        starts(folder, python, given.rounds, given.idle)
    print(f"# load at the end {os.getloadavg()[0]:.1f}")


# Install --------------------------------------------------------------------------------------------------------------


def installs(folder: Path, rounds: int) -> str:
    uv = shutil.which("uv") or str(Path(sys.executable).parent / "uv")
    wheels = folder / "wheels"
    ways = {
        "pip, no cache": lambda: with_pip(folder, "--no-cache-dir"),
        "pip, all fetched": lambda: with_pip(folder, "--no-index", "--find-links", str(wheels)),
        "uv, no cache": lambda: with_uv(folder, uv, "--no-cache"),
        "uv, all fetched": lambda: with_uv(
            folder, uv, "--no-index", "--find-links", str(wheels), "--no-cache"
        ),
    }
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-q",
        "--wheel-dir",
        str(wheels),
        str(ROOT),
        "setuptools>=77",
    ]
    run(command)
    results = measure.turns(ways, rounds)
    for way, seconds in results.items():
        print(f"install with {way:<17} {measure.spread(seconds)} s")
    middle = {way: statistics.median(seconds) for way, seconds in results.items()}
    print(f"pip no cache / all fetched {middle['pip, no cache'] / middle['pip, all fetched']:.1f}")
    print(f"pip no cache / uv no cache {middle['pip, no cache'] / middle['uv, no cache']:.1f}")
    sizes = sum(path.stat().st_size for path in (folder / "env").rglob("*") if path.is_file())
    print(f"size of the environment {sizes / 1e6:.0f} MB")
    return str(folder / "env" / "bin" / "python")


def with_pip(folder: Path, *words: str) -> float:
    """Seconds for a new environment with lyhord in it; the build of our own wheel included."""
    shutil.rmtree(folder / "env", ignore_errors=True)
    begun = time.monotonic()
    run([sys.executable, "-m", "venv", str(folder / "env")])
    run(
        [
            str(folder / "env" / "bin" / "pip"),
            "install",
            "-q",
            "--disable-pip-version-check",
            *words,
            str(ROOT),
        ]
    )
    return time.monotonic() - begun


def with_uv(folder: Path, uv: str, *words: str) -> float:
    shutil.rmtree(folder / "env", ignore_errors=True)
    begun = time.monotonic()
    run([uv, "venv", "-q", "--python", sys.executable, str(folder / "env")])
    run([uv, "pip", "install", "-q", "--python", str(folder / "env" / "bin" / "python"), *words, str(ROOT)])
    return time.monotonic() - begun


def run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, cwd="/")
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stderr[-2000:]}")


# Start ----------------------------------------------------------------------------------------------------------------


def starts(folder: Path, python: str, rounds: int, idle: float) -> None:
    data = folder / "data"
    firsts, agains, floors = [], [], []
    memory: list[float] = []
    for number in range(rounds):
        shutil.rmtree(data, ignore_errors=True)
        firsts.append(start(python, data)[0])
        seconds, told = start(python, data, idle if number == rounds - 1 else 0)
        agains.append(seconds)
        memory += [told] if told else []
        floors.append(bare(python))
    print(f"start, empty folder to first page {measure.spread(firsts)} s (database made, files collected)")
    print(f"start, known folder to first page {measure.spread(agains)} s")
    print(f"  beside: a Python that imports Django and nothing else {measure.spread(floors)} s")
    print(f"idle memory of web, worker, push and their parent, PSS {statistics.median(memory):.0f} MB")


def start(python: str, data: Path, idle: float = 0) -> tuple[float, float]:
    """Seconds to the first page, and the memory after `idle` seconds."""
    environment = os.environ | {
        "LYHORD_DATA": str(data),
        "LYHORD_PUBLIC_URL": f"http://localhost:{PORT}",
        "LYHORD_LOG": "ERROR",
    }
    begun = time.monotonic()
    command = [python, "-m", "lyhord.cli", "serve", "--port", str(PORT)]
    server = subprocess.Popen(
        command,
        env=environment,
        start_new_session=True,
        cwd="/tmp",
        stdout=subprocess.DEVNULL,
        preexec_fn=die_with_parent,
    )
    try:
        page = wait(server)
        taken = time.monotonic() - begun
        assert b"<html" in page
        time.sleep(idle)
        return taken, measure.memory_mb(server.pid) if idle else 0.0
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)


def wait(server: "subprocess.Popen[bytes]") -> bytes:
    for _ in range(6000):
        try:
            with urllib.request.urlopen(f"http://localhost:{PORT}/", timeout=10) as answer:
                return bytes(answer.read())
        except OSError:
            if server.poll() is not None:
                break
            time.sleep(0.01)
    sys.exit("The server did not start.")


def bare(python: str) -> float:
    begun = time.monotonic()
    subprocess.run([python, "-c", "import django.db.models"], check=True)
    return time.monotonic() - begun


if __name__ == "__main__":
    main()
