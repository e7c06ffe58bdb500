package io.npuq.scheduler.embedded;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.npuq.scheduler.Claim;
import io.npuq.scheduler.JobLog;
import io.npuq.scheduler.JobQueue;
import io.npuq.scheduler.LogLine;
import io.npuq.scheduler.QueueUnavailableException;
import io.npuq.scheduler.RequestLog;
import io.npuq.scheduler.journal.Change;
import io.npuq.scheduler.journal.Entry;
import io.npuq.scheduler.journal.JournalReader;
import io.npuq.scheduler.journal.Position;
import io.npuq.schema.JobId;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobState;
import io.npuq.schema.Lane;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The request log can be read beside the server that writes it. */
final class RequestLogTest {
    private static final String SECRET = "the heron lands at noon";

    @TempDir
    private Path data;

    private final Queues queues = new Queues();

    @Test
    void entriesOfARunningServerSayWhatHappenedToAJobAndNoText() throws IOException {
        JobQueue queue = queues.open(data).queue();
        JobId id = Queues.run(queue, SECRET, SECRET + " again");
        List<Entry> entries = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        long last = RequestLog.of(data).read(line -> {
            lines.add(new String(line.bytes(), StandardCharsets.UTF_8));
            if (id.equals(line.entry().job())) {
                entries.add(line.entry());
            }
        });
        assertEquals(lines.size(), last);
        assertFalse(String.join("\n", lines).contains("heron"));
        Change.Submitted submitted = (Change.Submitted) entries.get(0).change();
        assertEquals(JobKind.TITLE, submitted.kind());
        assertEquals(SECRET.length(), submitted.inputChars());
        assertEquals(RequestLog.submitSeq(id), entries.get(0).seq());
        Change.Started started = (Change.Started) entries.get(1).change();
        assertEquals(Lane.CPU, started.lane());
        Change.Ended ended = (Change.Ended) entries.get(2).change();
        assertEquals(JobState.SUCCEEDED, ended.state());
        assertEquals(2.5, ended.evidence().timing().generate());
        queue.close();
    }

    @Test
    void entriesOfOneJobAreFoundAmongAllOthersAcrossSegments() {
        JobQueue queue = queues.open(data).queue();
        JobId id = Queues.submit(queue, SECRET);
        Claim claim = Queues.take(queue);
        for (int i = 0; i < 20; i++) {
            Queues.submit(queue, "another " + i);
        }
        Queues.succeed(queue, claim, "An answer");
        Queues.run(queue, "behind it", "Another answer");
        JobLog log = Queues.await(queue.log(id)).orElseThrow();
        assertTrue(log.complete());
        List<Entry> entries = log.entries().stream()
                .map(line -> JournalReader.parse(line, new Position(1, 0)))
                .toList();
        assertEquals(
                List.of(Change.Submitted.class, Change.Started.class, Change.Ended.class),
                entries.stream().map(entry -> entry.change().getClass()).toList());
        assertTrue(entries.stream().allMatch(entry -> id.equals(entry.job())));
        assertTrue(Queues.await(queue.log(JobId.of(1, 2))).isEmpty());
        queue.close();
    }

    @Test
    void entriesOfAJobThatWaitsAreThoseSoFar() {
        JobQueue queue = queues.open(data).queue();
        JobId id = Queues.submit(queue, SECRET);
        JobLog log = Queues.await(queue.log(id)).orElseThrow();
        assertTrue(log.complete());
        assertEquals(1, log.entries().size());
        queue.close();
    }

    @Test
    void lookingThroughTheLogEndsAtItsBound() throws IOException {
        JobQueue queue = queues.open(data).queue();
        JobId id = Queues.run(queue, SECRET, "An answer");
        queue.close();
        List<Position> positions = new ArrayList<>();
        RequestLog log = RequestLog.of(data);
        JournalReader.read(log.journal(), (seq, position, line) -> positions.add(position));
        assertFalse(log.readFrom(positions.get(0), 1, line -> true));
        assertTrue(log.readFrom(positions.get(0), 1 << 20, line -> true));
        assertTrue(log.at(positions.get(1)).isOf(id));
        assertThrows(
                QueueUnavailableException.class,
                () -> log.at(new Position(1, positions.get(1).offset() + 1)));
    }

    @Test
    void typeOfAChangeIsToldWithoutReadingTheRest() throws IOException {
        JobQueue queue = queues.open(data).queue();
        Queues.run(queue, "one", "An answer");
        List<String> types = new ArrayList<>();
        RequestLog.of(data)
                .read(line -> types.add(List.of("segment", "submit", "start", "end", "en").stream()
                        .filter(line::isChange)
                        .reduce("", (all, type) -> all + type)));
        assertEquals(List.of("segment", "submit", "start", "end"), types.subList(0, 4));
        queue.close();
    }

    @Test
    void readingChangesNothing() throws IOException {
        JobQueue queue = queues.open(data).queue();
        Queues.submit(queue, "one");
        queue.close();
        byte[] log = Files.readAllBytes(log());
        RequestLog.of(data).read(line -> {});
        assertArrayEquals(log, Files.readAllBytes(log()));
        assertFalse(queues.open(data).rebuiltIndex());
    }

    @Test
    void whatIsUnfinishedAtTheEndIsNotRead() throws IOException {
        JobQueue queue = queues.open(data).queue();
        Queues.submit(queue, "one");
        queue.close();
        long whole = RequestLog.of(data).read(line -> {});
        byte[] half = new byte[30];
        half[3] = 100;
        half[11] = 77;
        Files.write(log(), half, StandardOpenOption.APPEND);
        assertEquals(whole, RequestLog.of(data).read(line -> {}));
    }

    @Test
    void damageIsNamed() throws IOException {
        JobQueue queue = queues.open(data).queue();
        Queues.submit(queue, "one");
        Queues.submit(queue, "two");
        queue.close();
        byte[] log = Files.readAllBytes(log());
        log[60] ^= 1;
        Files.write(log(), log);
        QueueUnavailableException damaged = assertThrows(
                QueueUnavailableException.class, () -> RequestLog.of(data).read(line -> {}));
        assertTrue(damaged.getMessage().contains("at byte 0 is broken"), damaged.getMessage());
    }

    @Test
    void directoryWithoutAQueueIsNone() {
        assertThrows(QueueUnavailableException.class, () -> RequestLog.of(data));
    }

    /** Segments turn all the time, texts are erased, files are cut to their length: and every look sees all that was acknowledged. */
    @Test
    void everyLookAtALogThatGrowsSeesAllThatWasAcknowledgedBefore() throws Exception {
        JobQueue queue = queues.open(data).queue();
        AtomicLong acknowledged = new AtomicLong();
        CompletableFuture<Void> working = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < 150; i++) {
                acknowledged.set(RequestLog.submitSeq(Queues.run(queue, "job " + i, "An answer")));
            }
        });
        int looks = 0;
        while (!working.isDone()) {
            long before = acknowledged.get();
            AtomicLong seen = new AtomicLong();
            long last = RequestLog.of(data).read(line -> assertEquals(seen.incrementAndGet(), numberIn(line)));
            assertEquals(last, seen.get());
            assertTrue(last >= before, last + " entries are seen, of " + before);
            looks++;
        }
        working.get();
        assertTrue(looks > 0);
        queue.close();
    }

    private static long numberIn(LogLine line) {
        return line.entry().seq();
    }

    private Path log() {
        return data.resolve("journal/0000000001.log");
    }
}
