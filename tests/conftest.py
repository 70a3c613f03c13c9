"""Settings of the whole suite."""

import os

from hypothesis import settings

# A first drawing loads fonts; and a gate should not fail for luck (`fuzz.py` is for finding more).
settings.register_profile("suite", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("suite")
