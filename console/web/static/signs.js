// Signs that somebody is here: what they press and move, and whether this window is before them.
const SIGNS = ["keydown", "pointerdown", "pointermove", "wheel", "scroll", "touchstart"];

let last = Date.now();

for (const sign of SIGNS) addEventListener(sign, () => { last = Date.now(); }, { capture: true, passive: true });

export const lastSign = () => last;
export const isBefore = () => document.visibilityState === "visible" && document.hasFocus();
