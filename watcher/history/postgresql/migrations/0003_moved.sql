-- A history that was moved elsewhere is altered by nobody any more, nor led: whoever would sees where it is.
ALTER TABLE history ADD COLUMN moved_to text NOT NULL DEFAULT '';  -- in words; empty while it is here

CREATE FUNCTION watcher_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.moved_to <> '' AND NEW.moved_to <> '' THEN
        RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = OLD.moved_to;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER watcher_moved BEFORE UPDATE ON history FOR EACH ROW EXECUTE FUNCTION watcher_moved();
