package io.npuq.scheduler;

import io.npuq.scheduler.journal.Entry;
import io.npuq.scheduler.journal.JournalReader;
import io.npuq.scheduler.journal.Position;
import io.npuq.schema.JobId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalLong;

/** An entry of the request log, as it stands on disk. */
public final class LogLine {
    private static final byte[] TYPE = "\"change\":{\"type\":\"".getBytes(StandardCharsets.US_ASCII);

    private static final byte[] SEQ = "{\"seq\":".getBytes(StandardCharsets.US_ASCII);

    /** Number, time and job take less. */
    private static final int HEAD_BYTES_MAX = 160;

    private final long seq;
    private final byte[] bytes;
    private final Position position;
    private final OptionalLong jobNumber;

    LogLine(long seq, byte[] bytes, Position position) {
        this(seq, bytes, position, OptionalLong.empty());
    }

    private LogLine(long seq, byte[] bytes, Position position, OptionalLong jobNumber) {
        this.seq = seq;
        this.bytes = bytes;
        this.position = position;
        this.jobNumber = jobNumber;
    }

    /**
     * An entry of one of the logs in a store that hosts share.
     *
     * @param host whose log
     * @param seq its number there
     * @param bytes what its hash is over
     * @param jobNumber of its job, as {@link #numberOf}; any where it is about none
     */
    public static LogLine ofHost(int host, long seq, byte[] bytes, long jobNumber) {
        return new LogLine(seq, bytes, new Position(host, seq), OptionalLong.of(jobNumber));
    }

    /** The entry of these bytes, whose number they say. */
    static LogLine of(byte[] bytes, Position position) {
        long seq = 0;
        for (int at = SEQ.length; at < bytes.length && bytes[at] >= '0' && bytes[at] <= '9'; at++) {
            seq = 10 * seq + bytes[at] - '0';
        }
        return new LogLine(seq, bytes, position);
    }

    /** Its number, from 1. */
    public long seq() {
        return seq;
    }

    /** The bytes that its hash is over: one JSON object in UTF-8, without a line break. Do not change them. */
    public byte[] bytes() {
        return bytes;
    }

    /** What it says; read anew at each call. */
    public Entry entry() {
        return JournalReader.parse(bytes, position);
    }

    /** A whole number from 1 of its job, which no two jobs of one reading share: good for arrays and bit sets. */
    public long numberOf(JobId job) {
        return jobNumber.isPresent() ? jobNumber.getAsLong() : RequestLog.submitSeq(job);
    }

    /** Whether it is about that job; quick, for those who want few of many entries. */
    public boolean isOf(JobId job) {
        byte[] wanted = ("\"job\":\"" + job.value() + "\"").getBytes(StandardCharsets.US_ASCII);
        int at = find(wanted, Math.min(bytes.length, HEAD_BYTES_MAX));
        return at >= 0 && at < typeAt();
    }

    /** Whether its change is of that type, as {@code submit} or {@code end}; quick, for those who want few of many entries. */
    public boolean isChange(String type) {
        int typeAt = typeAt();
        int end = typeAt + type.length();
        return typeAt >= 0
                && end < bytes.length
                && bytes[end] == '"'
                && type.equals(new String(bytes, typeAt, type.length(), StandardCharsets.US_ASCII));
    }

    /** Number, time and job, which come before, hold no such word. */
    private int typeAt() {
        int at = find(TYPE, bytes.length);
        return at < 0 ? -1 : at + TYPE.length;
    }

    /** Where these bytes begin; −1 where they are not. */
    private int find(byte[] wanted, int end) {
        for (int at = 0; at + wanted.length <= end; at++) {
            if (Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length)) {
                return at;
            }
        }
        return -1;
    }
}
