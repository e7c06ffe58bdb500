package io.npuq.scheduler.index;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.WriteBuffer;
import org.h2.mvstore.type.BasicDataType;

/**
 * A job at a moment: the key of every map that is ordered by time. Jobs of the same moment follow each other as they were accepted.
 *
 * @param micros microseconds since 1970
 * @param seq the job's key
 */
public record Moment(long micros, long seq) implements Comparable<Moment> {
    private static final long MICROS_A_SECOND = 1_000_000;

    /** The job at that instant. */
    static Moment of(Instant at, long seq) {
        return new Moment(micros(at), seq);
    }

    /** When. */
    public Instant at() {
        return instant(micros);
    }

    @Override
    public int compareTo(Moment other) {
        int byTime = Long.compare(micros, other.micros);
        return byTime != 0 ? byTime : Long.compare(seq, other.seq);
    }

    static long micros(Instant at) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, at);
    }

    static Instant instant(long micros) {
        return Instant.ofEpochSecond(
                Math.floorDiv(micros, MICROS_A_SECOND), Math.floorMod(micros, MICROS_A_SECOND) * 1000);
    }

    /** How moments lie in the index's file. */
    static final class Type extends BasicDataType<Moment> {
        static final Type INSTANCE = new Type();
        private static final int HEAP_BYTES = 32;

        @Override
        public int getMemory(Moment moment) {
            return HEAP_BYTES;
        }

        @Override
        public int compare(Moment a, Moment b) {
            return a.compareTo(b);
        }

        @Override
        public void write(WriteBuffer buffer, Moment moment) {
            buffer.putVarLong(moment.micros).putVarLong(moment.seq);
        }

        @Override
        public Moment read(ByteBuffer buffer) {
            return new Moment(DataUtils.readVarLong(buffer), DataUtils.readVarLong(buffer));
        }

        @Override
        public Moment[] createStorage(int size) {
            return new Moment[size];
        }
    }
}
