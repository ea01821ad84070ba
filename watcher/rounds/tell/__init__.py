"""From a change to the messages that wait: one step a module, in the order that `tell` lists them.

Each step is handed what it needs and touches no network and no clock; a step that leaves something out says why, to the
operator or in the change's own record.
"""
