package io.npuq.scheduler.embedded;

import io.npuq.scheduler.Backup;
import io.npuq.scheduler.journal.Extent;
import io.npuq.scheduler.journal.StoredTexts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Backups of an open queue, one at a time. The writer notes how far the files go at one moment, and holds its erasures back: from then
 * on what lies before those ends stays as it is, and is read beside the queue's own work.
 */
final class Backups {
    /** Erasures made up for in one batch, so that callers do not wait for all of them. */
    private static final int ERASED_AT_ONCE = 1000;

    private final Opened parts;

    Backups(Opened parts) {
        this.parts = parts;
    }

    CompletionStage<Optional<Backup>> begin() {
        return parts.readers()
                .read(this::beside)
                .thenCompose(beside -> parts.writer()
                        .<Optional<Extent>>call(answer -> answer.accept(hold()))
                        .thenApply(extent -> extent.map(until -> open(beside, until))));
    }

    private List<BesideFile> beside() {
        try {
            return BesideFile.list(parts.stores().directory().path());
        } catch (IOException e) {
            throw new UncheckedIOException("the backup cannot read files and batches: " + e.getMessage(), e);
        }
    }

    /** Only what is on disk counts. Held before it is noted: what is erased until then, was so by a batch that is in it. */
    private Optional<Extent> hold() throws IOException {
        StoredTexts texts = parts.stores().texts();
        if (texts.isHolding()) {
            return Optional.empty();
        }
        texts.hold();
        return Optional.of(parts.stores().journal().extent());
    }

    private Backup open(List<BesideFile> beside, Extent extent) {
        return new Open(new BackupArchive(
                parts.stores().directory().path(), beside, extent, parts.clock().now()));
    }

    private void release() {
        CompletionStage<Boolean> more = parts.writer()
                .call(answer -> answer.accept(parts.stores().texts().eraseHeld(ERASED_AT_ONCE)));
        // A queue that is closed has made up for all of them.
        CompletionStage<Void> unused = more.exceptionally(closed -> false).thenAccept(left -> {
            if (left) {
                release();
            }
        });
    }

    private final class Open implements Backup {
        private final BackupArchive archive;
        private final AtomicBoolean closed = new AtomicBoolean();

        private Open(BackupArchive archive) {
            this.archive = archive;
        }

        @Override
        public CompletionStage<Optional<byte[]>> next() {
            return parts.readers().read(() -> {
                if (closed.get()) {
                    throw new IllegalStateException("the backup is closed");
                }
                Optional<byte[]> piece = read();
                if (!parts.stores().texts().isHeld()) {
                    throw new IllegalStateException(
                            "the backup took too long: too many texts wait to be erased; it was given up");
                }
                return piece;
            });
        }

        private Optional<byte[]> read() {
            try {
                return archive.next();
            } catch (IOException e) {
                throw new UncheckedIOException("the backup cannot be read: " + e.getMessage(), e);
            }
        }

        @Override
        public void close() {
            if (!closed.getAndSet(true)) {
                release();
            }
        }
    }
}
