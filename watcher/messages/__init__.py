"""What readers are told: the alert and the other contents, and how they are worded, listed and drawn.

Pure: nothing is looked up when a message is made, and foreign text comes out as one harmless line.
"""
