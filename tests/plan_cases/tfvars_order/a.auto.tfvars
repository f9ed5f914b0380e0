from_auto = "a.auto"
from_auto_b = "a.auto"
from_auto_json = "a.auto"
