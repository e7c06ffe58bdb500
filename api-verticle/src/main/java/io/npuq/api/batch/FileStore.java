package io.npuq.api.batch;

import io.npuq.api.http.Problem;
import io.npuq.api.http.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The files, in a directory of their own: {@code ID.json} and {@code ID.data}. A file is there when both are; what else a crash left
 * is erased at the next start. No name in it comes from a client.
 */
final class FileStore {
    private static final String DATA = ".data";
    private static final String UPLOAD = ".upload";
    private static final String ERASED = ".erased";
    private static final long RETRY_AFTER_SECONDS = 60;

    private final Shelf<StoredFile> shelf;
    private final Ids ids;
    private long reservedBytes;

    private FileStore(Shelf<StoredFile> shelf, Ids ids) {
        this.shelf = shelf;
        this.ids = ids;
    }

    static FileStore open(Path directory, Ids ids) throws IOException {
        FileStore store = new FileStore(Shelf.open(directory, StoredFile.class, StoredFile::id), ids);
        store.clearUp();
        return store;
    }

    private void clearUp() throws IOException {
        for (Path file : SafeFiles.in(shelf.directory())) {
            String name = String.valueOf(file.getFileName());
            boolean orphan = name.endsWith(DATA) && !shelf.holds(name.substring(0, name.length() - DATA.length()));
            if (orphan || name.endsWith(UPLOAD) || name.endsWith(ERASED)) {
                SafeFiles.erase(file);
            }
        }
        for (StoredFile file : shelf.all()) {
            if (!Files.exists(data(file.id()))) {
                shelf.remove(file.id());
            }
        }
    }

    Shelf<StoredFile> shelf() {
        return shelf;
    }

    /** A new id. */
    String newId() {
        return ids.next(Ids.FILE);
    }

    /** Where the bytes of the file of that id are. */
    Path data(String id) {
        return shelf.directory().resolve(id + DATA);
    }

    /** Where the file of that id is written to until it is whole. */
    Path upload(String id) {
        return shelf.directory().resolve(id + UPLOAD);
    }

    /**
     * Makes sure of room for so many bytes; give it back by {@link #release}.
     *
     * @throws ProblemException 503 where there is none
     */
    synchronized void reserve(long bytes) throws IOException {
        if (shelf.size() >= BatchLimits.FILES_MAX) {
            throw full("this server keeps " + BatchLimits.FILES_MAX + " files, which is the most; delete some");
        }
        if (bytes() + reservedBytes + bytes > BatchLimits.FILES_BYTES_MAX) {
            throw full("the files of this server may take " + BatchLimits.FILES_BYTES_MAX + " bytes; delete some");
        }
        long free = Files.getFileStore(shelf.directory()).getUsableSpace();
        if (free < reservedBytes + bytes + BatchLimits.FREE_BYTES_MIN) {
            throw full("the server's disk is short of space; its operator must free some");
        }
        reservedBytes += bytes;
    }

    synchronized void release(long bytes) {
        reservedBytes -= bytes;
    }

    private long bytes() {
        return shelf.all().stream().mapToLong(StoredFile::bytes).sum();
    }

    private static ProblemException full(String why) {
        return new ProblemException(Problem.unavailable("disk_short", why).retryAfter(RETRY_AFTER_SECONDS));
    }

    /** Takes over a file whose bytes are on disk elsewhere. Done again after a crash, it ends the same. */
    void adopt(Path bytes, StoredFile file) throws IOException {
        // The record first: bytes without one would be taken for left over.
        shelf.save(file);
        SafeFiles.move(bytes, data(file.id()));
    }

    /** Erases the file. Who reads it meanwhile sees it gone before its bytes are. */
    void erase(String id) throws IOException {
        Path erased = shelf.directory().resolve(id + ERASED);
        shelf.remove(id);
        if (Files.exists(data(id))) {
            SafeFiles.move(data(id), erased);
            SafeFiles.erase(erased);
        }
    }
}
