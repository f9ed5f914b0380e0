"""The roads out of an estate: who can copy what, who is given the copies, and what gets into machines made of them."""
