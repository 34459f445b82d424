"""Lets a Loam run see which files its Python opens, then makes way for the person's own sitecustomize.

Python imports this at its start because the run puts this folder first on PYTHONPATH. Written so that every Python
since 2.7 can read it: those before 3.8 have nothing to watch with, but their own sitecustomize must run too.
"""

import os
import sys


def _make_way():
    here = os.path.normcase(os.path.dirname(os.path.abspath(__file__)))
    mine = sys.modules[__name__]
    watch = None
    try:
        if sys.version_info >= (3, 8) and os.environ.get("LOAM_HOOK_FILE"):
            from loam_hook import watch
    except Exception:
        pass
    sys.modules.pop("loam_hook", None)
    sys.path[:] = [place for place in sys.path if os.path.normcase(os.path.abspath(place or ".")) != here]
    try:
        if watch:
            watch()
    except Exception:
        pass  # a run is never disturbed by its recording
    del sys.modules[__name__]
    try:
        __import__(__name__)
    except ImportError as error:
        sys.modules[__name__] = mine  # the import of this very module fails without
        if getattr(error, "name", None) != __name__:
            raise


_make_way()
