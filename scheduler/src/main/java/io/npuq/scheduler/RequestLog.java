package io.npuq.scheduler;

import io.npuq.scheduler.index.JobKey;
import io.npuq.scheduler.journal.EntryWalk;
import io.npuq.scheduler.journal.Journal;
import io.npuq.scheduler.journal.JournalDamagedException;
import io.npuq.scheduler.journal.JournalReader;
import io.npuq.scheduler.journal.Position;
import io.npuq.schema.JobId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What is on record of every job: an entry for each accepted request and each change of its state, in order, without any text of a
 * prompt or an answer. Reads a data directory, also of a server that runs: takes no lock and changes nothing.
 *
 * <pre>
 * long entries = RequestLog.of(data).read(line -&gt; {
 *   if (line.entry().change() instanceof Change.Ended ended) { … }
 * });
 * </pre>
 */
public final class RequestLog implements LogSource {
    private final Path journal;

    private RequestLog(Path journal) {
        this.journal = journal;
    }

    /**
     * The log in that data directory.
     *
     * @throws QueueUnavailableException where there is none
     */
    public static RequestLog of(Path data) {
        Path journal = data.toAbsolutePath().normalize().resolve(Journal.DIRECTORY);
        if (!Files.isDirectory(journal)) {
            throw new QueueUnavailableException(journal.getParent()
                    + " holds no queue: it has no directory \"journal\"; name a data directory with --data");
        }
        return new RequestLog(journal);
    }

    /**
     * Reads all entries that were acknowledged before the call, and perhaps some that came meanwhile. Frames and chain are checked on the
     * way. Takes the memory of one segment's entries (64 MiB) whatever the log's length.
     *
     * @return number of the last entry; 0 when there is none
     * @throws QueueUnavailableException at the first damage, which is named
     */
    @Override
    public long read(Visitor visitor) throws IOException {
        try {
            return JournalReader.readGrowing(
                    journal, (seq, position, line) -> visitor.line(new LogLine(seq, line, position)));
        } catch (JournalDamagedException e) {
            throw new QueueUnavailableException(String.valueOf(e.getMessage()), e);
        }
    }

    /** Takes some of the entries. */
    @FunctionalInterface
    public interface Looker {
        /** The next entry; answers whether to go on. */
        boolean line(LogLine line) throws IOException;
    }

    /**
     * Reads entries from a known one on, without checking the chain between them.
     *
     * @param from where an entry lies
     * @param bytesMax how much is looked through at most
     * @return whether it was not that which ended the reading
     */
    public boolean readFrom(Position from, long bytesMax, Looker looker) throws IOException {
        return EntryWalk.walk(journal, from, bytesMax, (position, line) -> looker.line(LogLine.of(line, position)));
    }

    /** The entry that lies there. */
    public LogLine at(Position position) throws IOException {
        List<LogLine> lines = new ArrayList<>();
        if (readFrom(position, Long.MAX_VALUE, line -> !lines.add(line)) && !lines.isEmpty()) {
            return lines.get(0);
        }
        throw new QueueUnavailableException("the request log in " + journal + " has no whole entry at " + position);
    }

    /** Where its segments are. */
    public Path journal() {
        return journal;
    }

    /** Number of the entry by which that job was accepted. A whole number from 1 that no two jobs share: good for arrays and bit sets. */
    public static long submitSeq(JobId job) {
        return JobKey.seqOf(job);
    }
}
