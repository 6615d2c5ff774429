// A preview that is out of date would lie: when it cannot be made, it says so in its place.
const preview = document.getElementById("preview");
const sayFailed = () => {
  preview.textContent = preview.dataset.failed;
};
for (const failure of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  document.addEventListener(failure, sayFailed);
}
// Whoever is signed out meanwhile gets the page to sign in, which holds no preview.
document.addEventListener("htmx:afterSwap", () => {
  if (!preview.firstElementChild) sayFailed();
});

// Nothing is kept in the browser: htmx notes the page it is on for a history that we do not use.
sessionStorage.removeItem("htmx-current-path-for-history");
