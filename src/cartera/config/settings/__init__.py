"""Settings by topic. Everything that differs between installations comes from the environment."""

from cartera.config.settings.database import *  # noqa: F403
from cartera.config.settings.engine import *  # noqa: F403
from cartera.config.settings.home import *  # noqa: F403
from cartera.config.settings.jobs import *  # noqa: F403
from cartera.config.settings.language import *  # noqa: F403
from cartera.config.settings.logs import *  # noqa: F403
from cartera.config.settings.rooms import *  # noqa: F403
from cartera.config.settings.security import *  # noqa: F403
from cartera.config.settings.web import *  # noqa: F403
