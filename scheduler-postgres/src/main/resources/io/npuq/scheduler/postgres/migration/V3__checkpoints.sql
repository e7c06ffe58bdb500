-- Signed notes of how far each host's request log went, and of the keys that sign them; also in the hosts' own directories, where the keys are.
CREATE TABLE checkpoints (
    host   int NOT NULL REFERENCES hosts,
    number bigint GENERATED ALWAYS AS IDENTITY,
    note   text NOT NULL,
    PRIMARY KEY (host, note)
);
