"""Where foreign bytes are read: a process of its own with limits, which alone suffers from what they do to it.

`task.Task` says what is read and within which limits, `worker.Worker` has it done, `child` is the program that does it.
"""
