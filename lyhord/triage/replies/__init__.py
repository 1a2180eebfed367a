"""Reply checks: what is missing or wrong in a drafted reply, said in words and shown at its place. They block nothing."""
