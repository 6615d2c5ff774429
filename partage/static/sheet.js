// Entering a ballot sheet: once a sign is typed, the next field is taken. The page says so.
const signs = [...document.querySelectorAll("input.sign")];
for (const [place, field] of signs.entries()) {
  field.addEventListener("input", () => {
    if (/^[-+?0−]$/.test(field.value)) signs[place + 1]?.focus();
  });
}
