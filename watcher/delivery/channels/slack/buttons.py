"""tmp"""

ACKNOWLEDGE = "watcher_acknowledge"
SILENCE = "watcher_silence"
HISTORY = "watcher_history"
