package io.npuq.scheduler.postgres;

import io.npuq.scheduler.JobQuery;
import io.npuq.scheduler.common.Line;
import io.npuq.schema.JobId;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobState;
import io.npuq.schema.Lane;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** What is asked of the table of jobs. Counts of rows are verdicts: 0 says that someone else was first. */
final class JobTable {
    /** Farther behind than this, a job's place is not counted: each costs a step along the index. */
    static final int PLACES_COUNTED_MAX = 10_000;

    private static final String IN_LINE = "state = 'queued' AND not_before IS NULL";

    private JobTable() {}

    static Optional<JobRow> find(Handle handle, JobId id) {
        return handle.createQuery("SELECT * FROM jobs WHERE id = :id")
                .bind("id", JobRowMapper.uuid(id))
                .mapTo(JobRow.class)
                .findOne();
    }

    static List<JobRow> find(Handle handle, List<JobId> ids) {
        return handle.createQuery("SELECT * FROM jobs WHERE id = ANY (:ids)")
                .bindArray(
                        "ids", UUID.class, ids.stream().map(JobRowMapper::uuid).toArray())
                .mapTo(JobRow.class)
                .list();
    }

    /** The job, which stays as it is until this transaction ends. */
    static Optional<JobRow> lock(Handle handle, JobId id) {
        return handle.createQuery("SELECT * FROM jobs WHERE id = :id FOR UPDATE")
                .bind("id", JobRowMapper.uuid(id))
                .mapTo(JobRow.class)
                .findOne();
    }

    /** The first job of each of those lines that no other host is about to take. */
    static List<JobRow> firstOfEach(Handle handle, List<Line> lines) {
        return handle.createQuery("""
                        SELECT j.*
                        FROM unnest(:lines) AS l (line)
                        CROSS JOIN LATERAL (
                            SELECT * FROM jobs
                            WHERE line = l.line AND state = 'queued' AND not_before IS NULL
                            ORDER BY due, id LIMIT 1
                            FOR UPDATE SKIP LOCKED
                        ) AS j
                        """)
                .bindArray("lines", String.class, names(lines))
                .mapTo(JobRow.class)
                .list();
    }

    /** The jobs of that line whose deadlines come first, and that may start. */
    static List<JobRow> mostUrgent(Handle handle, Line line, int limit) {
        return handle.createQuery("""
                        SELECT * FROM (
                            SELECT * FROM jobs WHERE state = 'queued' AND deadline_at IS NOT NULL
                            ORDER BY deadline_at LIMIT :limit
                            FOR UPDATE SKIP LOCKED
                        ) AS urgent
                        WHERE line = :line AND not_before IS NULL
                        ORDER BY deadline_at
                        """)
                .bind("line", JobRowMapper.name(line))
                .bind("limit", limit)
                .mapTo(JobRow.class)
                .list();
    }

    /** The first job of that line that has so many of those lines before it. */
    static Optional<JobRow> firstBehind(Handle handle, Line line, List<Line> lines, long jobs) {
        return handle.createQuery("""
                        WITH edge AS (
                            SELECT due, id FROM jobs
                            WHERE line = ANY (:lines) AND state = 'queued' AND not_before IS NULL
                            ORDER BY due, id OFFSET :jobs LIMIT 1
                        )
                        SELECT j.* FROM jobs AS j, edge
                        WHERE j.line = :line AND j.state = 'queued' AND j.not_before IS NULL
                            AND (j.due, j.id) >= (edge.due, edge.id)
                        ORDER BY j.due, j.id LIMIT 1
                        FOR UPDATE OF j SKIP LOCKED
                        """)
                .bindArray("lines", String.class, names(lines))
                .bind("line", JobRowMapper.name(line))
                .bind("jobs", jobs)
                .mapTo(JobRow.class)
                .findOne();
    }

