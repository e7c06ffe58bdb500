package io.npuq.scheduler.journal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Entries and texts that will share one sync, as bytes. */
final class StagedBatch {
    private final Staging log = new Staging();
    private final Staging texts = new Staging();
    private final List<Integer> frames = new ArrayList<>();

    boolean isEmpty() {
        return frames.isEmpty() && texts.size() == 0;
    }

    int entries() {
        return frames.size();
    }

    int logBytes() {
        return log.size();
    }

    int textBytes() {
        return texts.size();
    }

    void add(Body text) {
        text.writeTo(texts.room(Body.frameBytes(text.bytes())));
    }

    void add(byte[] line) {
        frames.add(log.size());
        ByteBuffer room = log.room(Frame.HEADER_BYTES + line.length);
        room.position(room.position() + Frame.HEADER_BYTES).put(line);
    }

    /** Fills in the frames' headers. */
    void seal(int batch, long bodyEnd) {
        ByteBuffer staged = log.flipped();
        for (int i = 0; i < frames.size(); i++) {
            int at = frames.get(i);
            int next = i + 1 < frames.size() ? frames.get(i + 1) : staged.limit();
            new Frame(next - at - Frame.HEADER_BYTES, 0, batch, i, frames.size(), bodyEnd).seal(staged, at);
        }
    }

    ByteBuffer log() {
        return log.flipped();
    }

    ByteBuffer texts() {
        return texts.flipped();
    }

    void clear() {
        log.clear();
        texts.clear();
        frames.clear();
    }
}
