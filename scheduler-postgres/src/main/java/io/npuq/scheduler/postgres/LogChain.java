package io.npuq.scheduler.postgres;

import io.npuq.scheduler.journal.Change;
import io.npuq.scheduler.journal.Entry;
import io.npuq.schema.JobId;
import io.npuq.schema.Sha256;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The entries of one transaction, which go on where the host's log ends. */
final class LogChain {
    private final List<LogTable.Line> lines = new ArrayList<>();
    private long seq;
    private String head;

    LogChain(LogTable.End end) {
        seq = end.seq();
        head = end.head();
    }

    void add(Instant at, @Nullable JobId job, Change change) {
        seq++;
        String line = JobRowMapper.json(new Entry(seq, at, job, change, head));
        head = Sha256.hex(line);
        UUID uuid = job == null ? null : JobRowMapper.uuid(job);
        lines.add(new LogTable.Line(seq, uuid, line));
    }

    List<LogTable.Line> lines() {
        return lines;
    }

    long seq() {
        return seq;
    }

    String head() {
        return head;
    }
}
