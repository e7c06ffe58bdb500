package io.npuq.scheduler.index;

/** The index's tables. There are no migrations: an index of another version is built again from the journal. */
final class Schema {
    /** Counts the changes of the tables below. */
    static final int VERSION = 2;

    /** {@code state} is checked here as JobState checks it: a running job has an attempt, an ended one an end. */
    static final String CREATE = """
            CREATE TABLE job (
              seq            BIGINT PRIMARY KEY,
              id             VARCHAR(30) NOT NULL,
              kind           TINYINT NOT NULL,
              state          TINYINT NOT NULL,
              priority       TINYINT NOT NULL,
              device         TINYINT NOT NULL,
              max_new_tokens INT NOT NULL,
              input_chars    INT NOT NULL,
              due_us         BIGINT NOT NULL,
              created_us     BIGINT NOT NULL,
              started_us     BIGINT,
              finished_us    BIGINT,
              deadline_us    BIGINT,
              attempt        TINYINT NOT NULL,
              lane           TINYINT,
              cancel_asked   BOOLEAN NOT NULL,
              submitted_at   BIGINT NOT NULL,
              ended_at       BIGINT,
              CHECK (state BETWEEN 0 AND 5),
              CHECK (state <> 1 OR attempt > 0),
              CHECK ((state > 1) = (ended_at IS NOT NULL))
            );
            CREATE INDEX job_order ON job (state, due_us, seq);
            CREATE INDEX job_age ON job (state, seq);
            CREATE TABLE deadline (
              due_us BIGINT NOT NULL,
              seq    BIGINT NOT NULL,
              PRIMARY KEY (due_us, seq)
            );
            CREATE TABLE kept_output (
              finished_us BIGINT NOT NULL,
              seq         BIGINT NOT NULL,
              PRIMARY KEY (finished_us, seq)
            );
            CREATE TABLE applied (
              version  INT NOT NULL,
              seq      BIGINT NOT NULL
            );
            """;

    private Schema() {}
}