    /** How many jobs of those lines come before that place, as far as they are counted. */
    static long countBefore(Handle handle, List<Line> lines, long due, UUID id) {
        return handle.createQuery("SELECT count(*) FROM (SELECT 1 FROM jobs WHERE line = ANY (:lines) AND " + IN_LINE
                        + " AND (due, id) < (:due, :id) LIMIT :max) AS before")
                .bindArray("lines", String.class, names(lines))
                .bind("due", due)
                .bind("id", id)
                .bind("max", PLACES_COUNTED_MAX)
                .mapTo(long.class)
                .one();
    }

    /** How many jobs come before each of those that stand in line; few jobs wait. */
    static Map<JobId, Long> places(Handle handle, List<JobId> ids) {
        Map<JobId, Long> places = new HashMap<>();
        handle.createQuery("""
                        SELECT j.id, (
                            SELECT count(*) FROM jobs AS b
                            WHERE b.state = 'queued' AND b.not_before IS NULL AND (b.line = 'embedding') = (j.line = 'embedding')
                                AND (b.due, b.id) < (j.due, j.id)
                        ) AS place
                        FROM jobs AS j WHERE j.id = ANY (:ids) AND j.state = 'queued' AND j.not_before IS NULL
                        """)
                .bindArray(
                        "ids", UUID.class, ids.stream().map(JobRowMapper::uuid).toArray())
                .map((row, context) ->
                        Map.entry(JobRowMapper.id(row.getObject("id", UUID.class)), row.getLong("place")))
                .forEach(place -> places.put(place.getKey(), place.getValue()));
        return places;
    }

    /** How many jobs of that client wait. */
    static long countQueued(Handle handle, String client) {
        return handle.createQuery("SELECT count(*) FROM jobs WHERE state = 'queued' AND client = :client")
                .bind("client", client)
                .mapTo(long.class)
                .one();
    }

    /** When the job came that has waited longest. */
    static Optional<Instant> oldestQueuedAt(Handle handle) {
        return handle.createQuery("SELECT created_at FROM jobs WHERE state = 'queued' ORDER BY id LIMIT 1")
                .mapTo(Instant.class)
                .findOne();
    }

    static List<JobRow> running(Handle handle) {
        return handle.createQuery("SELECT * FROM jobs WHERE state = 'running' ORDER BY started_at")
                .mapTo(JobRow.class)
                .list();
    }

    /** Jobs whose deadline has come while they wait; nobody else expires them. */
    static List<JobRow> pastDeadline(Handle handle, Instant now, int limit) {
        return handle.createQuery("""
                        SELECT * FROM jobs WHERE state = 'queued' AND deadline_at <= :now
                        ORDER BY deadline_at LIMIT :limit
                        FOR UPDATE SKIP LOCKED
                        """)
                .bind("now", now)
                .bind("limit", limit)
                .mapTo(JobRow.class)
                .list();
    }

    /** Puts jobs in line whose time has come. */
    static List<JobRow> release(Handle handle, Instant now, int limit) {
        return handle.createQuery("""
                        UPDATE jobs SET not_before = NULL
                        WHERE id IN (
                            SELECT id FROM jobs WHERE state = 'queued' AND not_before <= :now
                            ORDER BY not_before LIMIT :limit
                            FOR UPDATE SKIP LOCKED
                        )
                        RETURNING *
                        """)
                .bind("now", now)
                .bind("limit", limit)
                .mapTo(JobRow.class)
                .list();
    }

    /** When the next deadline of a job that waits comes, or the time of one that is held back. */
    static Optional<Instant> nextMoment(Handle handle) {
        return handle.createQuery("""
                        SELECT least(
                            (SELECT min(deadline_at) FROM jobs WHERE state = 'queued' AND deadline_at IS NOT NULL),
                            (SELECT min(not_before) FROM jobs WHERE state = 'queued' AND not_before IS NOT NULL))
                        """).mapTo(Instant.class).findOne();
    }

