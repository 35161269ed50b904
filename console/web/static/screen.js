// The case on the screen: where its page keeps what.
export const page = document.getElementById("case");
export const flash = document.getElementById("flash");
export const decides = page.dataset.decides === "yes";
export const form = () => page.querySelector("form#decide");
export const post = () => page.dataset.post;
export const place = () => new URLSearchParams(page.dataset.address.split("?")[1]).get("at") ?? "";
export const shown = () => page.querySelector("article")?.dataset ?? {};
