"""The pages on which everything is taken out, and another system's history is brought in."""

from lyhord.moving.views.exporting import export, file_of
from lyhord.moving.views.guiding import decide, guidance
from lyhord.moving.views.importing import begin, overview, run, stop, try_file

__all__ = ["begin", "decide", "export", "file_of", "guidance", "overview", "run", "stop", "try_file"]
