import logging

from django.apps import AppConfig

logger = logging.getLogger(__name__)


class WebConfig(AppConfig):
    name = "lyhord.web"
    label = "web"

    def ready(self) -> None:
        """Make what is not kept in git: catalogues, icons, style sheet. A look at a few dates when all is there."""
        from lyhord.web import assets, catalogues

        try:
            catalogues.compile_all()
            if not assets.is_built():
                assets.build()
        except OSError as problem:  # installed where we may not write: then the installer ran these
            logger.warning("Catalogues and assets could not be renewed: %s", problem)
