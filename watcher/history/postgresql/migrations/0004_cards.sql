-- As little of each home as it is chosen, sorted and counted by among thousands: what a list of homes is made of reads
-- none of the larger documents. A card has the number of its home in `register`, and is made of that document and of
-- the home's own, as the tallies are; `history.tally_form` is the form of both.

CREATE TABLE cards (number bigint PRIMARY KEY, card json NOT NULL);
