-- The tables of watcher's history. Each keeps JSON documents as they were written, byte for byte, with the keys that
-- they are found under beside them. `number` counts each table's documents from 1; `sequence` is the commit that
-- stored a document last. Keys are compared byte by byte, so that no change of the system's collations harms an index.

CREATE TABLE history (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    sequence bigint NOT NULL DEFAULT 0,            -- how many commits were made
    sequence_of_facts bigint NOT NULL DEFAULT 0,   -- the last of them that stored homes, inspections, changes or feeds
    commit_mark text NOT NULL DEFAULT '',          -- of the last commit, so that whoever lost the line knows it again
    term bigint NOT NULL DEFAULT 0,                -- the number of the present leadership
    holder text NOT NULL DEFAULT '',               -- who leads, in words
    register_form integer,                         -- the form of the documents of `register`
    tally_form integer,                            -- the form of those of `tallies`
    register_described text NOT NULL DEFAULT ''    -- the description of regulators that both were read by
);
INSERT INTO history DEFAULT VALUES;

-- Homes that have inspections and that nothing describes.
CREATE TABLE nameless (home text COLLATE "C" PRIMARY KEY);

CREATE TABLE homes (
    number bigint PRIMARY KEY CHECK (number > 0),
    document json NOT NULL,
    sequence bigint NOT NULL,
    key text COLLATE "C",
    folded_id text COLLATE "C",
    folded_key text COLLATE "C"
);
CREATE INDEX homes_key ON homes (key, number);
CREATE INDEX homes_folded_id ON homes (folded_id, number);
CREATE INDEX homes_folded_key ON homes (folded_key, number);

CREATE TABLE inspections (
    number bigint PRIMARY KEY CHECK (number > 0),
    document json NOT NULL,
    sequence bigint NOT NULL,
    home text COLLATE "C"
);
CREATE INDEX inspections_home ON inspections (home, number);

CREATE TABLE changes (
    number bigint PRIMARY KEY CHECK (number > 0),
    document json NOT NULL,
    sequence bigint NOT NULL,
    id text COLLATE "C",
    home text COLLATE "C",
    what text COLLATE "C"
);
CREATE INDEX changes_id ON changes (id, number) WHERE id IS NOT NULL;
CREATE INDEX changes_home ON changes (home, number) WHERE home IS NOT NULL;
CREATE INDEX changes_what ON changes (what, number) WHERE what IS NOT NULL;

CREATE TABLE deliveries (
    number bigint PRIMARY KEY CHECK (number > 0),
    document json NOT NULL,
    sequence bigint NOT NULL,
    id text COLLATE "C",
    change text COLLATE "C",
    subject text COLLATE "C",
    open text COLLATE "C",
    sent text COLLATE "C",
    digest text COLLATE "C",
    report text COLLATE "C",
    reports text COLLATE "C"
);
CREATE INDEX deliveries_id ON deliveries (id, number) WHERE id IS NOT NULL;
CREATE INDEX deliveries_change ON deliveries (change, number) WHERE change IS NOT NULL;
CREATE INDEX deliveries_subject ON deliveries (subject, number) WHERE subject IS NOT NULL;
CREATE INDEX deliveries_open ON deliveries (open, number) WHERE open IS NOT NULL;
CREATE INDEX deliveries_sent ON deliveries (sent, number) WHERE sent IS NOT NULL;
CREATE INDEX deliveries_digest ON deliveries (digest, number) WHERE digest IS NOT NULL;
CREATE INDEX deliveries_report ON deliveries (report, number) WHERE report IS NOT NULL;
CREATE INDEX deliveries_reports ON deliveries (reports, number) WHERE reports IS NOT NULL;

CREATE TABLE feeds (
    number bigint PRIMARY KEY CHECK (number > 0),
    document json NOT NULL,
    sequence bigint NOT NULL,
    name text COLLATE "C"
);
CREATE INDEX feeds_name ON feeds (name, number);

CREATE TABLE cursors (
    number bigint PRIMARY KEY CHECK (number > 0),
    document json NOT NULL,
    sequence bigint NOT NULL,
    name text COLLATE "C"
);
CREATE INDEX cursors_name ON cursors (name, number);

CREATE TABLE notices (
    number bigint PRIMARY KEY CHECK (number > 0),
    document json NOT NULL,
    sequence bigint NOT NULL,
    key text COLLATE "C"
);
CREATE INDEX notices_key ON notices (key, number);

CREATE TABLE silences (
    number bigint PRIMARY KEY CHECK (number > 0),
    document json NOT NULL,
    sequence bigint NOT NULL,
    id text COLLATE "C"
);
CREATE INDEX silences_id ON silences (id, number);

