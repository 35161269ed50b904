"""Pages that a person reads, prints and hands on: each is one file of HTML that loads nothing and runs nothing."""

from console.page.of_dossier import render, render_within
from console.page.of_export import Cover, Listed, render_certificate, render_index, render_not_captured

__all__ = ["Cover", "Listed", "render", "render_certificate", "render_index", "render_not_captured", "render_within"]
