// Texts that are hidden until somebody asks for them: what was asked for stays open as long as its page does.
const masks = () => [...document.querySelectorAll("details.mask")];

export const opened = () => new Set(masks().filter((one) => one.open).map((one) => one.dataset.mask));

export function reopen(posts) {
  for (const one of masks()) if (posts.has(one.dataset.mask)) one.open = true;
}

// Shows every text of this post; hides them again where all are shown.
export function reveal(post) {
  const theirs = masks().filter((one) => one.dataset.mask === post);
  const wanted = theirs.some((one) => !one.open);
  for (const one of theirs) one.open = wanted;
}