CREATE TABLE acknowledgements (
    number bigint PRIMARY KEY CHECK (number > 0),
    document json NOT NULL,
    sequence bigint NOT NULL,
    change text COLLATE "C"
);
CREATE INDEX acknowledgements_change ON acknowledgements (change, number);

CREATE TABLE deeds (
    number bigint PRIMARY KEY CHECK (number > 0),
    document json NOT NULL,
    sequence bigint NOT NULL,
    subject text COLLATE "C"
);
CREATE INDEX deeds_subject ON deeds (subject, number);

CREATE TABLE sessions (
    number bigint PRIMARY KEY CHECK (number > 0),
    document json NOT NULL,
    sequence bigint NOT NULL,
    id text COLLATE "C"
);
CREATE INDEX sessions_id ON sessions (id, number);

CREATE TABLE stopped_mails (
    number bigint PRIMARY KEY CHECK (number > 0),
    document json NOT NULL,
    sequence bigint NOT NULL,
    address text COLLATE "C"
);
CREATE INDEX stopped_mails_address ON stopped_mails (address, number);

CREATE TABLE asked (
    number bigint PRIMARY KEY CHECK (number > 0),
    document json NOT NULL,
    sequence bigint NOT NULL,
    id text COLLATE "C",
    trigger text COLLATE "C",
    open text COLLATE "C"
);
CREATE INDEX asked_id ON asked (id, number) WHERE id IS NOT NULL;
CREATE INDEX asked_trigger ON asked (trigger, number) WHERE trigger IS NOT NULL;
CREATE INDEX asked_open ON asked (open, number) WHERE open IS NOT NULL;

CREATE TABLE made_watches (
    number bigint PRIMARY KEY CHECK (number > 0),
    document json NOT NULL,
    sequence bigint NOT NULL,
    watch text COLLATE "C"
);
CREATE INDEX made_watches_watch ON made_watches (watch, number);

CREATE TABLE signing (
    number bigint PRIMARY KEY CHECK (number > 0),
    document json NOT NULL,
    sequence bigint NOT NULL
);

CREATE TABLE origin (
    number bigint PRIMARY KEY CHECK (number > 0),
    document json NOT NULL,
    sequence bigint NOT NULL
);

CREATE TABLE restored (
    number bigint PRIMARY KEY CHECK (number > 0),
    document json NOT NULL,
    sequence bigint NOT NULL
);

-- What is counted with of each home, and the names that it is filed under.
CREATE TABLE register (
    number bigint PRIMARY KEY CHECK (number > 0),
    document json NOT NULL,
    sequence bigint NOT NULL,
    home text COLLATE "C",
    filed_owner text COLLATE "C",
    filed_stem text COLLATE "C",
    filed_area text COLLATE "C",
    filed_number text COLLATE "C",
    filed_inadequate text COLLATE "C",
    filed_ever text COLLATE "C",
    filed_ever_of text COLLATE "C",
    filed_known text COLLATE "C",
    filed_gone text COLLATE "C"
);
CREATE INDEX register_home ON register (home, number);
CREATE INDEX register_sequence ON register (sequence);
CREATE INDEX register_filed_owner ON register (filed_owner) WHERE filed_owner IS NOT NULL;
CREATE INDEX register_filed_stem ON register (filed_stem) WHERE filed_stem IS NOT NULL;
CREATE INDEX register_filed_area ON register (filed_area) WHERE filed_area IS NOT NULL;
CREATE INDEX register_filed_number ON register (filed_number) WHERE filed_number IS NOT NULL;
CREATE INDEX register_filed_inadequate ON register (filed_inadequate) WHERE filed_inadequate IS NOT NULL;
CREATE INDEX register_filed_ever ON register (filed_ever) WHERE filed_ever IS NOT NULL;
CREATE INDEX register_filed_ever_of ON register (filed_ever_of) WHERE filed_ever_of IS NOT NULL;
CREATE INDEX register_filed_known ON register (filed_known) WHERE filed_known IS NOT NULL;
CREATE INDEX register_filed_gone ON register (filed_gone) WHERE filed_gone IS NOT NULL;

-- How often each text is said by all homes together, by what is counted; one that nobody says any more is empty.
CREATE TABLE tallies (
    number bigint PRIMARY KEY CHECK (number > 0),
    document json NOT NULL,
    sequence bigint NOT NULL,
    name text COLLATE "C",
    listed text COLLATE "C"
);
CREATE INDEX tallies_name ON tallies (name, number);
CREATE INDEX tallies_listed ON tallies (listed) WHERE listed IS NOT NULL;
CREATE INDEX tallies_sequence ON tallies (sequence);