    /** Jobs that run on hosts that are gone; nobody else gives them back. */
    static List<JobRow> orphans(Handle handle, int limit) {
        return handle.createQuery("""
                        SELECT j.* FROM jobs AS j JOIN hosts AS h ON h.id = j.host
                        WHERE j.state = 'running' AND h.lease_until = '-infinity'
                        LIMIT :limit
                        FOR UPDATE OF j SKIP LOCKED
                        """).bind("limit", limit).mapTo(JobRow.class).list();
    }

    /** Jobs that run on that host. */
    static List<JobRow> runningOn(Handle handle, int host) {
        return handle.createQuery("SELECT * FROM jobs WHERE state = 'running' AND host = :host FOR UPDATE")
                .bind("host", host)
                .mapTo(JobRow.class)
                .list();
    }

    /**
     * An attempt begins.
     *
     * @return the job's input with its salt; empty when the job is not as the row says
     */
    static Optional<byte[]> start(Handle handle, JobRow row, Instant now, Lane lane, int host) {
        return handle.createQuery("""
                        WITH started AS (
                            UPDATE jobs SET state = 'running', attempt = attempt + 1, started_at = :now, lane = :lane, host = :host
                            WHERE id = :id AND state = 'queued' AND attempt = :attempt
                            RETURNING id
                        )
                        SELECT salted FROM inputs JOIN started ON job = id
                        """)
                .bind("id", JobRowMapper.uuid(row.id()))
                .bind("attempt", row.attempt())
                .bind("now", now)
                .bind("lane", lane.wire())
                .bind("host", host)
                .mapTo(byte[].class)
                .findOne();
    }

    /** Someone wants a running job to stop. */
    static int askCancel(Handle handle, JobId id) {
        return handle.createUpdate("UPDATE jobs SET cancel_asked = true WHERE id = :id AND state = 'running'")
                .bind("id", JobRowMapper.uuid(id))
                .execute();
    }

    /** Jobs that run on that host, and that someone wants to stop. */
    static List<JobId> cancelAsked(Handle handle, int host) {
        return handle.createQuery("SELECT id FROM jobs WHERE state = 'running' AND host = :host AND cancel_asked")
                .bind("host", host)
                .map((row, context) -> JobRowMapper.id(row.getObject("id", UUID.class)))
                .list();
    }

    /** An attempt is given up, and the job waits as this row says. */
    static int recover(Handle handle, JobRow waits) {
        return handle.createUpdate("""
                        UPDATE jobs SET state = 'queued', lane = NULL, host = NULL, not_before = :notBefore, losses = :losses,
                            uncounted = :uncounted, prompt_tokens = :promptTokens, line = :line
                        WHERE id = :id AND state = 'running' AND attempt = :attempt
                        """)
                .bind("id", JobRowMapper.uuid(waits.id()))
                .bind("attempt", waits.attempt())
                .bind("notBefore", waits.notBefore().orElse(null))
                .bind("losses", waits.losses())
                .bind("uncounted", waits.uncounted())
                .bind("promptTokens", waits.promptTokens())
                .bind("line", JobRowMapper.name(waits.line()))
                .execute();
    }

    static int refile(Handle handle, JobRow row, Line line) {
        return handle.createUpdate("UPDATE jobs SET line = :line WHERE id = :id AND state = 'queued'")
                .bind("id", JobRowMapper.uuid(row.id()))
                .bind("line", JobRowMapper.name(line))
                .execute();
    }

