"""Sphinx's settings for the documentation site (make site). Nothing is fetched while it is built."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from docutils import nodes

project = "cloudimages.azure_gallery"
project_copyright = "the cloudimages.azure_gallery contributors"
root_doc = "index"
extensions = ["myst_parser", "sphinx_antsibull_ext"]
exclude_patterns = ["docsite"]  # antsibull-docs copies these guides into collection/
html_theme = "sphinx_ansible_theme"
html_title = project
html_show_sphinx = False
html_theme_options = {"vcs_pageview_mode": "edit"}
highlight_language = "yaml+jinja"
myst_heading_anchors = 3
suppress_warnings = ["misc.highlighting_failure"]  # a shell command over several lines
myst_enable_extensions = ["colon_fence"]

REPOSITORY = "https://github.com/cloudimages/azure_gallery/blob/main/"
GUIDES = "docsite/rst/"
ANSIBLE = "https://docs.ansible.com/ansible/latest/"
LABELS = {
    "action_plugins": "plugins/action.html",
    "ansible_configuration_settings": "reference_appendices/config.html",
    "common_return_values": "reference_appendices/common_return_values.html",
}
CHECKOUT = Path(__file__).resolve().parents[1]


def rewrite_links(_app: Any, name: str, text: list[str]) -> None:
    """Links that work in the repository also work on the site: other files of the repository are on GitHub."""

    def rewritten(match: re.Match[str]) -> str:
        target = match[1]
        if not (CHECKOUT / "docs" / target.partition("#")[0]).exists():
            raise ValueError(f"{name}: link to a file that does not exist: {target}")
        if target.startswith(GUIDES):
            return f"](collection/docsite/{target.removeprefix(GUIDES)})"
        return f"]({REPOSITORY}{target.removeprefix('../')})"

    text[0] = re.sub(rf"\]\(((?:\.\./|{GUIDES})[^)\s]+)\)", rewritten, text[0])


def link_ansible(_app: Any, _env: Any, node: Any, content: nodes.Element) -> nodes.reference | None:
    """Ansible's own pages and modules of other collections are linked without fetching an index."""
    label = node.get("reftarget", "")
    place = LABELS.get(label)
    other = re.fullmatch(r"ansible_collections\.(\w+)\.(\w+)\.(\w+)", label)
    if other and f"{other[1]}.{other[2]}" != project:
        place = f"collections/{other[1]}/{other[2]}/{other[3]}.html"
    if not place:
        return None
    return nodes.reference("", "", *content.children, internal=False, refuri=f"{ANSIBLE}{place}")


def setup(app: Any) -> None:
    """Called by Sphinx."""
    app.connect("source-read", rewrite_links)
    app.connect("missing-reference", link_ansible)
