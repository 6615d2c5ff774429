// When the site does not answer, say so: a click that fails in silence is a vote lost for good.
for (const failure of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(failure, () => {
    const status = document.getElementById("status");
    status.classList.remove("visually");
    status.textContent = status.dataset.failed;
  });
}

// Nothing is kept in the browser: htmx notes the page it is on for a history that we do not use.
sessionStorage.removeItem("htmx-current-path-for-history");
