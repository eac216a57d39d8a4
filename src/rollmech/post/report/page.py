"""HTML pages that hold all they show: templates, the style, pictures as data. No word here is about a run."""

from __future__ import annotations

import base64
from pathlib import Path

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from rollmech.post.report.numbers import number, text_number, with_error

_HOME = "rollmech.post.report"
_TYPES = {".png": "image/png", ".gif": "image/gif", ".svg": "image/svg+xml"}


def render(template: str, package: str = _HOME, **content: object) -> str:
    """A page from a template that extends ``base.html``.

    Args:
        template: File name in the folder ``data`` of ``package``; every text put into it is escaped.
        package: Room that the template belongs to; ``base.html``, ``macros.html`` and ``style.css`` come from here.
        content: What the template names.
    """
    environment = Environment(
        loader=ChoiceLoader([PackageLoader(package, "data"), PackageLoader(_HOME, "data")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"number": number, "with_error": with_error, "text_number": text_number}
    style = PackageLoader(_HOME, "data").get_source(environment, "style.css")[0]
    return environment.get_template(template).render(style=style, **content)


def data_uri(picture: Path) -> str:
    """A picture file as the text of an ``src`` attribute."""
    content = base64.b64encode(picture.read_bytes()).decode("ascii")
    return f"data:{_TYPES[picture.suffix]};base64,{content}"
