"""Acting on the pages: what somebody who is signed in, or who has a signed link, may do. The doing is in actions/."""
