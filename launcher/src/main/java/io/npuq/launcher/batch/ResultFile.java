package io.npuq.launcher.batch;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The result: a line a document, on disk before the next one is begun, and at the same time all that a later run has to know. A document that is
 * done anew (it failed, or it was changed) gets a new line, and the old one goes when the file is opened or closed. Any thread.
 */
final class ResultFile implements AutoCloseable {
    private final Path path;
    private final Work work;
    private FileChannel channel;
    private ResultIndex index;
    private boolean torn;

    private ResultFile(Path path, Work work, FileChannel channel) throws IOException, BatchException {
        this.path = path;
        this.work = work;
        this.channel = channel;
        this.index = settled();
    }

    /**
     * Opens a result, or begins one. A last line that a kill tore is cut off.
     *
     * @throws BatchException when it is another file than a result of this kind, or another run writes to it
     */
    static ResultFile open(Path path, Work work) throws BatchException {
        try {
            FileChannel channel = locked(path);
            try {
                return new ResultFile(path, work, channel);
            } catch (IOException | BatchException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (MalformedInputException e) {
            throw noResult(path, "it is not UTF-8");
        } catch (IOException e) {
            throw new BatchException(
                    "cannot write to " + path + ": " + e.getClass().getSimpleName() + " " + e.getMessage(), e);
        }
    }

    /** Whether this run has not had a document of that name before. */
    synchronized boolean claim(String document) {
        return index.claim(document);
    }

    /** Whether there is an answer about that document with that content. */
    synchronized boolean has(String document, Digest content) {
        return index.has(document, content);
    }

    /** Writes a line. When this returns, it is on disk. */
    synchronized void append(ResultLine line) throws BatchException {
        if (torn) {
            throw new BatchException("cannot write to " + path + " any more", null);
        }
        try {
            ByteBuffer bytes = ByteBuffer.wrap((line.json() + "\n").getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(false);
            index.add(line);
        } catch (IOException e) {
            torn = true;
            throw new BatchException(
                    "cannot write to " + path + ": " + e.getMessage()
                            + "; make room, and run the same command again: it goes on from here",
                    e);
        }
    }

    @Override
    public synchronized void close() throws BatchException {
        try {
            if (index.hasOld() && !torn) {
                settled();
            }
            channel.close();
        } catch (IOException e) {
            throw new BatchException("cannot write to " + path + ": " + e.getMessage(), e);
        }
    }

    private ResultIndex settled() throws IOException, BatchException {
        cutTornLine();
        ResultIndex read = read();
        if (read.hasOld()) {
            replaceWithout(read);
            read = read();
        }
        channel.position(channel.size());
        return read;
    }

    private ResultIndex read() throws IOException, BatchException {
        ResultIndex found = new ResultIndex();
        try (BufferedReader lines = Files.newBufferedReader(path)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                ResultLine result = ResultLine.parse(line)
                        .orElseThrow(
                                () -> noResult(path, "its line " + (found.lines() + 1) + " is none of a document"));
                if (!result.kind().equals(work.kind().wire())) {
                    throw noResult(path, "it has answers of --job " + result.kind());
                }
                found.add(result);
            }
        }
        return found;
    }

    private void cutTornLine() throws IOException, BatchException {
        long whole = wholeLines();
        if (whole == channel.size()) {
            return;
        }
        ByteBuffer tail = ByteBuffer.allocate((int) Math.min(channel.size() - whole, ResultLine.BEGINNING.length()));
        channel.read(tail, whole);
        String begins = new String(tail.array(), 0, tail.position(), StandardCharsets.UTF_8);
        if (!ResultLine.BEGINNING.startsWith(begins)) {
            throw noResult(path, "its last line is none of a document");
        }
        channel.truncate(whole);
        channel.force(true);
    }

    /** Bytes up to the last line break, that included. */
    private long wholeLines() throws IOException {
        ByteBuffer block = ByteBuffer.allocate(1 << 16);
        for (long end = channel.size(); end > 0; end -= Math.min(end, block.capacity())) {
            long start = Math.max(0, end - block.capacity());
            block.clear().limit((int) (end - start));
            while (block.hasRemaining() && channel.read(block, start + block.position()) >= 0) {}
            for (int i = block.position() - 1; i >= 0; i--) {
                if (block.get(i) == '\n') {
                    return start + i + 1;
                }
            }
        }
        return 0;
    }

    /** Writes the file anew under another name, and gives it its own once it is whole; it is locked all the while. */
    private void replaceWithout(ResultIndex old) throws IOException {
        Path unfinished = path.resolveSibling(path.getFileName() + ".unfinished");
        FileChannel next = FileChannel.open(
                unfinished,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        next.lock();
        try (BufferedReader lines = Files.newBufferedReader(path);
                BufferedWriter kept = Files.newBufferedWriter(unfinished)) {
            long number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (old.isLatest(number++, ResultLine.parse(line).orElseThrow())) {
                    kept.write(line + "\n");
                }
            }
        }
        next.force(true);
        Files.move(unfinished, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        channel.close();
        channel = next;
    }

    private static FileChannel locked(Path path) throws IOException, BatchException {
        FileChannel channel =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        Object opened = key(path);
        try {
            if (channel.tryLock() != null && Objects.equals(opened, key(path))) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            // said below
        }
        channel.close();
        throw new BatchException("another npuq batch writes to " + path + "; wait for its end, or name another --out");
    }

    private static @Nullable Object key(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    }

    private static BatchException noResult(Path path, String why) {
        return new BatchException(
                path + " is not the result of such a batch: " + why + "; nothing was changed, name another --out");
    }
}
