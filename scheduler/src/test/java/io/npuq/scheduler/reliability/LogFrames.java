package io.npuq.scheduler.reliability;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;

/** A journal's entries with their frames, as someone has them who wants to change them and not be found. Written by docs/journal.md alone. */
final class LogFrames {
    private static final int HEADER_BYTES = 24;
    private static final int CRC_FROM = 8;

    private final List<Framed> frames;

    private LogFrames(List<Framed> frames) {
        this.frames = frames;
    }

    /** An entry in its frame, and the segment that it is in. */
    private static final class Framed {
        private final int segment;
        private final byte[] header;
        private final byte[] entry;

        Framed(int segment, byte[] header, byte[] entry) {
            this.segment = segment;
            this.header = header;
            this.entry = entry;
        }

        int segment() {
            return segment;
        }

        byte[] header() {
            return header;
        }

        byte[] entry() {
            return entry;
        }
    }

    static LogFrames read(Path journal) throws IOException {
        List<Framed> frames = new ArrayList<>();
        for (int segment = 1; Files.exists(log(journal, segment)); segment++) {
            ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(log(journal, segment)));
            while (bytes.remaining() > HEADER_BYTES && bytes.getInt(bytes.position()) > 0) {
                byte[] header = new byte[HEADER_BYTES];
                bytes.get(header);
                byte[] entry = new byte[ByteBuffer.wrap(header).getInt()];
                bytes.get(entry);
                frames.add(new Framed(segment, header, entry));
            }
        }
        return new LogFrames(frames);
    }

    LogFrames copy() {
        return new LogFrames(new ArrayList<>(frames));
    }

    int size() {
        return frames.size();
    }

    /** The entry of that number. */
    byte[] entry(int number) {
        return frames.get(number - 1).entry();
    }

    /** Puts another entry into that one's frame. */
    void replace(int number, byte[] entry) {
        Framed old = frames.get(number - 1);
        frames.set(number - 1, new Framed(old.segment(), old.header(), entry));
    }

    void remove(int number) {
        frames.remove(number - 1);
    }

    /** Puts an entry before that one, in a frame like that one's. */
    void insert(int number, byte[] entry) {
        Framed like = frames.get(number - 1);
        frames.add(number - 1, new Framed(like.segment(), like.header(), entry));
    }

    void swap(int one, int other) {
        byte[] kept = entry(one);
        replace(one, entry(other));
        replace(other, kept);
    }

    void cutFrom(int number) {
        frames.subList(number - 1, frames.size()).clear();
    }

    /** Makes a chain again of all entries from that one on. */
    void rechain(int from) {
        for (int number = from; number <= frames.size(); number++) {
            String prev = number == 1 ? "0".repeat(64) : hash(entry(number - 1));
            byte[] entry = entry(number).clone();
            byte[] end = (prev + "\"}").getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(end, 0, entry, entry.length - end.length, end.length);
            replace(number, entry);
        }
    }

    String head() {
        return hash(entry(frames.size()));
    }

    /** Writes the segments, each frame with a checksum that fits. */
    void write(Path journal) throws IOException {
        for (int segment = 1; segment <= frames.get(frames.size() - 1).segment(); segment++) {
            ByteArrayOutputStream log = new ByteArrayOutputStream();
            for (Framed framed : frames) {
                if (framed.segment() == segment) {
                    log.writeBytes(sealed(framed));
                }
            }
            Files.write(log(journal, segment), log.toByteArray());
        }
    }

    /** Where the frame of that entry begins in its segment's file. */
    int offset(int number) {
        int segment = frames.get(number - 1).segment();
        return frames.subList(0, number - 1).stream()
                .filter(framed -> framed.segment() == segment)
                .mapToInt(framed -> HEADER_BYTES + framed.entry().length)
                .sum();
    }

    Path file(Path journal, int number) {
        return log(journal, frames.get(number - 1).segment());
    }

    int frameBytes(int number) {
        return HEADER_BYTES + entry(number).length;
    }

    void export(Path file) throws IOException {
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        for (Framed framed : frames) {
            lines.writeBytes(framed.entry());
            lines.write('\n');
        }
        Files.write(file, lines.toByteArray());
    }

    private static byte[] sealed(Framed framed) {
        ByteBuffer frame = ByteBuffer.allocate(HEADER_BYTES + framed.entry().length);
        frame.put(framed.header()).put(framed.entry()).putInt(0, framed.entry().length);
        CRC32C crc = new CRC32C();
        crc.update(frame.array(), CRC_FROM, frame.capacity() - CRC_FROM);
        return frame.putInt(4, (int) crc.getValue()).array();
    }

    static String hash(byte[] entry) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(entry));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static Path log(Path journal, int segment) {
        return journal.resolve(String.format("%010d.log", segment));
    }
}
