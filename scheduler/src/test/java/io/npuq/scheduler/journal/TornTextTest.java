package io.npuq.scheduler.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.npuq.schema.JobId;
import io.npuq.schema.JobState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A last batch whose texts did not reach the disk was acknowledged to nobody. */
final class TornTextTest {
    private static final JobId JOB = JobId.of(1, 2);

    @TempDir
    private Path directory;

    @Test
    void textsThatWereNeverWrittenAreNoErasedOnesWhateverTheirLength() throws IOException {
        for (int bytes = 1; bytes <= 2 * Body.frameBytes(0); bytes++) {
            Path journal = Files.createDirectory(directory.resolve("journal-" + bytes));
            try (Journal written = open(journal)) {
                BodyRef text = written.stage(Body.of(new byte[bytes]));
                written.stage(Instant.EPOCH, JOB, new Change.Ended(JobState.SUCCEEDED, 1, null, null, null, text));
                written.seal().write();
            }
            Files.write(journal.resolve("0000000001.body"), new byte[Body.frameBytes(bytes)]);
            try (Journal reopened = open(journal)) {
                assertTrue(reopened.cutTornTail(), "texts of " + bytes + " bytes");
                assertEquals(0, reopened.seq());
            }
        }
    }

    private static Journal open(Path journal) throws IOException {
        return Journal.open(journal, ChannelOpener.REAL, Journal.SEGMENT_BYTES_MAX, 0, (seq, position, line) -> {});
    }
}
