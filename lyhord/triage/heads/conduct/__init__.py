"""How an author behaves over a thread, and a customer's tone over contacts. Nothing here punishes: people decide."""
