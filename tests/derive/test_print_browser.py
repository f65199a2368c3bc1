"""The HTML printout in a real browser: nothing on its console, the mathematics and the graph laid out."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from printed_layers import derivation_of

from gradcheck.derive.printing import html
from gradcheck.derive.printing.view import View

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = """--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
--disable-component-update --disable-sync --hide-scrollbars --window-size=900,1400
--enable-logging=stderr""".split()
MEASURE = """<script>addEventListener('load', () => {
  const sizes = [...document.querySelectorAll('math, svg')].map(m => m.getBoundingClientRect());
  document.title = sizes.length + ' ' + sizes.filter(r => r.width > 4 && r.height > 4).length
    + ' ' + performance.getEntriesByType('resource').length;
})</script>"""


def opened(page: Path, profile: Path) -> tuple[str, str]:
    """The page after loading, and what the browser said of it."""
    assert CHROMIUM is not None
    command = [CHROMIUM, *QUIET, f"--user-data-dir={profile}", "--dump-dom", page.as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return done.stdout, done.stderr


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
@pytest.mark.parametrize("name", ["batchnorm", "attention"])
def test_the_page_in_a_browser(name: str, tmp_path: Path) -> None:
    text = html.render(derivation_of(name), View())
    page = tmp_path / "page.html"
    page.write_text(text, encoding="utf-8")
    dom, said = opened(page, tmp_path / "profile")
    assert "CONSOLE" not in said and dom.count("<math") == text.count("<math")
    # The page allows no script; a copy that does measures what the browser made of it.
    measured = tmp_path / "measured.html"
    measured.write_text(re.sub(r"<meta http-equiv.*?>", MEASURE, text, count=1), encoding="utf-8")
    dom, _ = opened(measured, tmp_path / "profile")
    title = re.search(r"<title>(\d+) (\d+) (\d+)</title>", dom)
    assert title is not None
    shapes, visible, requests = map(int, title.groups())
    assert shapes > 20 and visible == shapes and requests == 0
