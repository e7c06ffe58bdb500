package io.npuq.scheduler.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.npuq.scheduler.Claim;
import io.npuq.scheduler.JobPage;
import io.npuq.scheduler.JobQuery;
import io.npuq.scheduler.QueueUnavailableException;
import io.npuq.schema.Job;
import io.npuq.schema.JobInput;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobState;
import io.npuq.schema.Lane;
import io.npuq.schema.config.QueueConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.type.LongDataType;
import org.h2.mvstore.type.StringDataType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An older data directory is taken over, and a newer one left alone. */
class VersionsTest {
    /** Minutes after the old data was written. */
    private static final Instant NOW = Instant.parse("2026-11-21T14:00:00Z");

    @TempDir
    private Path directory;

    @Test
    void dataOfFormat1IsTakenOverAndGrowsOn() throws IOException {
        unpack("/data-of-format-1.zip");
        try (EmbeddedJobQueue queue = open()) {
            List<Job> jobs = list(queue).jobs();
            assertEquals(
                    List.of(JobState.QUEUED, JobState.QUEUED, JobState.SUCCEEDED, JobState.SUCCEEDED),
                    jobs.stream().map(Job::state).toList());
            Job done = queue.get(jobs.get(3).id()).toCompletableFuture().join().orElseThrow();
            assertTrue(done.result().orElseThrow().text().contains("Osaka"), done::toString);
            assertEquals("mail", done.metadata().get("source"));
            Claim claim = queue.take(Lane.CPU).toCompletableFuture().join().orElseThrow();
            assertEquals(JobKind.SUMMARY, claim.request().kind());
            assertEquals(
                    new JobInput.Text("The heron lands at noon."),
                    claim.request().input());
            queue.giveBack(claim, "done with it").toCompletableFuture().join();
        }
        assertTrue(Files.exists(directory.resolve("journal/0000000002.log")), "a new format begins a new segment");
        try (EmbeddedJobQueue queue = open()) {
            assertEquals(4, list(queue).jobs().size());
        }
    }

    @Test
    void journalOfANewerFormatIsRefusedAndLeftAlone() throws IOException {
        unpack("/data-of-format-1.zip");
        Path log = directory.resolve("journal/0000000001.log");
        byte[] before = Files.readAllBytes(log);
        byte[] newer = RewrittenFrame.replace(before, "\"format\":1", "\"format\":9");
        Files.write(log, newer);
        QueueUnavailableException refused = assertThrows(QueueUnavailableException.class, this::open);
        assertTrue(refused.getMessage().contains("has format 9"), refused::getMessage);
        assertEquals(
                new String(newer, StandardCharsets.ISO_8859_1),
                new String(Files.readAllBytes(log), StandardCharsets.ISO_8859_1));
    }

    @Test
    void indexOfANewerVersionIsRefusedAndLeftAlone() throws IOException {
        open().close();
        Path index = directory.resolve("index.mv.db");
        try (MVStore store = new MVStore.Builder().fileName(index.toString()).open()) {
            MVMap<String, Long> meta = store.openMap(
                    "meta",
                    new MVMap.Builder<String, Long>()
                            .keyType(StringDataType.INSTANCE)
                            .valueType(LongDataType.INSTANCE));
            meta.put("version", 99L);
        }
        io.npuq.scheduler.index.ClosedInOrder.mark(directory);
        byte[] before = Files.readAllBytes(index);
        QueueUnavailableException refused = assertThrows(QueueUnavailableException.class, this::open);
        assertTrue(refused.getMessage().contains("a newer npuq wrote it"), refused::getMessage);
        assertEquals(
                new String(before, StandardCharsets.ISO_8859_1),
                new String(Files.readAllBytes(index), StandardCharsets.ISO_8859_1));
    }

    private EmbeddedJobQueue open() {
        return EmbeddedJobQueue.open(
                QueueConfig.in(directory), Clock.fixed(NOW, ZoneOffset.UTC), System::nanoTime, failure -> {
                    throw new AssertionError("the queue gave up", failure);
                });
    }

    private static JobPage list(EmbeddedJobQueue queue) {
        return queue.list(new JobQuery(Optional.empty(), Optional.empty(), 10, Optional.empty()))
                .toCompletableFuture()
                .join();
    }

    private void unpack(String resource) throws IOException {
        try (InputStream in = Objects.requireNonNull(VersionsTest.class.getResourceAsStream(resource));
                ZipInputStream zip = new ZipInputStream(in)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Path file = directory.resolve(entry.getName());
                Files.createDirectories(file.getParent());
                Files.copy(zip, file);
            }
        }
    }
}
