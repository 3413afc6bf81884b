"""Settings: the name and logo of reports are kept, shown and removed there."""

from __future__ import annotations

from pages import check, seen
from pictures import png


def shown(test):
    """Whether the page has the preview and a button that removes it."""
    there = "brand-remove-logo" in {button.key for button in test.button}
    assert there == any("The logo of reports" in str(image.proto) for image in test.get("image"))
    return there


def test_a_name_is_kept(app, store):
    test = app("settings")
    test.text_input(key="brand-organisation").set_value("Example Bank")
    test.button(key="brand-keep-name").click().run()
    check(test)
    assert store.brand().organisation == "Example Bank"
    assert store.events()[0].verb == "set_organisation"
    assert app("settings").text_input(key="brand-organisation").value == "Example Bank"


def test_a_logo_is_kept_shown_and_removed(app, store):
    test = app("settings")
    assert not shown(test)
    test.file_uploader(key="brand-logo-0").upload("logo.png", png(40, 20), "image/png").run()
    test.button(key="brand-keep-logo").click().run()
    check(test)
    assert store.files.read(store.brand().logo) == png(40, 20)
    assert shown(test)
    test.button(key="brand-remove-logo").click().run()
    test.button(key="brand-remove-yes").click().run()
    check(test)
    assert store.brand().logo is None
    assert not shown(test)


def test_one_that_cannot_be_used_is_a_sentence(app, store):
    test = app("settings")
    test.file_uploader(key="brand-logo-0").upload("logo.png", b"<svg></svg>", "image/png").run()
    test.button(key="brand-keep-logo").click().run()
    assert "is an SVG" in seen(test)
    assert store.brand().logo is None


def test_it_says_where_a_setting_goes_before(app, monkeypatch):
    monkeypatch.setenv("ASSAY_ORGANISATION", "Set Bank")
    assert "ASSAY_ORGANISATION is set" in seen(app("settings")).replace("\\", "")
