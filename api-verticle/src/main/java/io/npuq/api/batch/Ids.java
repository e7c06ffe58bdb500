package io.npuq.api.batch;

import io.npuq.schema.JobId;
import java.time.Clock;
import java.util.concurrent.ThreadLocalRandom;

/** Names of files and batches: a prefix and 26 digits as those of a {@link JobId}, sorted by the order in which they were made. */
final class Ids {
    static final String FILE = "file-";
    static final String BATCH = "batch_";
    private static final int RANDOM_HIGH_BITS = 16;

    private final Clock clock;
    private long high;
    private long low;

    Ids(Clock clock) {
        this.clock = clock;
    }

    /** A new id. */
    synchronized String next(String prefix) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        long now = clock.millis() << RANDOM_HIGH_BITS | random.nextLong(1 << RANDOM_HIGH_BITS);
        if (now >>> RANDOM_HIGH_BITS > high >>> RANDOM_HIGH_BITS) {
            high = now;
            low = random.nextLong() >>> 1;
        } else {
            low++;
        }
        return prefix + JobId.of(high, low).digits();
    }

    /** Whether the text has the shape of such an id: safe in a path, whoever made it. */
    static boolean isOne(String prefix, String id) {
        String digits = id.startsWith(prefix) ? id.substring(prefix.length()) : "";
        return JobId.ofDigits(digits).filter(job -> job.digits().equals(digits)).isPresent();
    }
}
