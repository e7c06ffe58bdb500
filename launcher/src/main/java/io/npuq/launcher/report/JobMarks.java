package io.npuq.launcher.report;

import io.npuq.schema.JobKind;
import java.util.Arrays;
import java.util.List;

/** What must be remembered of every job until its end: its kind, and whether it waits. A byte a job, by the number of its first entry. */
final class JobMarks {
    private static final List<JobKind> KINDS = List.of(JobKind.values());
    private static final int FIRST_SIZE = 1 << 16;
    private static final byte WAITS = 0x40;
    private static final byte KIND = 0x3F;

    private byte[] marks = new byte[FIRST_SIZE];

    void submitted(long seq, JobKind kind) {
        int at = Math.toIntExact(seq);
        if (at >= marks.length) {
            marks = Arrays.copyOf(marks, (int) Math.min(Integer.MAX_VALUE - 8L, Math.max(marks.length * 2L, at + 1L)));
        }
        marks[at] = (byte) ((KINDS.indexOf(kind) + 1) | WAITS);
    }

    JobKind kind(long seq) {
        return KINDS.get((marks[Math.toIntExact(seq)] & KIND) - 1);
    }

    /** Waits from now on, or not; answers whether that is new. */
    boolean waits(long seq, boolean waits) {
        int at = Math.toIntExact(seq);
        boolean before = (marks[at] & WAITS) != 0;
        marks[at] = (byte) (waits ? marks[at] | WAITS : marks[at] & ~WAITS);
        return before != waits;
    }
}
