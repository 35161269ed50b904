"""The dossier of one post: the answer to "how did this appear on our site", as values that explain themselves."""
