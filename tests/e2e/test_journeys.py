"""What analysts do, with mouse and keyboard, in a real browser."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import openpyxl
from browsing import PATIENCE, choose, press, settle, shows, visit
from kind_runs import make_kinds_run
from runs import make_run, write_table

LABELS = ("red", "green", "blue")


def workbook(table: Path) -> Path:
    """A table as people have them: the second sheet of a workbook, after one of notes."""
    book = openpyxl.Workbook()
    book.active.title = "Notes"
    book.active.append(["What this is", "who made it"])
    sheet = book.create_sheet("Rows")
    with table.open(encoding="utf-8", newline="") as lines:
        for row in csv.reader(lines):
            sheet.append(row)
    book.save(table.with_suffix(".xlsx"))
    return table.with_suffix(".xlsx")


def test_first_audit_from_an_empty_installation_to_its_report(new_site, page, tmp_path):
    site = new_site()
    visit(page, site)
    shows(page, "Welcome")
    visit(page, site, "/data")
    page.locator("input[type=file]").set_input_files(workbook(write_table(tmp_path / "colours.csv", 24, LABELS)))
    page.wait_for_url("**/data?table=*", timeout=PATIENCE)
    settle(page)
    shows(page, "The table is in the sheet")
    press(page, "Yes, read it like this")
    shows(page, "24 rows ready")
    page.get_by_text("Audit this table").first.click()
    page.wait_for_url("**/new_audit?table=*", timeout=PATIENCE)
    settle(page)
    shows(page, "No worker is running")
    page.get_by_test_id("stRadioOption").filter(has_text="Custom").click()
    settle(page)
    press(page, "Start the audit")
    page.wait_for_url("**/runs?run=*", timeout=PATIENCE)
    shows(page, "no worker is running")
    site.start_worker()
    page.get_by_role("button", name="Open the report").wait_for(timeout=3 * PATIENCE)
    press(page, "Open the report")
    page.wait_for_url("**/report?run=*", timeout=PATIENCE)
    settle(page)
    shows(page, "Accuracy")
    shows(page, "Findings")


def test_a_good_and_a_broken_table(site, page, tmp_path):
    visit(page, site, "/data")
    broken = tmp_path / "broken.csv"
    broken.write_text('text,label\ngood one,red\n,green\n"a, b",blue\none,two,three\nlast,red\n', encoding="utf-8")
    page.locator("input[type=file]").set_input_files(broken)
    page.wait_for_url("**/data?table=*", timeout=PATIENCE)
    settle(page)
    shows(page, "2 faults")
    assert page.get_by_text("Audit this table").count() == 0
    page.get_by_text("Audit the good rows and leave out the others").click()
    settle(page)
    shows(page, "Audit this table")
    visit(page, site, "/data")
    sheet = tmp_path / "sheet.csv"
    sheet.write_bytes(b"PK\x03\x04" + bytes(200))
    page.locator("input[type=file]").set_input_files(sheet)
    shows(page, "sheet.csv is a damaged workbook or zip")


def test_cancel_and_resume(site, page, tmp_path):
    site.start_worker()
    run_id = start_long_run(site, tmp_path, seed=11)
    visit(page, site, f"/runs?run={run_id}")
    badge(page, "Running")
    press(page, "Cancel")
    badge(page, "Cancelled")
    press(page, "Resume")
    badge(page, "Running")
    press(page, "Pause")
    badge(page, "Paused")
    press(page, "Delete")
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    page.get_by_text("1 run deleted; it can be had back").first.wait_for(timeout=PATIENCE)
    with site.store() as store:
        assert not store.exists(run_id)


def test_reload_and_a_second_browser_see_the_same_run(site, page, window, tmp_path):
    with site.store() as store:
        run = make_run(store, tmp_path, rows=64, status="running", done=0.5, seed=21, name="half way")
    visit(page, site, f"/runs?run={run.id}")
    shows(page, "of 384 results")
    said = page.get_by_text(re.compile(r"of 384 results")).first.inner_text()
    page.reload()
    shows(page, "of 384 results")
    other = window()
    visit(other, site, f"/runs?run={run.id}")
    shows(other, "of 384 results")
    assert other.get_by_text(re.compile(r"of 384 results")).first.inner_text() == said


def test_the_server_is_killed_and_restarted_during_a_run(new_site, page, tmp_path):
    site = new_site()
    site.start_worker()
    with site.store() as store:
        done = make_run(store, tmp_path, rows=24, seed=31, name="survivor")
    run_id = start_long_run(site, tmp_path, seed=32)
    visit(page, site, f"/runs?run={run_id}")
    badge(page, "Running")
    with site.store() as store:
        before = store.progress(run_id).shards_done
    site.kill()
    page.locator("[data-testid=stApp]:not([data-test-connection-state=CONNECTED])").wait_for(timeout=PATIENCE)
    site.start()
    page.locator("[data-testid=stApp][data-test-connection-state=CONNECTED]").wait_for(timeout=PATIENCE)
    settle(page)
    badge(page, "Running")  # the same tab, without a reload
    page.wait_for_timeout(1000)
    press(page, "Cancel")
    badge(page, "Cancelled")
    with site.store() as store:
        assert store.progress(run_id).shards_done >= before
    visit(page, site, f"/report?run={done.id}&section=rows")
    shows(page, "24 rows")


def test_an_open_page_says_when_the_last_worker_is_gone_and_has_a_way_out(new_site, page, tmp_path):
    site = new_site()
    with site.store() as store:
        run = make_run(store, tmp_path, rows=16, status="running", done=0.5, name="left alone")
        store.heartbeat("w-0", host="elsewhere", pid=1, started_at=run.created_at, activity="idle")
    visit(page, site, f"/runs?run={run.id}")
    assert page.get_by_test_id("stMain").get_by_text("No worker is running").count() == 0
    shows(page, "No worker is running")  # no sign of life for 15 seconds; nothing was pressed
    page.get_by_role("button", name="Start a worker").wait_for(timeout=PATIENCE)


def test_a_selection_in_a_chart_filters_the_examples(site, page, tmp_path):
    with site.store() as store:
        run = make_run(store, tmp_path, rows=40, seed=33, name="to select in")
    visit(page, site, f"/report?run={run.id}&section=robustness")
    chart = page.locator(".js-plotly-plot").first
    points = chart.locator(".scatterlayer .point")
    points.nth(1).wait_for(timeout=PATIENCE)  # one a recipe; they are not all drawn at once
    for i in range(points.count()):
        points.nth(i).hover(force=True)
        spot = points.nth(i).bounding_box()
        page.mouse.click(spot["x"] + spot["width"] / 2, spot["y"] + spot["height"] / 2)
        settle(page)
        page.wait_for_timeout(500)
        settle(page)
        if "recipe=" in page.url:
            break
    assert "recipe=" in page.url  # the first recipe is the default and stays out of the address
    page.get_by_text("What attacks change").click()
    bars = page.locator(".js-plotly-plot:has(.barlayer .point)").first.locator(".barlayer .point path")
    bars.first.wait_for(timeout=PATIENCE)
    bars.first.scroll_into_view_if_needed()
    shows(page, "Adversarial examples")
    assert page.get_by_text("rows picked in the chart").count() == 0
    spot = next(box for bar in bars.all() if (box := bar.bounding_box()) and box["height"] > 12)
    page.mouse.click(spot["x"] + spot["width"] / 2, spot["y"] + spot["height"] - 5)
    shows(page, "rows picked in the chart")


def test_a_model_is_registered_tried_and_removed(new_site, page):
    site = new_site()
    folder = site.home.parent / "tiny"
    visit(page, site, "/models")
    page.get_by_label("Folder or hub id").fill(str(site.home))
    page.get_by_label("Name", exact=True).fill("no-model")
    press(page, "Check and register")
    page.get_by_test_id("stAlert").first.wait_for(timeout=PATIENCE)  # a folder that is no model: a sentence, no entry
    assert page.get_by_text("no-model", exact=True).count() == 0
    page.get_by_label("Folder or hub id").fill(str(folder))
    page.get_by_label("Name", exact=True).fill("mine")
    press(page, "Check and register")
    page.get_by_text("Registered mine").wait_for(timeout=PATIENCE)
    mine = page.locator(".st-key-model-mine")  # the last card drawn may still be another one's
    mine.get_by_text("Card, try it, labels, remove").click()
    box = mine.get_by_label("Try it on a sentence")
    box.fill("a quiet delight")
    box.press("Enter")
    page.locator(".assay-bar").first.wait_for(timeout=PATIENCE)
    mine.get_by_role("button", name="Remove from the list").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    page.get_by_text("The model was removed").wait_for(timeout=PATIENCE)
    with site.store():
        from models import catalog

        assert "mine" not in [entry.name for entry in catalog.registered()]


def test_explain_and_attack_a_sentence(site, page):
    visit(page, site, "/explain?model=tiny")
    page.locator("textarea").first.fill("The film was a quiet delight from start to finish.")
    page.get_by_test_id("stFormSubmitButton").get_by_role("button").first.click()
    page.locator(".assay-word").first.wait_for(timeout=PATIENCE)
    assert page.locator(".assay-word").first.get_attribute("data-tip")
    page.get_by_role("tab", name="Smallest change").click()
    page.get_by_role("button", name="Find the smallest change").click()
    page.get_by_text("Asked again on exactly this text").wait_for(timeout=PATIENCE)
    page.get_by_role("tab", name="Attack").click()
    choose(page, "Recipe", "DeepWordBug")
    page.get_by_role("button", name="Attack now").click()
    page.get_by_text(re.compile("Succeeded|Held")).first.wait_for(timeout=PATIENCE)


def test_the_review_queue_changes_the_rate(site, page, tmp_path):
    with site.store() as store:
        run = make_run(store, tmp_path, rows=48, seed=41, name="to review")
        before = valid_rate(store, run.id)
    visit(page, site, f"/report?run={run.id}&section=review&recipe=textfooler")
    shows(page, "Does the changed text still mean the same?")
    for count in range(1, 13):
        shows(page, f"{count} of ")
        page.keyboard.press("2")  # no mouse: each answer has a key
        page.get_by_text(f"What you judged ({count})").wait_for(timeout=PATIENCE)
    with site.store() as store:
        assert {review.verdict for review in store.reviews(run.id, "textfooler")} == {"different"}
        assert len(store.reviews(run.id, "textfooler")) == 12
        assert valid_rate(store, run.id) < before


def test_a_deep_link_opens_the_same_view(site, page, window, tmp_path):
    with site.store() as store:
        run = make_run(store, tmp_path, rows=60, seed=51, name="linked")
    visit(page, site, f"/report?run={run.id}&section=rows&right=wrong")
    settle(page)
    shown = page.get_by_text(re.compile(r"^\d+ rows")).first.inner_text()
    choose(page, "Predicted", "positive")
    address = page.url
    assert "predicted=2" in address  # labels come from the table: their place stands there, not their name
    assert "positive" not in address
    assert "right=wrong" in address
    other = window()
    other.goto(address)
    settle(other)
    shows(other, "Model was")
    assert other.url == address
    mine = page.get_by_text(re.compile(r"^\d+ rows?")).first.inner_text()
    assert mine != shown
    other.get_by_text(mine).first.wait_for(timeout=PATIENCE)


def test_a_link_to_the_page_one_is_on_moves_the_address(site, page, tmp_path):
    with site.store() as store:
        run = make_run(store, tmp_path, rows=24, seed=71, name="within")
    visit(page, site, f"/report?run={run.id}&section=robustness")
    page.get_by_test_id("stMain").get_by_text("Everything about this row").first.click()
    page.wait_for_url(re.compile(f"/report[?]run={run.id}&section=rows&row=[0-9a-f]+"), timeout=PATIENCE)
    settle(page)
    shows(page, "this address leads back to it")
    address = page.url
    page.reload()
    settle(page)
    shows(page, "this address leads back to it")
    choose(page, "Model was", "Right")  # the next run of the script asks for the same row
    page.wait_for_url(f"{address}&right=right", timeout=PATIENCE)
    shows(page, "this address leads back to it")
    page.go_back()
    page.wait_for_url(address, timeout=PATIENCE)
    page.go_back()
    page.wait_for_url("**section=robustness", timeout=PATIENCE)
    shows(page, "Adversarial examples")
    visit(page, site, f"/runs?run={run.id}")
    page.get_by_test_id("stMain").get_by_text("All runs").first.click()
    page.wait_for_url("**/runs", timeout=PATIENCE)
    visit(page, site, f"/runs?run={run.id}")
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Runs", exact=True).click()
    page.wait_for_url("**/runs", timeout=PATIENCE)
    shows(page, "Every audit of this installation")


LOST = "addEventListener('keydown', press => press.stopImmediatePropagation(), {capture: true, once: true})"
"""The first time that a page asks to be drawn anew is lost, as it can be while another redraw is under way."""


def test_a_page_is_drawn_anew_for_the_other_scheme_and_has_its_sections_in_a_line(site, page, tmp_path):
    with site.store() as store:
        run = make_kinds_run(store, tmp_path)
    page.emulate_media(color_scheme="light")
    page.add_init_script(LOST)
    visit(page, site, f"/report?run={run.id}&section=behaviour")
    tabs = page.locator(".st-key-section button")
    assert tabs.count() >= 12
    assert len({tab.bounding_box()["y"] for tab in tabs.all()}) == 1
    mark = page.locator(".js-plotly-plot .xtick text").first
    mark.wait_for(timeout=PATIENCE)
    light = mark.evaluate("mark => getComputedStyle(mark).fill")
    page.emulate_media(color_scheme="dark")
    marks = "[...document.querySelectorAll('.js-plotly-plot .xtick text')]"
    page.wait_for_function(
        f"ink => {marks}.some(mark => getComputedStyle(mark).fill !== ink)", arg=light, timeout=PATIENCE
    )
    settle(page)
    small = page.get_by_test_id("stSidebarUserContent").get_by_text("Times are in").first
    assert small.evaluate("one => getComputedStyle(one).color") == "rgb(154, 168, 183)"


def test_a_phone_is_wide_enough(site, window, tmp_path):
    with site.store() as store:
        run = make_run(store, tmp_path, rows=24, seed=61, name="on a phone")
    page = window(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    report = f"/report?run={run.id}"
    for path in ("/", "/runs", "/data", "/new_audit", "/explain", "/settings", report, f"{report}&section=review"):
        visit(page, site, path)
        overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert overflow <= 1, (path, overflow)


def badge(page, state: str) -> None:
    """Wait until the run's badge says so; its icon is text too."""
    page.get_by_test_id("stMain").get_by_text(re.compile(rf"{state}$")).first.wait_for(timeout=2 * PATIENCE)


def valid_rate(store, run_id):
    return next(s.value for s in store.scores(run_id) if s.key == "attack_success_rate_valid@textfooler")


def start_long_run(site, folder, *, seed: int) -> str:
    """A run that takes minutes, for the worker."""
    from audit.run import client
    from audit.spec import AuditSpec, ModelSpec, ProbeSpec, TableSpec

    path = write_table(folder / "long.csv", 400, LABELS, seed=seed)
    with site.store() as store:
        spec = AuditSpec(
            name="long", model=ModelSpec(name="tiny"), table=TableSpec(path=str(path)),
            probes=(ProbeSpec(kind="explainer", name="shapley", params={"permutations": 400}, shard_rows=2),),
        )  # fmt: skip
        return client.start(spec, store=store).id