    /**
     * A job ends: its input goes, or goes along with its answer where it is kept.
     *
     * @param row as it was
     * @param ended as it is now
     * @param output its answer and labels with their salt; null for none
     */
    static int end(Handle handle, JobRow row, JobRow ended, byte @Nullable [] output, boolean keepsInput) {
        return handle.createQuery("""
                        WITH ended AS (
                            UPDATE jobs SET state = :state, finished_at = :finishedAt, error = :error, evidence = :evidence,
                                text_slot = :slot, not_before = NULL
                            WHERE id = :id AND state = :from AND attempt = :attempt
                            RETURNING id
                        ), erased AS (
                            DELETE FROM inputs USING ended WHERE job = id RETURNING salted
                        ), kept AS (
                            INSERT INTO texts (slot, job, output, input)
                            SELECT CAST(:slot AS int), id, CAST(:output AS bytea), CASE WHEN :keepsInput THEN salted END
                            FROM ended LEFT JOIN erased ON true
                            WHERE CAST(:slot AS int) IS NOT NULL
                        )
                        SELECT count(*) FROM ended
                        """)
                .bind("id", JobRowMapper.uuid(row.id()))
                .bind("from", row.state().wire())
                .bind("attempt", row.attempt())
                .bind("state", ended.state().wire())
                .bind("finishedAt", ended.finishedAt().orElseThrow())
                .bind("error", ended.error().map(JobRowMapper::json).orElse(null))
                .bind("evidence", ended.evidence().map(JobRowMapper::json).orElse(null))
                .bind("slot", number(ended.textSlot()))
                .bind("output", output)
                .bind("keepsInput", keepsInput)
                .mapTo(int.class)
                .one();
    }

    /** Notes that an ended job has no texts any more. */
    static int forgetTexts(Handle handle, JobId id) {
        return handle.createUpdate("UPDATE jobs SET text_slot = NULL WHERE id = :id AND text_slot IS NOT NULL")
                .bind("id", JobRowMapper.uuid(id))
                .execute();
    }

    /**
     * Jobs of that page by all but their texts, newest first.
     *
     * @param lookedAtMax of so many jobs, newest first
     * @param most so many at most
     */
    static List<JobRow> page(Handle handle, JobQuery query, int lookedAtMax, int most) {
        return handle.createQuery("""
                        SELECT * FROM (
                            SELECT * FROM jobs
                            WHERE (CAST(:state AS text) IS NULL OR state = CAST(:state AS text))
                                AND (CAST(:after AS uuid) IS NULL OR id < CAST(:after AS uuid))
                            ORDER BY id DESC LIMIT :lookedAtMax
                        ) AS looked
                        WHERE (CAST(:kind AS text) IS NULL OR kind = CAST(:kind AS text))
                            AND (CAST(:priority AS int) IS NULL OR priority = CAST(:priority AS int))
                            AND (CAST(:lane AS text) IS NULL OR lane = CAST(:lane AS text))
                        ORDER BY id DESC LIMIT :most
                        """)
                .bind("state", query.filter().state().map(JobState::wire).orElse(null))
                .bind("kind", query.filter().kind().map(JobKind::wire).orElse(null))
                .bind("priority", query.filter().priority().orElse(null))
                .bind("lane", query.filter().lane().map(Lane::wire).orElse(null))
                .bind("after", query.after().map(JobRowMapper::uuid).orElse(null))
                .bind("lookedAtMax", lookedAtMax)
                .bind("most", most)
                .mapTo(JobRow.class)
                .list();
    }

    /** The last of so many jobs that a page looks at; empty where there are fewer. */
    static Optional<JobId> lookedUntil(Handle handle, JobQuery query, int lookedAtMax) {
        return handle.createQuery("""
                        SELECT id FROM jobs
                        WHERE (CAST(:state AS text) IS NULL OR state = CAST(:state AS text))
                            AND (CAST(:after AS uuid) IS NULL OR id < CAST(:after AS uuid))
                        ORDER BY id DESC OFFSET :before LIMIT 1
                        """)
                .bind("state", query.filter().state().map(JobState::wire).orElse(null))
                .bind("after", query.after().map(JobRowMapper::uuid).orElse(null))
                .bind("before", lookedAtMax - 1)
                .mapTo(UUID.class)
                .map(JobRowMapper::id)
                .findOne();
    }

