"""The page's routes. They call the same use cases as the API, and work without JavaScript."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from starlette.responses import Response
from api.problems import problem_response

HERE = Path(__file__).parent


def add_pages(app: FastAPI) -> None:
    """Put the page on the application."""


def failure_page(request: Request, document: Mapping[str, Any], headers: Mapping[str, str] | None) -> Response:
    return problem_response(document, headers)
