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
