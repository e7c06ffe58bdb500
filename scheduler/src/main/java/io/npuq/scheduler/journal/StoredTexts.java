package io.npuq.scheduler.journal;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Reads what a journal has on disk, and erases texts. Files stay open: a segment is large, so they are few. Safe on any thread that is
 * never interrupted, since an interrupt would close the file for all.
 */
public final class StoredTexts implements Closeable {
    /** Erasures that are held back at most, for the sake of memory: 40 bytes each. One more ends the hold. */
    static final int HELD_MAX = 500_000;

    private static final int CRC_AT = Integer.BYTES;

    private final SegmentFiles files;
    private final ChannelOpener opener;
    private final Map<Path, FileChannel> channels = new ConcurrentHashMap<>();

    /** What is held back while the files are copied. */
    private final Deque<Erasure> held = new ArrayDeque<>();

    private volatile boolean holding;

    private interface Erasure {
        void make() throws IOException;
    }

    /** The texts of the journal in that directory. */
    public StoredTexts(Path directory, ChannelOpener opener) {
        this.files = new SegmentFiles(directory);
        this.opener = opener;
    }

    /**
     * The text of a reference in an entry of that segment; empty when it has been erased, or its whole file dropped.
     *
     * @throws JournalDamagedException when it is not what was written
     */
    public Optional<byte[]> read(int segment, BodyRef ref) throws IOException {
        return readSalted(segment, ref).map(body -> Body.textOf(body.salted()));
    }

    /** The same with its salt, for another store in which it is to be what it was. */
    public Optional<Body> readSalted(int segment, BodyRef ref) throws IOException {
        Path path = files.body(segment);
        if (!channels.containsKey(path) && !Files.exists(path)) {
            return Optional.empty();
        }
        String where = path + ", byte " + ref.at();
        ByteBuffer frame = ByteBuffer.allocate(Body.frameBytes(ref.bytes()));
        if (!SegmentFile.readFully(channel(path), frame, ref.at())) {
            throw new JournalDamagedException("the text at " + where + " is cut off");
        }
        return Body.open(frame, ref, where);
    }

    /**
     * The entry at that position.
     *
     * @throws JournalDamagedException when it is not what was written
     */
    public Entry read(Position position) throws IOException {
        FileChannel channel = channel(files.log(position.segment()));
        ByteBuffer header = ByteBuffer.allocate(Frame.HEADER_BYTES);
        if (SegmentFile.readFully(channel, header, position.offset())) {
            Frame frame = Frame.read(header);
            ByteBuffer all = ByteBuffer.allocate(Frame.HEADER_BYTES + (frame.isPlausible() ? frame.length() : 0));
            if (SegmentFile.readFully(channel, all, position.offset()) && frame.isPlausible() && frame.matches(all)) {
                byte[] line = new byte[frame.length()];
                all.get(Frame.HEADER_BYTES, line);
                return EntryCodec.read(line, position);
            }
        }
        throw new JournalDamagedException("the journal's entry at " + position + " is not what was written there");
    }

    /**
     * Overwrites a text and its salt with zeros, and says so in its frame; one that is erased already is left alone. Nothing is synced:
     * after a power loss all that has ended is erased again, also what the loss left half erased. While erasures are held back
     * ({@link #hold}) it waits for their time.
     *
     * @param at where its frame begins, as {@link BodyRef#at}
     * @param bytes its length, as {@link BodyRef#bytes}
     */
    public void erase(int segment, long at, int bytes) throws IOException {
        makeOrHold(() -> eraseNow(segment, at, bytes));
    }

    /** Removes a segment's body file, of whose texts none is left; held back as {@link #erase} is. */
    public void drop(int segment) throws IOException {
        makeOrHold(() -> dropNow(segment));
    }

    /**
     * From now on all bytes stay as they are, while {@link #isHeld}: until {@link #eraseHeld}, or until too much is held back. A crash
     * loses what is held; the next start erases again.
     */
    public synchronized void hold() {
        if (isHolding()) {
            throw new IllegalStateException("erasures are held back already");
        }
        holding = true;
    }

    /** Whether nothing was erased since {@link #hold}; from any thread. */
    public boolean isHeld() {
        return holding;
    }

    /** Whether erasures are held back, or some that were are not made yet. */
    public synchronized boolean isHolding() {
        return holding || !held.isEmpty();
    }

    /**
     * Ends the {@link #hold}, and makes what it held back.
     *
     * @param max how much at once
     * @return whether some are left, for another call
     */
    public synchronized boolean eraseHeld(int max) throws IOException {
        holding = false;
        for (int i = 0; i < max && !held.isEmpty(); i++) {
            held.remove().make();
        }
        return !held.isEmpty();
    }

    /** Whether the erasure of that text has begun, as far as one can tell; a crash may have left it unfinished. */
    public boolean isErasureBegun(int segment, BodyRef ref) throws IOException {
        ByteBuffer crc = ByteBuffer.allocate(Integer.BYTES);
        return SegmentFile.readFully(channel(files.body(segment)), crc, ref.at() + CRC_AT)
                && crc.getInt() == Body.ERASED;
    }

    private synchronized void makeOrHold(Erasure erasure) throws IOException {
        if (holding && held.size() == HELD_MAX) {
            holding = false;
        }
        if (holding) {
            held.add(erasure);
        } else {
            erasure.make();
        }
    }

    private void eraseNow(int segment, long at, int bytes) throws IOException {
        Path path = files.body(segment);
        if (!channels.containsKey(path) && !Files.exists(path)) {
            return;
        }
        FileChannel channel = channel(path);
        ByteBuffer frame = ByteBuffer.allocate(Body.frameBytes(bytes) - CRC_AT);
        ByteBuffer erased = ByteBuffer.allocate(frame.limit()).putInt(0, Body.ERASED);
        if (SegmentFile.readFully(channel, frame, at + CRC_AT) && !frame.equals(erased)) {
            SegmentFile.writeFully(channel, erased, at + CRC_AT);
        }
    }

    private void dropNow(int segment) throws IOException {
        Path path = files.body(segment);
        FileChannel open = channels.remove(path);
        if (open != null) {
            open.close();
        }
        Files.deleteIfExists(path);
    }

    private FileChannel channel(Path path) throws IOException {
        try {
            return channels.computeIfAbsent(path, this::open);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private FileChannel open(Path path) {
        try {
            return opener.open(path, ChannelOpener.EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        for (FileChannel channel : channels.values()) {
            channel.close();
        }
    }
}
