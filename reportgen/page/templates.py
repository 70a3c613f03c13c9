"""Jinja and the files of `templates/`: the one module that imports jinja2."""

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

__all__ = ["fragment", "whole_page"]


def whole_page(**contents: Any) -> str:
    """Return a page: `index.html` with style, script and a policy that lets these two run."""
    script, style = _template_file("script.js"), _template_file("style.css")
    own = {"style": Markup(style), "script": Markup(script), "policy": _policy(script, style)}
    return _environment().get_template("index.html").render(contents | own)


def fragment(**contents: Any) -> str:
    """Return HTML for a notebook, with its own style; what `contents` lacks is empty."""
    names = ("title", "facts", "neuronpedia", "cards", "left_out", "negatives")
    style = Markup(_template_file("notebook.css"))
    given: dict[str, Any] = dict.fromkeys(names, "") | contents | {"style": style}
    return _environment().get_template("notebook.html").render(given)


def _policy(script: str, style: str) -> str:
    """Return the Content-Security-Policy: our own script and style, sibling PNGs, nothing else."""
    hashes = [
        base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        for text in (script, style)
    ]
    return (
        f"default-src 'none'; script-src 'sha256-{hashes[0]}'; "
        f"style-src-elem 'sha256-{hashes[1]}'; style-src-attr 'unsafe-inline'; "
        "img-src 'self' data:; base-uri 'none'; form-action 'none'"
    )


@cache
def _templates() -> Path:
    """Return the folder of the templates: inside the package, or beside it in a checkout."""
    package = Path(__file__).parent.parent
    return next(
        folder
        for folder in (package / "templates", package.parent / "templates")
        if (folder / "index.html").is_file()
    )


def _template_file(name: str) -> str:
    """Return a file that goes into the page as it is."""
    return (_templates() / name).read_text(encoding="utf-8")


@cache
def _environment() -> jinja2.Environment:
    """Return the Jinja environment; everything is escaped that is not `Markup`."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(_templates()),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
