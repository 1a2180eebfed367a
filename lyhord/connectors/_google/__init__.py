"""What the connectors of Google's networks share: tokens, calls, and what Google's errors mean."""
