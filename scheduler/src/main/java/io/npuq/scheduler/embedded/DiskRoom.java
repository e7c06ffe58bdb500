package io.npuq.scheduler.embedded;

import io.npuq.scheduler.Refusal;
import io.npuq.scheduler.Submission;
import io.npuq.scheduler.common.Room;
import io.npuq.scheduler.journal.Journal;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Whether journal and disk have room. For one thread at a time. */
final class DiskRoom implements Room {
    private static final Duration DISK_CHECK_EVERY = Duration.ofMillis(100);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(10);

    private final DataDirectory directory;
    private final Journal journal;
    private final long journalBytesMax;
    private Instant diskCheckedAt = Instant.EPOCH;
    private long freeBytes;

    DiskRoom(DataDirectory directory, Journal journal, long journalBytesMax) {
        this.directory = directory;
        this.journal = journal;
        this.journalBytesMax = journalBytesMax;
    }

    @Override
    public Optional<Submission.Refused> refusal(Instant now) throws IOException {
        if (journal.bytes() >= journalBytesMax) {
            return refused("the journal has reached its bound of " + journalBytesMax
                    + " bytes; its operator must raise journal_bytes_max, or let results go sooner");
        }
        if (freeBytes(now) < DataDirectory.FREE_BYTES_MIN) {
            return refused("the server's disk is short of space; its operator must free some");
        }
        return Optional.empty();
    }

    private static Optional<Submission.Refused> refused(String message) {
        return Optional.of(new Submission.Refused(Refusal.DISK_SHORT, message, RETRY_AFTER));
    }

    private long freeBytes(Instant now) throws IOException {
        if (now.isAfter(diskCheckedAt.plus(DISK_CHECK_EVERY))) {
            freeBytes = directory.freeBytes();
            diskCheckedAt = now;
        }
        return freeBytes;
    }
}
