package io.npuq.scheduler.journal;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Reads what a journal has on disk, and erases texts. Files stay open: a segment is large, so they are few. Safe on any thread that is
 * never interrupted, since an interrupt would close the file for all.
 */
public final class StoredTexts implements Closeable {
    private static final int CRC_AT = Integer.BYTES;

    private final SegmentFiles files;
    private final ChannelOpener opener;
    private final Map<Path, FileChannel> channels = new ConcurrentHashMap<>();

    /** The texts of the journal in that directory. */
    public StoredTexts(Path directory, ChannelOpener opener) {
        this.files = new SegmentFiles(directory);
        this.opener = opener;
    }

    /**
     * The text of a reference in an entry of that segment; empty when it has been erased.
     *
     * @throws JournalDamagedException when it is not what was written
     */
    public Optional<byte[]> read(int segment, BodyRef ref) throws IOException {
        Path path = files.body(segment);
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
     * Overwrites a text and its salt with zeros; one that is erased already is left alone. Nothing is synced: after a power loss all
     * that has ended is erased again.
     */
    public void erase(int segment, BodyRef ref) throws IOException {
        Path path = files.body(segment);
        if (!channels.containsKey(path) && !Files.exists(path)) {
            return;
        }
        FileChannel channel = channel(path);
        ByteBuffer crc = ByteBuffer.allocate(Integer.BYTES);
        if (SegmentFile.readFully(channel, crc, ref.at() + CRC_AT) && crc.getInt() != Body.ERASED) {
            ByteBuffer erased = ByteBuffer.allocate(Body.frameBytes(ref.bytes()) - CRC_AT);
            erased.putInt(0, Body.ERASED);
            SegmentFile.writeFully(channel, erased, ref.at() + CRC_AT);
        }
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
