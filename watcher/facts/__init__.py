"""What inspectors publish, as frozen values: homes, inspections, grades, owners, and who says so.

Whatever differs from regulator to regulator stands here, and everything above asks it. Nothing here judges.
"""
