// The page of a dossier: a key for each thing that can be done with it, and a word while that takes its time.
import { busy } from "./busy.js";
import { listen } from "./keys.js";

const press = (action) => document.querySelector(`form[action="${action}"] button`)?.click();

listen({
  c: () => document.querySelector("#main a[href^='/case?']")?.click(),
  d: () => document.querySelector("#main a[href^='/dossier?']")?.click(),
  e: () => document.getElementById("reason")?.focus(),
  t: () => document.getElementById("at")?.focus(),
  v: () => press("/dossier/verify"),
});

busy();
