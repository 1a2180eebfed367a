"""What Facebook, Messenger and Instagram have in common: one app, one hook, one Graph API, one dialect of errors."""
