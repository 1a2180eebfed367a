"""How a command of ours reads its words."""

import argparse


def parser(name: str, what: str = "") -> argparse.ArgumentParser:
    return argparse.ArgumentParser(prog=f"lyhord {name}", description=what)
