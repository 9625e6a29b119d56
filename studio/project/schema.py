"""The tables of project.db, as a list of migrations: entry n brings `user_version` from n to n + 1."""

MIGRATIONS = (
    """
    CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

    CREATE TABLE class (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);

    CREATE TABLE run (
        name TEXT PRIMARY KEY,
        family TEXT NOT NULL,
        version TEXT NOT NULL,          -- hash of the frozen data set
        settings TEXT NOT NULL,         -- JSON
        state TEXT NOT NULL,            -- running, paused, done, diverged, failed
        created TEXT NOT NULL,          -- ISO 8601, UTC
        result TEXT,                    -- JSON, what the trainer returned
        title TEXT NOT NULL DEFAULT '', -- what the user calls it
        note TEXT NOT NULL DEFAULT '',  -- what the user writes about it
        parent TEXT                     -- JSON, the moment of another run that it began from
    ) WITHOUT ROWID;

    CREATE TABLE item (
        id INTEGER PRIMARY KEY,
        origin TEXT NOT NULL,           -- real, synthetic
        path TEXT NOT NULL,             -- POSIX, see studio.project.store.Project.store_path
        part TEXT NOT NULL,             -- which image of the file, see studio.imaging.part.Part; empty: the only one
        sha256 TEXT NOT NULL,           -- of the file
        pixel_sha256 TEXT NOT NULL,     -- of shape, depth and decoded pixels
        width INTEGER NOT NULL,
        height INTEGER NOT NULL,
        channels INTEGER NOT NULL,
        depth INTEGER NOT NULL,         -- bits per channel
        class_id INTEGER REFERENCES class (id),
        first_class_id INTEGER REFERENCES class (id),   -- see studio.labeling.readings
        second_class_id INTEGER REFERENCES class (id),
        split TEXT,                     -- train, validation, test
        decision TEXT,                  -- exclude, keep
        fields TEXT NOT NULL,           -- JSON, text by name
        run TEXT REFERENCES run (name),
        provenance TEXT,                -- JSON, for synthetic items
        said TEXT NOT NULL DEFAULT '',  -- digest of what sources said of it, see studio.importing.annotations
        masked TEXT NOT NULL DEFAULT '', -- JSON, boxes that are never shown, see studio.imaging.masking
        regions TEXT NOT NULL DEFAULT '[]', -- JSON, see studio.project.regions; last, for masks make it long
        UNIQUE (origin, path, part)
    );
    CREATE INDEX item_sha256 ON item (sha256);
    CREATE INDEX item_pixel_sha256 ON item (pixel_sha256);
    CREATE INDEX item_class ON item (class_id);
    CREATE INDEX item_colored ON item (id) WHERE channels > 2;
    CREATE INDEX item_marked ON item (id) WHERE regions != '[]';
    CREATE INDEX item_masked ON item (id) WHERE masked != '';
    CREATE INDEX item_second_class ON item (second_class_id) WHERE second_class_id IS NOT NULL;

    CREATE TABLE tally (                -- how many items there are of each kind, kept by the triggers below
        origin TEXT NOT NULL,
        decision TEXT,
        class_id INTEGER,
        split TEXT,
        n INTEGER NOT NULL
    );
    CREATE UNIQUE INDEX tally_kind
        ON tally (origin, coalesce(decision, ''), coalesce(class_id, 0), coalesce(split, ''));
    CREATE TRIGGER item_added AFTER INSERT ON item BEGIN
        INSERT INTO tally VALUES (NEW.origin, NEW.decision, NEW.class_id, NEW.split, 1)
        ON CONFLICT DO UPDATE SET n = n + 1;
    END;
    CREATE TRIGGER item_removed AFTER DELETE ON item BEGIN
        INSERT INTO tally VALUES (OLD.origin, OLD.decision, OLD.class_id, OLD.split, -1)
        ON CONFLICT DO UPDATE SET n = n - 1;
    END;
    CREATE TRIGGER item_edited AFTER UPDATE OF origin, decision, class_id, split ON item BEGIN
        INSERT INTO tally VALUES (OLD.origin, OLD.decision, OLD.class_id, OLD.split, -1)
        ON CONFLICT DO UPDATE SET n = n - 1;
        INSERT INTO tally VALUES (NEW.origin, NEW.decision, NEW.class_id, NEW.split, 1)
        ON CONFLICT DO UPDATE SET n = n + 1;
    END;

    CREATE TABLE revision (             -- how often each kind of studio.project.revisions has changed, by the triggers
        kind TEXT PRIMARY KEY,
        n INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE TRIGGER image_added AFTER INSERT ON item WHEN NEW.origin = 'real' BEGIN
        INSERT INTO revision VALUES ('images', 1) ON CONFLICT DO UPDATE SET n = n + 1;
    END;
    CREATE TRIGGER image_replaced AFTER UPDATE OF sha256, path ON item WHEN NEW.origin = 'real' BEGIN
        INSERT INTO revision VALUES ('images', 1) ON CONFLICT DO UPDATE SET n = n + 1;
    END;
    CREATE TRIGGER image_labeled AFTER UPDATE OF class_id ON item WHEN OLD.class_id IS NOT NEW.class_id BEGIN
        INSERT INTO revision VALUES ('labels', 1) ON CONFLICT DO UPDATE SET n = n + 1;
    END;
    CREATE TRIGGER image_split AFTER UPDATE OF split ON item WHEN OLD.split IS NOT NEW.split BEGIN
        INSERT INTO revision VALUES ('split', 1) ON CONFLICT DO UPDATE SET n = n + 1;
    END;
    CREATE TRIGGER image_decided AFTER UPDATE OF decision ON item
        WHEN (OLD.decision IS 'exclude') != (NEW.decision IS 'exclude') BEGIN
        INSERT INTO revision VALUES (iif(NEW.decision IS 'exclude', 'excluded', 'returned'), 1)
        ON CONFLICT DO UPDATE SET n = n + 1;
    END;

    CREATE TRIGGER image_masked AFTER UPDATE OF masked ON item WHEN OLD.masked IS NOT NEW.masked BEGIN
        INSERT INTO revision VALUES ('masked', 1) ON CONFLICT DO UPDATE SET n = n + 1;
    END;

    CREATE TABLE score (                -- what an image measured when it was decoded
        item_id INTEGER NOT NULL REFERENCES item (id),
        name TEXT NOT NULL,
        value REAL NOT NULL,
        PRIMARY KEY (item_id, name)
    ) WITHOUT ROWID;
    CREATE INDEX score_value ON score (name, value);

    CREATE TABLE rejection (            -- files that could not be imported
        path TEXT PRIMARY KEY,
        reason TEXT NOT NULL,           -- a key of studio.importing.rejections
        details TEXT NOT NULL           -- JSON, values for the sentence
    ) WITHOUT ROWID;
    CREATE TRIGGER file_rejected AFTER INSERT ON rejection BEGIN
        INSERT INTO revision VALUES ('rejections', 1) ON CONFLICT DO UPDATE SET n = n + 1;
    END;
    CREATE TRIGGER file_forgotten AFTER DELETE ON rejection BEGIN
        INSERT INTO revision VALUES ('rejections', 1) ON CONFLICT DO UPDATE SET n = n + 1;
    END;

    CREATE TABLE finding (
        item_id INTEGER NOT NULL REFERENCES item (id),
        check_name TEXT NOT NULL,
        score REAL NOT NULL,
        related TEXT NOT NULL,          -- JSON, ids of the items that it is compared with
        PRIMARY KEY (item_id, check_name)
    ) WITHOUT ROWID;

    CREATE TABLE edit (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,             -- a key of studio.project.edits.TITLES
        count INTEGER NOT NULL DEFAULT 0, -- of the items that it changed
        undone INTEGER NOT NULL DEFAULT 0
    );
    CREATE TABLE edit_change (
        edit_id INTEGER NOT NULL REFERENCES edit (id) ON DELETE CASCADE,
        item_id INTEGER NOT NULL REFERENCES item (id),
        field TEXT NOT NULL,            -- one of studio.project.edits.FIELDS
        before,
        after,
        PRIMARY KEY (edit_id, item_id, field)
    ) WITHOUT ROWID;

    CREATE TABLE version (
        hash TEXT PRIMARY KEY,
        created TEXT NOT NULL,
        manifest TEXT NOT NULL          -- JSON: items, labels, splits, normalization, chain
    ) WITHOUT ROWID;

    CREATE TABLE evaluation (
        id INTEGER PRIMARY KEY,
        run TEXT NOT NULL REFERENCES run (name),
        created TEXT NOT NULL,
        result TEXT NOT NULL            -- JSON
    );

    CREATE TABLE small (                -- a look at each picture, for comparing all with all
        pixel_sha256 TEXT PRIMARY KEY,
        compared INTEGER NOT NULL,      -- whether its pairs are among `likeness`
        pixels BLOB NOT NULL            -- uint8, see studio.imaging.small_picture
    );
    CREATE INDEX small_compared ON small (compared);

    CREATE TABLE text_box (             -- where text stands in a picture; what it says is not kept
        pixel_sha256 TEXT PRIMARY KEY,
        boxes TEXT NOT NULL             -- JSON, see studio.project.part.Box
    ) WITHOUT ROWID;

    CREATE TABLE likeness (             -- pairs of pictures that look alike beyond chance
        first TEXT NOT NULL,            -- pixel_sha256
        second TEXT NOT NULL,
        value REAL NOT NULL,            -- up to 1, the same picture
        turn INTEGER NOT NULL,          -- of the second: studio.cleaning.view.TURNS, or pair_records.CROPPED
        PRIMARY KEY (first, second)
    ) WITHOUT ROWID;

    CREATE TABLE relative (             -- pairs of pictures of the same part or of sister parts
        first TEXT NOT NULL,            -- pixel_sha256
        second TEXT NOT NULL,
        value REAL NOT NULL,            -- see studio.cleaning.residuals
        turned INTEGER NOT NULL,        -- whether one of them is turned by 180 degrees
        PRIMARY KEY (first, second)
    ) WITHOUT ROWID;

    CREATE TABLE learned (              -- what comparisons of pictures learned of all, for those that come later
        name TEXT PRIMARY KEY,
        arrays BLOB NOT NULL            -- safetensors, see studio.cleaning.residual_view
    ) WITHOUT ROWID;

    CREATE TABLE suspicion (            -- how each label looks to a classifier that learned from the other images
        item_id INTEGER PRIMARY KEY REFERENCES item (id),
        given INTEGER NOT NULL,         -- the class that was judged
        likelier INTEGER NOT NULL,      -- the likeliest other class
        probability REAL NOT NULL,      -- that the given one is wrong, see studio.cleaning.confident_learning
        confident INTEGER NOT NULL      -- whether the other one is likelier than for most images of that class
    );

    CREATE TABLE edit_setting (         -- what an edit changed in a setting
        edit_id INTEGER PRIMARY KEY REFERENCES edit (id) ON DELETE CASCADE,
        key TEXT NOT NULL,
        before TEXT,                    -- JSON; NULL: it was not set
        after TEXT NOT NULL             -- JSON
    );
    """,
)
