"""The same checks inside other programs: each host asks for the answers, and none sees a check."""
