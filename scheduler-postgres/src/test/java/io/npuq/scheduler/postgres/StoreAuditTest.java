package io.npuq.scheduler.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.npuq.scheduler.Claim;
import io.npuq.scheduler.Finish;
import io.npuq.scheduler.JobQueue;
import io.npuq.scheduler.Submission;
import io.npuq.scheduler.audit.AuditFiles;
import io.npuq.scheduler.audit.CheckpointLog;
import io.npuq.scheduler.audit.Checkpoints;
import io.npuq.scheduler.audit.LogAudit;
import io.npuq.scheduler.audit.LogExport;
import io.npuq.scheduler.audit.LogFilter;
import io.npuq.scheduler.audit.VerifierKey;
import io.npuq.scheduler.journal.Entry;
import io.npuq.schema.ErrorCode;
import io.npuq.schema.JobError;
import io.npuq.schema.JobId;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobRequest;
import io.npuq.schema.Lane;
import io.npuq.schema.Outcome;
import io.npuq.schema.Sha256;
import io.npuq.schema.config.StoreConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever changes the logs of two hosts in their PostgreSQL is found out. */
class StoreAuditTest {
    private static final long PATIENCE_SECONDS = 60;
    private static final int A = 1;
    private static final int B = 2;

    @TempDir
    private Path directory;

    private final StoreConfig store = PostgresServer.schema();
    private JobId ranAtB;

    /** Both accept, both run, and a gives one back that b runs; then both stop, and sign how far they came. */
    @BeforeEach
    void twoHostsWork() {
        try (JobQueue a = open("a");
                JobQueue b = open("b")) {
            submit(a);
            Claim first = take(a);
            finish(a, first);
            submit(b);
            Claim second = take(a);
            assertEquals(Finish.RECORDED, await(a.giveBack(second, "the test says so")));
            Claim again = take(b);
            assertEquals(2, again.attempt());
            finish(b, again);
            ranAtB = again.id();
            submit(a);
            submit(a);
            await(b.cancel(submit(b)));
        }
    }

    @Test
    void logsThatNobodyTouchedAreWholeAndProven() {
        StoreAudit audit = verify(null);
        assertEquals(Optional.empty(), audit.broken());
        assertEquals(5, audit.jobs());
        assertEquals(2, audit.hosts().size());
        audit.hosts().forEach((host, report) -> {
            assertTrue(report.entries() > 0, host::toString);
            assertEquals(report.entries(), report.proven(), host::toString);
        });
    }

    @Test
    void entryThatWasEditedIsFound() {
        sql(to -> to.execute(
                "UPDATE log SET line = replace(line, '\"priority\":5', '\"priority\":4') WHERE host = 1 AND seq = 1"));
        assertBroken("host 1 (a): entry 1 ", verify(null));
    }

    @Test
    void entryThatIsFiledUnderAnotherJobIsFound() {
        sql(to -> to.execute("UPDATE log SET job = gen_random_uuid() WHERE host = 2 AND seq = 2"));
        assertBroken("host 2 (b): entry 2 ", verify(null));
    }

    @Test
    void entryThatWasDeletedIsFound() {
        sql(to -> to.execute("DELETE FROM log WHERE host = 1 AND seq = 3"));
        assertBroken("host 1 (a): entry 3 ", verify(null));
    }

    @Test
    void entryThatWasPutInIsFound() {
        sql(to -> {
            to.execute("UPDATE log SET seq = seq + 1000 WHERE host = 2 AND seq >= 3");
            to.execute("UPDATE log SET seq = seq - 999 WHERE host = 2 AND seq >= 1003");
            to.execute("INSERT INTO log SELECT host, 3, job, replace(line, '{\"seq\":2,', '{\"seq\":3,') FROM log"
                    + " WHERE host = 2 AND seq = 2");
        });
        assertBroken("host 2 (b): entry 3 ", verify(null));
    }

    @Test
    void entriesInAnotherOrderAreFound() {
        sql(to -> {
            to.execute("UPDATE log SET seq = 1000 WHERE host = 1 AND seq = 3");
            to.execute("UPDATE log SET seq = 3 WHERE host = 1 AND seq = 4");
            to.execute("UPDATE log SET seq = 4 WHERE host = 1 AND seq = 1000");
        });
        assertBroken("host 1 (a): entry 3 ", verify(null));
    }

    @Test
    void tailThatWasCutIsFoundByWhereTheStoreSaysThatTheLogEnds() {
        sql(to -> {
            to.execute("DELETE FROM checkpoints");
            to.execute("DELETE FROM log WHERE host = 1 AND seq >= 5");
        });
        assertBroken("host 1 (a): entry 5 and those behind it are missing", verify(null));
    }

