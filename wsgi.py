"""What a WSGI server starts: the app with the settings of this process."""

from fieldops.app import create_app
from fieldops.settings import Settings

app = create_app(Settings.from_env())
