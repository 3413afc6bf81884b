// The entry of the page one is on leads to that page as it is without a choice. Streamlit sends such a press with the
// address's parameters, which the server cannot tell from any other redraw: nothing would happen.
document.addEventListener("click", (press) => {
  const entry = press.target.closest?.('[data-testid="stSidebarNavLink"]');
  const plain = press.button === 0 && !(press.ctrlKey || press.metaKey || press.shiftKey || press.altKey);
  if (entry && plain && entry.pathname === location.pathname && location.search) {
    press.preventDefault();
    press.stopImmediatePropagation();
    location.assign(entry.href);
  }
}, true);

// Charts have the colours of the scheme that the page was drawn in, which the page says. Where the reader changes it, by the
// system or by the menu, Streamlit changes its own colours alone, and tells the server at the next redraw: ask for one, by
// its own key, until one has come: one that is asked for while another is under way can be lost.
let asking = 0;
function look(app, tries = 10) {
  clearTimeout(asking);
  const drawn = getComputedStyle(document.documentElement).getPropertyValue("--assay-drawn");
  if (drawn && drawn !== getComputedStyle(app).colorScheme && tries) {
    for (const kind of ["keydown", "keyup"]) {
      document.dispatchEvent(new KeyboardEvent(kind, { key: "r", code: "KeyR", keyCode: 82, bubbles: true }));
    }
    asking = setTimeout(() => look(app, tries - 1), 3000);
  }
}
new MutationObserver((_, waiting) => {
  const app = document.querySelector('[data-testid="stApp"]');
  if (app) {
    waiting.disconnect();
    look(app);
    new MutationObserver(() => look(app)).observe(app, { attributeFilter: ["class"] });
  }
}).observe(document.documentElement, { childList: true, subtree: true });
