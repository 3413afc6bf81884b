"""The door in a real browser: locked without the token, open with it, for links from elsewhere and after a restart too."""

import urllib.error
import urllib.request

import pytest


@pytest.fixture(scope="module")
def locked_site(shared_site):
    return shared_site(locked=True)


def test_in_by_the_printed_address_and_still_in_after_a_restart(locked_site, window):
    token = (locked_site.home / "dashboard-token").read_text().strip()
    page = window()
    page.goto(f"{locked_site.url}/settings")
    assert "This dashboard is locked" in page.inner_text("main")
    page.goto(f"{locked_site.url}/settings?token={token}")
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
    assert page.url == f"{locked_site.url}/settings", "the token is not left in the address"
    assert page.get_by_role("heading", name="Settings").first.is_visible()
    page.goto("data:text/html,<a href='" + f"{locked_site.url}/settings" + "'>from elsewhere</a>")
    page.get_by_text("from elsewhere").click()
    page.get_by_role("heading", name="Settings").first.wait_for()
    locked_site.kill()
    locked_site.start()
    page.goto(f"{locked_site.url}/settings")
    page.get_by_role("heading", name="Settings").first.wait_for()


def test_another_browser_stays_outside(locked_site, window):
    page = window()
    answer = page.goto(locked_site.url)
    assert answer.status == 401
    opened = page.evaluate(
        "url => new Promise(end => { const s = new WebSocket(url); s.onopen = () => end(true); s.onerror = () => end(false) })",
        locked_site.url.replace("http", "ws") + "/_stcore/stream",
    )
    assert opened is False
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{locked_site.url}/_stcore/host-config")
    with refused.value:
        assert refused.value.code == 401


@pytest.mark.parametrize("elsewhere", ["", "elsewhere"])
def test_settings_hold_whatever_folder_the_server_is_started_from(elsewhere, tmp_path, monkeypatch):
    import subprocess
    import sys

    folder = tmp_path / "somewhere"
    (folder / ".streamlit").mkdir(parents=True)
    (folder / ".streamlit" / "config.toml").write_text(
        "[browser]\ngatherUsageStats = true\n[client]\nshowErrorDetails = 'full'\n[server]\nenableXsrfProtection = false\n"
        "enableAgentApi = true\nbaseUrlPath = 'x'\n"
        if elsewhere
        else ""
    )
    code = (
        "import dashboard.server as s; s.build(); from streamlit import config as c; "
        "print([c.get_option(n) for n in ('browser.gatherUsageStats', 'client.showErrorDetails', 'client.disableDataExport', "
        "'server.enableXsrfProtection', 'server.allowedHosts', "
        "'server.enableAgentApi', 'server.baseUrlPath')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], check=False, cwd=folder, capture_output=True, text=True, timeout=300
    )
    assert done.stdout.strip() == "[False, 'type', True, True, ['localhost', '127.0.0.1', '::1'], False, '']", (
        done.stderr
    )
