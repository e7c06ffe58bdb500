-- One queue for many hosts. Times are the database's; texts of prompts and answers stand in "inputs" and "texts" alone.

-- Who takes part. Whoever writes for an older epoch is fenced: another host has given his jobs back.
CREATE TABLE hosts (
    id          int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key         uuid NOT NULL UNIQUE,
    name        text NOT NULL,
    epoch       bigint NOT NULL,
    lease_until timestamptz NOT NULL,
    lanes       text NOT NULL DEFAULT '[]',
    version     text NOT NULL
);

-- Where each host's request log ends. Every transaction of a host moves its row on, so the row also says which were committed.
CREATE TABLE chains (
    host    int PRIMARY KEY REFERENCES hosts,
    epoch   bigint NOT NULL,
    commits bigint NOT NULL,
    seq     bigint NOT NULL,
    head    text NOT NULL
) WITH (fillfactor = 50);

CREATE TABLE log (
    host int NOT NULL REFERENCES hosts,
    seq  bigint NOT NULL,
    job  uuid,
    line text NOT NULL,
    PRIMARY KEY (host, seq)
);
CREATE INDEX log_job ON log (job) WHERE job IS NOT NULL;

-- Sums that would be too dear to count: a row a host, so that hosts do not wait for each other. Add them up.
CREATE TABLE counts (
    host   int NOT NULL REFERENCES hosts,
    name   text NOT NULL,
    amount bigint NOT NULL,
    PRIMARY KEY (host, name)
) WITH (fillfactor = 50);

-- What an operator said; host 0 stands for all.
CREATE TABLE modes (
    host     int PRIMARY KEY,
    paused   boolean NOT NULL DEFAULT false,
    draining boolean NOT NULL DEFAULT false
);
INSERT INTO modes (host) VALUES (0);

CREATE TABLE jobs (
    id             uuid PRIMARY KEY,
    kind           text NOT NULL,
    state          text NOT NULL CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled', 'expired')),
    priority       smallint NOT NULL CHECK (priority BETWEEN 0 AND 9),
    device         text NOT NULL,
    max_new_tokens int NOT NULL,
    input_chars    int NOT NULL,
    input_bytes    int NOT NULL,
    prompt_tokens  int NOT NULL DEFAULT 0,
    line           text NOT NULL,
    client         text,
    trace          text,
    origin         int NOT NULL,
    due            bigint NOT NULL,
    created_at     timestamptz NOT NULL,
    not_before     timestamptz,
    started_at     timestamptz,
    finished_at    timestamptz,
    deadline_at    timestamptz,
    attempt        int NOT NULL DEFAULT 0,
    uncounted      int NOT NULL DEFAULT 0,
    losses         int NOT NULL DEFAULT 0,
    lane           text,
    host           int,
    cancel_asked   boolean NOT NULL DEFAULT false,
    error          text,
    evidence       text,
    text_slot      int,
    CHECK ((state IN ('queued', 'running')) = (finished_at IS NULL)),
    CHECK (state <> 'running' OR (host IS NOT NULL AND lane IS NOT NULL AND started_at IS NOT NULL AND attempt > 0)),
    CHECK (text_slot IS NULL OR finished_at IS NOT NULL)
);
-- The order of the queue.
CREATE INDEX jobs_order ON jobs (line, due, id) WHERE state = 'queued' AND not_before IS NULL;
CREATE INDEX jobs_held_back ON jobs (not_before) WHERE state = 'queued' AND not_before IS NOT NULL;
CREATE INDEX jobs_deadline ON jobs (deadline_at) WHERE state = 'queued' AND deadline_at IS NOT NULL;
CREATE INDEX jobs_running ON jobs (host) WHERE state = 'running';
CREATE INDEX jobs_client ON jobs (client) WHERE state = 'queued' AND client IS NOT NULL;
CREATE INDEX jobs_state ON jobs (state, id);

-- What is asked; a row goes when its job ends. The salt, then the text.
CREATE TABLE inputs (
    job    uuid PRIMARY KEY,
    salted bytea NOT NULL
);

-- What was answered, and what was asked where that is kept. A partition an hour of the jobs' ends, dropped when its time is over.
CREATE TABLE texts (
    slot   int NOT NULL,
    job    uuid NOT NULL,
    output bytea,
    input  bytea,
    PRIMARY KEY (slot, job)
) PARTITION BY LIST (slot);

-- Clients' words that equal requests are one; hashes only.
CREATE TABLE keys (
    key     bytea PRIMARY KEY,
    request bytea NOT NULL,
    job     uuid NOT NULL,
    used_at timestamptz NOT NULL
);
CREATE INDEX keys_age ON keys (used_at);
