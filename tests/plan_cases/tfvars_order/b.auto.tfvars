from_auto_b = "b.auto"
from_file = "b.auto"
