package io.npuq.scheduler;

import io.npuq.scheduler.journal.Entry;
import io.npuq.scheduler.journal.JournalReader;
import io.npuq.scheduler.journal.Position;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** An entry of the request log, as it stands on disk. */
public final class LogLine {
    private static final byte[] TYPE = "\"change\":{\"type\":\"".getBytes(StandardCharsets.US_ASCII);

    private final long seq;
    private final byte[] bytes;
    private final Position position;

    LogLine(long seq, byte[] bytes, Position position) {
        this.seq = seq;
        this.bytes = bytes;
        this.position = position;
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
        for (int at = 0; at + TYPE.length <= bytes.length; at++) {
            if (Arrays.equals(bytes, at, at + TYPE.length, TYPE, 0, TYPE.length)) {
                return at + TYPE.length;
            }
        }
        return -1;
    }
}
