"""How a study shows itself in a notebook: its verdict, best points and sensitivity."""

from __future__ import annotations

from html import escape

from rollmech.post.notebook import html_table
from rollmech.post.report import study_tables, study_words
from rollmech.study.result import StudyResult


def study_html(found: StudyResult) -> str:
    """Headline, best points, what drives the result, doubts as HTML."""
    headline = study_words.headline(found)
    parts = [f"<p><b>{escape(found.record['title'])}</b></p>"]
    parts.append(f"<p><b>{escape(headline['word'])}.</b> {escape(headline['sentence'])}</p>")
    best = study_tables.best(found)
    tables = [best, *(item["table"] for item in study_tables.sensitivity(found.record))]
    parts += [html_table(table["head"], table["rows"]) for table in tables if table]
    parts += [
        f"<p>{escape(item['text'])}</p>"
        for item in study_words.foundations(found, {})
        if item["tone"] != "good"
    ]
    return "\n".join(parts)