    @Test
    void tailThatWasCutWithTheStoresOwnWordIsFoundByACheckpoint() {
        rewrite(A, lines -> lines.subList(4, lines.size()).clear());
        assertBroken("host 1 (a): entry 5 and those behind it are missing", verify(null));
    }

    @Test
    void logThatWasWrittenAnewAsAWholeIsFoundByACheckpoint() {
        rewrite(A, lines -> lines.set(0, lines.get(0).replace("\"priority\":5", "\"priority\":4")));
        assertBroken("host 1 (a): one of the entries 1 to ", verify(null));
    }

    @Test
    void logThatWasWrittenAnewAndSignedWithAnotherKeyIsFoundByWhatWasKeptElsewhere() throws IOException {
        Path kept = keep();
        Set<VerifierKey> keys = keys();
        rewrite(A, lines -> lines.set(0, lines.get(0).replace("\"priority\":5", "\"priority\":4")));
        forge(A);
        assertEquals(Optional.empty(), verify(null).broken());
        assertBroken("no host's log there is by the key ", verify(kept));
        assertBroken("host 1 (a): no checkpoint is signed by the key that was given", verify(keys, null));
    }

    @Test
    void hostWhoseLogIsGoneAltogetherIsMissedByTheOthersAndByWhatWasKept() throws IOException {
        Path kept = keep();
        sql(to -> {
            for (String table : List.of("log", "checkpoints", "chains", "counts")) {
                to.execute("DELETE FROM " + table + " WHERE host = 2");
            }
        });
        assertBroken("no host's log there is by the key ", verify(kept));
        assertBroken("the entries about ", verify(null));
    }

    @Test
    void jobThatEndsAtTwoHostsIsFoundThoughBothLogsAreWhole() {
        rewrite(
                A,
                lines -> lines.add(lines.stream()
                        .filter(line -> line.contains("\"type\":\"end\""))
                        .findFirst()
                        .orElseThrow()
                        .replaceFirst("job_[0-9A-Z]+", ranAtB.value())));
        assertBroken("the entries about " + ranAtB + " do not agree: it ended twice", verify(null));
    }

    @Test
    void attemptThatIsMissingIsFound() {
        rewrite(
                B,
                lines -> lines.replaceAll(
                        line -> line.replace("\"type\":\"start\",\"attempt\":2", "\"type\":\"start\",\"attempt\":3")));
        sql(to -> to.execute("DELETE FROM checkpoints"));
        assertBroken("the entries about " + ranAtB + " do not agree: attempt 2 is missing", verify(null));
    }

    @Test
    void endOfAnAttemptThatAnotherHostHeldIsFound() {
        // b's end of the job that it ran moves into a's log.
        List<String> taken = new ArrayList<>();
        rewrite(
                B,
                lines -> lines.removeIf(line -> {
                    boolean end = line.contains("\"type\":\"end\"") && line.contains(ranAtB.value());
                    return end && taken.add(line);
                }));
        rewrite(A, lines -> lines.addAll(taken));
        sql(to -> to.execute("DELETE FROM checkpoints"));
        assertBroken("the entries about " + ranAtB + " do not agree: entry ", verify(null));
        assertTrue(verify(null).broken().orElseThrow().endsWith(", which host 2 held"));
    }

    @Test
    void checkpointsAreAlsoInTheHostsOwnDirectory() throws IOException {
        for (int host : new int[] {A, B}) {
            String name = host == A ? "a" : "b";
            assertEquals(
                    String.join("", AuditFiles.ofHost(directory.resolve(name)).notes()),
                    sqlText(to -> CheckpointTable.of(to, host)));
        }
    }

    @Test
    void exportOfAHostIsWholeByItself() throws IOException {
        try (StoreLog log = StoreLog.open(store)) {
            for (StoreLog.Host host : log.hosts()) {
                Path file = directory.resolve("export-" + host.id());
                byte[] notes = log.of(host).notes().getBytes(StandardCharsets.UTF_8);
                new LogExport(log.logOf(host), () -> notes, new LogFilter(null, null, Set.of(), Set.of())).to(file);
                assertEquals(
                        Optional.empty(), new LogAudit(null, null).export(file).broken());
            }
        }
    }

    @Test
    void allLogsAreReadByTimeWithEachJobsBeginningFirst() throws IOException {
        List<String> seen = new ArrayList<>();
        try (StoreLog log = StoreLog.open(store)) {
            long read = log.read(line -> {
                JobId job = line.entry().job();
                if (job != null) {
                    assertEquals(line.isChange("submit"), seen.stream().noneMatch(job.value()::equals));
                    seen.add(job.value());
                    assertEquals(line.numberOf(job), line.numberOf(job));
                }
            });
            assertEquals(seen.size(), read);
        }
        assertEquals(5, seen.stream().distinct().count());
    }

