"""Settings of the whole suite."""

from hypothesis import settings

settings.register_profile("suite", deadline=None)  # a first drawing loads fonts
settings.load_profile("suite")
