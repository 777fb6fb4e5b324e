"""What a WSGI server starts: the app with the settings of this process."""

import gc

gc.disable()  # some thousand classes are made now and none goes: looking for rings was a sixth of a start

from fieldops.app import create_app  # noqa: E402 - the line above speeds this one up
from fieldops.settings import Settings  # noqa: E402

app = create_app(Settings.from_env())
# What is loaded stays for good, and a push makes thousands of small things that go by themselves: looking for
# rings among all of it after every 700 of them took 7 % of a push.
gc.freeze()
gc.set_threshold(20_000, 50, 100)
gc.enable()
