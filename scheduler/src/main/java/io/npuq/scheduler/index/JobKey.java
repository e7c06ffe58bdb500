package io.npuq.scheduler.index;

import io.npuq.schema.JobId;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Job ids of this queue: time, 40 random bits, and the number of the job's first entry, which is its key in the index. So the id alone
 * finds the row by primary key, and no second index has to be kept.
 */
public final class JobKey {
    private static final int SEQ_BITS = 40;
    private static final long SEQ_MASK = (1L << SEQ_BITS) - 1;
    private static final int RANDOM_HIGH_BITS = 16;

    private JobKey() {}

    /** A new id for the job whose first entry has that number. */
    public static JobId mint(Instant now, long seq) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        long high = now.toEpochMilli() << RANDOM_HIGH_BITS | random.nextInt(1 << RANDOM_HIGH_BITS);
        long low = (random.nextLong() & ~SEQ_MASK) | (seq & SEQ_MASK);
        return JobId.of(high, low);
    }

    /** The number in the id; whether such a job exists, its row tells. */
    public static long seqOf(JobId id) {
        return id.lowBits() & SEQ_MASK;
    }
}