    /** Queued jobs by deadline, the nearest first. */
    static List<JobRow> nearestDeadlines(Handle handle, int most) {
        return handle.createQuery("""
                        SELECT * FROM jobs WHERE state = 'queued' AND deadline_at IS NOT NULL
                        ORDER BY deadline_at, id LIMIT :most
                        """).bind("most", most).mapTo(JobRow.class).list();
    }

    /** New jobs and their inputs, all at once. */
    static int insert(Handle handle, Collection<NewJob> jobs) {
        NewJob.Columns columns = new NewJob.Columns(List.copyOf(jobs));
        return handle.createQuery("""
                        WITH given AS (
                            SELECT * FROM unnest(
                                :ids, :kinds, :priorities, :devices, :maxNewTokens, :inputChars, :inputBytes, :promptTokens, :lines,
                                :clients, :traces, :dues, :createdAts, :notBefores, :deadlineAts, :salted
                            ) AS g (
                                id, kind, priority, device, max_new_tokens, input_chars, input_bytes, prompt_tokens, line,
                                client, trace, due, created_at, not_before, deadline_at, salted)
                        ), texts AS (
                            INSERT INTO inputs (job, salted) SELECT id, salted FROM given
                        ), made AS (
                            INSERT INTO jobs (
                                id, kind, state, priority, device, max_new_tokens, input_chars, input_bytes, prompt_tokens, line,
                                client, trace, origin, due, created_at, not_before, deadline_at)
                            SELECT id, kind, 'queued', priority, device, max_new_tokens, input_chars, input_bytes, prompt_tokens, line,
                                client, trace, :origin, due,
                                'epoch'::timestamptz + created_at * interval '1 microsecond',
                                'epoch'::timestamptz + not_before * interval '1 microsecond',
                                'epoch'::timestamptz + deadline_at * interval '1 microsecond'
                            FROM given
                            RETURNING id
                        )
                        SELECT count(*) FROM made
                        """)
                .bind("origin", columns.origin())
                .bindArray(
                        "ids",
                        UUID.class,
                        columns.of(job -> JobRowMapper.uuid(job.row().id())))
                .bindArray(
                        "kinds",
                        String.class,
                        columns.of(job -> job.row().kind().wire()))
                .bindArray(
                        "priorities", Integer.class, columns.of(job -> job.row().priority()))
                .bindArray(
                        "devices",
                        String.class,
                        columns.of(job -> job.row().device().wire()))
                .bindArray(
                        "maxNewTokens",
                        Integer.class,
                        columns.of(job -> job.row().maxNewTokens()))
                .bindArray(
                        "inputChars", Integer.class, columns.of(job -> job.row().inputChars()))
                .bindArray(
                        "inputBytes", Integer.class, columns.of(job -> job.row().inputBytes()))
                .bindArray(
                        "promptTokens",
                        Integer.class,
                        columns.of(job -> job.row().promptTokens()))
                .bindArray(
                        "lines",
                        String.class,
                        columns.of(job -> JobRowMapper.name(job.row().line())))
                .bindArray("clients", String.class, columns.of(NewJob::client))
                .bindArray("traces", String.class, columns.of(NewJob::trace))
                .bindArray("dues", Long.class, columns.of(job -> job.row().due()))
                .bindArray(
                        "createdAts",
                        Long.class,
                        columns.micros(job -> Optional.of(job.row().createdAt())))
                .bindArray(
                        "notBefores",
                        Long.class,
                        columns.micros(job -> job.row().notBefore()))
                .bindArray(
                        "deadlineAts",
                        Long.class,
                        columns.micros(job -> job.row().deadlineAt()))
                .bind("salted", columns.salted())
                .mapTo(int.class)
                .one();
    }

    private static Object[] names(List<Line> lines) {
        return Arrays.stream(lines.toArray(Line[]::new)).map(JobRowMapper::name).toArray();
    }

    private static @Nullable Integer number(OptionalInt number) {
        return number.isPresent() ? number.getAsInt() : null;
    }
}