    private JobQueue open(String name) {
        return PostgresServer.open(store, directory.resolve(name), name);
    }

    private StoreAudit verify(@Nullable Path kept) {
        return verify(Set.of(), kept);
    }

    private StoreAudit verify(Set<VerifierKey> keys, @Nullable Path kept) {
        try (StoreLog log = StoreLog.open(store)) {
            return StoreAudit.of(log, LogAudit.by(keys, kept));
        }
    }

    private static void assertBroken(String message, StoreAudit audit) {
        assertTrue(
                audit.broken().orElse("nothing is broken").startsWith(message), () -> String.valueOf(audit.broken()));
    }

    /** The newest checkpoints of all hosts, put elsewhere. */
    private Path keep() throws IOException {
        StringBuilder notes = new StringBuilder();
        try (StoreLog log = StoreLog.open(store)) {
            log.hosts()
                    .forEach(host -> notes.append(
                                    new Checkpoints(log.of(host)).newest().orElseThrow())
                            .append("\n\n"));
        }
        return Files.writeString(directory.resolve("kept"), notes);
    }

    private Set<VerifierKey> keys() {
        try (StoreLog log = StoreLog.open(store)) {
            return Set.copyOf(log.hosts().stream()
                    .map(host -> new Checkpoints(log.of(host)).key().orElseThrow())
                    .toList());
        }
    }

    /** As one who has the whole database and no key: signs with a new one what stands there. */
    private void forge(int host) throws IOException {
        Path own = Files.createDirectory(directory.resolve("forger"));
        LogTable.End end = sqlText(to -> LogTable.end(to, host));
        new CheckpointLog(AuditFiles.ofHost(own), () -> Instant.EPOCH).write(end.seq(), end.head());
        List<String> notes = AuditFiles.ofHost(own).notes();
        sql(to -> {
            to.execute("DELETE FROM checkpoints WHERE host = ?", host);
            CheckpointTable.add(to, host, notes);
        });
    }

    /** Changes the lines of a host's log, and makes a chain of them again, also where the store says that it ends. */
    private void rewrite(int host, Consumer<List<String>> change) {
        sql(to -> {
            List<String> lines = new ArrayList<>(to.select("SELECT line FROM log WHERE host = ? ORDER BY seq", host)
                    .mapTo(String.class)
                    .list());
            change.accept(lines);
            to.execute("DELETE FROM log WHERE host = ?", host);
            String prev = Entry.FIRST_PREV;
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i)
                        .replaceFirst("^\\{\"seq\":[0-9]+,", "{\"seq\":" + (i + 1) + ",")
                        .replaceFirst("\"prev\":\"[0-9a-f]{64}\"}$", "\"prev\":\"" + prev + "\"}");
                prev = Sha256.hex(line);
                to.execute("INSERT INTO log VALUES (?, ?, ?, ?)", host, i + 1, job(line), line);
            }
            to.execute("UPDATE chains SET seq = ?, head = ? WHERE host = ?", lines.size(), prev, host);
        });
    }

    private static java.util.@Nullable UUID job(String line) {
        int at = line.indexOf("\"job\":\"");
        return at < 0 || at > line.indexOf("\"change\"")
                ? null
                : JobRowMapper.uuid(JobId.parse(line.substring(at + 7, line.indexOf('"', at + 7)))
                        .orElseThrow());
    }

    private void sql(Consumer<Handle> work) {
        sqlText(to -> {
            work.accept(to);
            return "";
        });
    }

    private <T> T sqlText(java.util.function.Function<Handle, T> work) {
        return Jdbi.create(store.jdbcUrl(), "postgres", "").inTransaction(work::apply);
    }

    private static JobId submit(JobQueue queue) {
        return assertInstanceOf(
                        Submission.Accepted.class, await(queue.submit(JobRequest.bounded(JobKind.TITLE, "A text."))))
                .job()
                .id();
    }

    private static Claim take(JobQueue queue) {
        return await(queue.take(Lane.CPU)).orElseThrow();
    }

    private static void finish(JobQueue queue, Claim claim) {
        Outcome failed =
                new Outcome.Failed(new JobError(ErrorCode.GENERATION_FAILED, "the engine stumbled"), Optional.empty());
        assertEquals(Finish.RECORDED, await(queue.finish(claim, failed)));
    }

    private static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("the queue did not answer", e);
        }
    }
}
