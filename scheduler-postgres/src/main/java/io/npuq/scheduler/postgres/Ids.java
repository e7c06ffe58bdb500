package io.npuq.scheduler.postgres;

import io.npuq.schema.JobId;
import java.security.SecureRandom;
import java.time.Instant;

/**
 * New ids of jobs: the time, then bits that were drawn once a millisecond, counted up within it. So ids of one host follow each other as
 * its jobs came, and those of two hosts differ. A host names its jobs before they are in the store. For one thread at a time.
 */
final class Ids {
    private static final int RANDOM_HIGH_BITS = 16;

    private final SecureRandom random = new SecureRandom();
    private long milli = Long.MIN_VALUE;
    private long high;
    private long low;

    JobId next(Instant now) {
        if (now.toEpochMilli() > milli) {
            milli = now.toEpochMilli();
            high = milli << RANDOM_HIGH_BITS | random.nextInt(1 << RANDOM_HIGH_BITS);
            // Room to count up: the highest bit is left out.
            low = random.nextLong() >>> 1;
        } else {
            low++;
        }
        return JobId.of(high, low);
    }
}
