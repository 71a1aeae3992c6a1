"""Lets the tests here import `media_files`, and decoder workers import the media made for tests."""

import sys
from pathlib import Path

_HERE = Path(__file__).parent
sys.path[:0] = [str(_HERE), str(_HERE.parents[1] / "media")]
