package io.npuq.scheduler.postgres;

import io.npuq.scheduler.audit.AuditFiles;
import io.npuq.scheduler.audit.CheckpointLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jdbi.v3.core.Jdbi;

/**
 * Signs how far this host's request log went: in the host's own directory, where the key is, and in the store, for those who verify it
 * there. So what was signed is found missing in the store by whoever has the directory. One thread at a time.
 */
final class Checkpointer {
    private final Session session;
    private final Jdbi jdbi;
    private final AuditFiles files;
    private final CheckpointLog log;

    /** What the store has; another host number, or a note less, and all of it is told anew. */
    private Set<String> told = Set.of();

    private int toldHost;

    Checkpointer(Path data, Session session, Jdbi jdbi, StoreClock clock) {
        this.session = session;
        this.jdbi = jdbi;
        this.files = AuditFiles.ofHost(data);
        this.log = new CheckpointLog(files, clock::now);
    }

    /** Signs what is on disk by now. */
    void write() throws IOException {
        int host = session.hostId();
        LogTable.End end = session.end();
        if (host == ModeTable.ALL) {
            return; // given up by the others; it joins anew with its next transaction
        }
        log.write(end.seq(), end.head());
        List<String> notes = files.notes();
        Set<String> before = host == toldHost ? told : Set.of();
        List<String> fresh =
                notes.stream().filter(note -> !before.contains(note)).toList();
        Set<String> now = new HashSet<>(notes);
        jdbi.useTransaction(handle -> {
            if (!fresh.isEmpty()) {
                int unused = CheckpointTable.add(handle, host, fresh);
            }
            if (!now.containsAll(before)) {
                int unused = CheckpointTable.thin(handle, host, name(notes), notes);
            }
        });
        told = now;
        toldHost = host;
    }

    /** All notes of a directory are of one log, which the first line of each names. */
    private static String name(List<String> notes) {
        String first = notes.get(0);
        return first.substring(0, first.indexOf('\n'));
    }
}
