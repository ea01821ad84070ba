-- What several watchers on one database need: since when the present one leads, and what others ask of it.

ALTER TABLE history ADD COLUMN led_since timestamptz;

CREATE TABLE requests (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text COLLATE "C" NOT NULL UNIQUE,
    document json,                                        -- what is asked; nothing once it is answered
    left_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    answer json                                           -- for whoever asked, who fetches it once
);
