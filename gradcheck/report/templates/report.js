(() => {
  const openAround = () => {
    let at = null;
    try { at = document.getElementById(decodeURIComponent(location.hash.slice(1))); } catch { return; }
    if (!at) return;
    for (let around = at; around; around = around.parentElement) {
      if (around.tagName === "DETAILS") around.open = true;
    }
    at.scrollIntoView();
  };
  let opened = [];
  addEventListener("hashchange", openAround);
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details.printed:not([open])")];
    for (const details of opened) details.open = true;
  });
  addEventListener("afterprint", () => {
    for (const details of opened) details.open = false;
  });
  openAround();
})();
