from_file = "one"
from_second_file = "one"
from_command = "one"
