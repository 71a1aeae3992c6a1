"""Lets the tests here import `media_files` however pytest is told to import."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
